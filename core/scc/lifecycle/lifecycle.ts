import { messageOf } from '../../contract/error-message.ts'
import type { InprocChaincode } from '../../container/inproc/shim.ts'
import type { InprocStub } from '../../container/inproc/stub.ts'
import { ResponseError } from '../../container/inproc/shim.ts'
import type { InstalledPackages } from '../../ccprovider/installed-packages.ts'
import { implicitCollectionName } from '../../privdata/collection.ts'
import { creatorMspId, invokedChaincodeName, text } from '../invocation.ts'
import { approvedFunctions } from './approved.ts'
import { committedFunctions } from './committed.ts'
import { DEFINE, defineFunction } from './define.ts'
import type { ChannelOrganisations, Invocation, LifecycleFunction } from './function.ts'
import { installedFunctions, type References } from './installed.ts'
import type { State } from './serializer.ts'

/** What _lifecycle needs of the peer. */
export interface LifecycleParts {
  packages: InstalledPackages
  /** The definitions on its channels that an organisation approved for a package. */
  references: References
  organisations: ChannelOrganisations
}

export const LIFECYCLE = '_lifecycle'

/**
 * The lifecycle of Fabric 2.x and later (v3.1.5 core/chaincode/lifecycle/scc.go): each function takes one message and
 * answers with one. It acts as a peer of the organisation that signed the proposal. Access control lists refuse nobody,
 * but as on a peer there is none for a function that isn't Fabric's; the policy of
 * /Channel/Application/LifecycleEndorsement is not enforced, and installing builds nothing.
 */
export function lifecycle({ packages, references, organisations }: LifecycleParts): InprocChaincode {
  const functions = new Map<string, LifecycleFunction>([
    ...installedFunctions(packages, references),
    ...approvedFunctions(organisations),
    ...committedFunctions(organisations),
    [DEFINE, defineFunction(organisations)],
  ])
  return {
    async invoke(stub) {
      const { args } = stub
      if (args.length === 0) throw new Error('lifecycle scc must be invoked with arguments')
      if (args.length !== 2) {
        throw new Error(`lifecycle scc operations require exactly two arguments but received ${args.length}`)
      }
      const name = text(args[0])
      const run = functions.get(name)
      // Slipway's own function is for the peer, not for a chaincode to call.
      if (run === undefined || (name === DEFINE && invokedChaincodeName(stub) !== LIFECYCLE)) {
        throw new Error(
          `Failed to authorize invocation due to failed ACL check: Unmapped policy for ${LIFECYCLE}/${name}`,
        )
      }
      try {
        return (await run(args[1] ?? new Uint8Array(), invocationOf(name, stub))).serializeBinary()
      } catch (error) {
        if (error instanceof ResponseError) throw error
        throw new Error(`failed to invoke backing implementation of '${name}': ${messageOf(error)}`, { cause: error })
      }
    },
  }
}

function invocationOf(name: string, stub: InprocStub): Invocation {
  const stateIn = (collection?: string): State => ({
    get: (key) => stub.getState(key, collection),
    put: (key, value) => stub.putState(key, value, collection),
    range: (start, end) => stub.getStateByRange(start, end, collection),
  })
  return {
    name,
    channel: stub.channel,
    mspId: creatorMspId(stub),
    state: stateIn(),
    stateOf: (organisation) => stateIn(implicitCollectionName(organisation)),
    hashesOf: (organisation) => (key) => stub.getPrivateDataHash(implicitCollectionName(organisation), key),
  }
}
