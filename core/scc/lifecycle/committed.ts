import { ResponseError } from '../../container/inproc/shim.ts'
import * as messages from '../../protos/lifecycle.ts'
import {
  currentSequence,
  definitionOf,
  definitionStructure,
  describe,
  parametersStructure,
  readDefinition,
  type ChaincodeDefinition,
} from './definition.ts'
import { taking, type ChannelOrganisations, type Invocation, type LifecycleFunction } from './function.ts'
import { mismatches, readAllMetadata, serialize } from './serializer.ts'
import { validateArgs } from './validate-definition.ts'

/** The functions about what a channel has committed, or is ready to. */
export function committedFunctions(organisations: ChannelOrganisations): Map<string, LifecycleFunction> {
  return new Map<string, LifecycleFunction>([
    [
      'CheckCommitReadiness',
      taking(messages.CheckCommitReadinessArgs, async (args, invocation) => {
        const result = new messages.CheckCommitReadinessResult()
        const readiness = await commitReadiness(args.getName(), definitionOf(args), organisations, invocation)
        for (const [mspId, items] of readiness) {
          result.getApprovalsMap().set(mspId, items.length === 0)
          if (items.length === 0) continue
          const mismatch = new messages.CheckCommitReadinessResult.Mismatches()
          mismatch.setItemsList(items)
          result.getMismatchesMap().set(mspId, mismatch)
        }
        return result
      }),
    ],
    [
      'CommitChaincodeDefinition',
      taking(messages.CommitChaincodeDefinitionArgs, async (args, invocation) => {
        await validateArgs(args, organisations, invocation)
        const { mspId, channel, state } = invocation
        if (!organisations(channel).includes(mspId)) {
          throw new Error("impossibly, this peer's org is processing requests for a channel it is not a member of")
        }
        const definition = definitionOf(args)
        const readiness = await commitReadiness(args.getName(), definition, organisations, invocation)
        await serialize('namespaces', args.getName(), definitionStructure(definition), state)
        if (readiness.get(mspId)?.length !== 0) {
          throw new Error(`chaincode definition not agreed to by this org (${mspId})`)
        }
        return new messages.CommitChaincodeDefinitionResult()
      }),
    ],
    [
      'QueryChaincodeDefinition',
      taking(messages.QueryChaincodeDefinitionArgs, async (args, invocation) => {
        const definition = await readDefinition(args.getName(), invocation.state)
        if (definition === undefined) throw new ResponseError(404, `namespace ${args.getName()} is not defined`)
        const result = describe(new messages.QueryChaincodeDefinitionResult(), definition)
        for (const [mspId, items] of await approvals(args.getName(), definition, organisations, invocation)) {
          result.getApprovalsMap().set(mspId, items.length === 0)
        }
        return result
      }),
    ],
    [
      'QueryChaincodeDefinitions',
      taking(messages.QueryChaincodeDefinitionsArgs, async (_args, { state }) => {
        const result = new messages.QueryChaincodeDefinitionsResult()
        for (const { name } of await readAllMetadata('namespaces', state)) {
          const definition = await readDefinition(name, state)
          if (definition === undefined) continue
          const answer = describe(new messages.QueryChaincodeDefinitionsResult.ChaincodeDefinition(), definition)
          answer.setName(name)
          result.addChaincodeDefinitions(answer)
        }
        return result
      }),
    ],
  ])
}

/** By organisation, the fields in which its approval differs from the definition, which must be the next one. */
async function commitReadiness(
  name: string,
  definition: ChaincodeDefinition,
  organisations: ChannelOrganisations,
  invocation: Invocation,
): Promise<Map<string, string[]>> {
  if (invocation.channel === '') throw new Error("no application config for channel ''")
  const next = (await currentSequence(name, invocation.state)) + 1
  if (definition.sequence !== next) {
    throw new Error(`requested sequence is ${definition.sequence}, but new definition must be sequence ${next}`)
  }
  return approvals(name, definition, organisations, invocation)
}

/** The same for a definition of any sequence. */
async function approvals(
  name: string,
  definition: ChaincodeDefinition,
  organisations: ChannelOrganisations,
  { channel, hashesOf }: Invocation,
): Promise<Map<string, string[]>> {
  if (channel === '') throw new Error("no application config for channel ''")
  const key = `${name}#${definition.sequence}`
  const structure = parametersStructure(definition)
  const differing = new Map<string, string[]>()
  for (const organisation of organisations(channel)) {
    differing.set(organisation, await mismatches('namespaces', key, structure, hashesOf(organisation)))
  }
  return differing
}
