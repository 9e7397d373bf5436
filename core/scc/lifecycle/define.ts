import { CommitChaincodeDefinitionArgs, CommitChaincodeDefinitionResult } from '../../protos/lifecycle.ts'
import { record } from './approvals.ts'
import { definitionOf, definitionStructure } from './definition.ts'
import { taking, type ChannelOrganisations, type LifecycleFunction } from './function.ts'
import { serialize } from './serializer.ts'

/** A function of Slipway's alone: defines an opened chaincode in one block, instead of approvals and a commit. */
export const DEFINE = 'DefineChaincode'

export function defineFunction(organisations: ChannelOrganisations): LifecycleFunction {
  return taking(CommitChaincodeDefinitionArgs, async (args, { channel, state, stateOf }) => {
    const definition = definitionOf(args)
    // The name that a chaincode has in dev mode.
    const packageId = `${args.getName()}:${definition.version}`
    for (const mspId of organisations(channel)) {
      // One organisation must not read another's state, which is still empty for a new sequence.
      const unread = { ...stateOf(mspId), get: () => Promise.resolve(new Uint8Array()) }
      await record(args.getName(), { ...definition, packageId }, unread)
    }
    await serialize('namespaces', args.getName(), definitionStructure(definition), state)
    return new CommitChaincodeDefinitionResult()
  })
}
