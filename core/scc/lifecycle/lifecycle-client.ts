import { PeerError } from '../../contract/error.ts'
import {
  CollectionConfigPackage,
  CommitChaincodeDefinitionArgs,
  QueryChaincodeDefinitionArgs,
  QueryChaincodeDefinitionResult,
} from '../../protos/lifecycle.ts'
import type { SystemAnswer, SystemCall, SystemCalls } from '../system-calls.ts'
import { definitionOf, difference } from './definition.ts'
import { DEFINE, LIFECYCLE } from './lifecycle.ts'

/** What is said of a chaincode when it is opened. */
export interface Definition {
  name: string
  version: string
  initRequired: boolean
  /** An ApplicationPolicy; default: as the channel says. */
  endorsementPolicy?: Uint8Array | undefined
  /** A CollectionConfigPackage. */
  collections?: Uint8Array | undefined
}

/** What the peer asks of _lifecycle. */
export interface LifecycleClient {
  /** Define it on the channel, where it is not defined like that; one block at the most. Throws LIFECYCLE. */
  define(channel: string, definition: Definition): Promise<void>
  /** The version that is defined. Throws LIFECYCLE where there is none. */
  definedVersion(channel: string, name: string, signal: AbortSignal): Promise<string>
}

export function lifecycleClient(calls: SystemCalls): LifecycleClient {
  const query = (channel: string, name: string, signal?: AbortSignal) => {
    const args = new QueryChaincodeDefinitionArgs()
    args.setName(name)
    return calls.evaluate(callOf(channel, 'QueryChaincodeDefinition', args), signal)
  }

  return {
    async define(channel, definition) {
      const { name, version, initRequired, endorsementPolicy, collections = new Uint8Array() } = definition
      const args = new CommitChaincodeDefinitionArgs()
      args.setSequence(1)
      args.setName(name)
      args.setVersion(version)
      args.setInitRequired(initRequired)
      if (endorsementPolicy !== undefined) args.setValidationParameter(endorsementPolicy)
      args.setCollections(CollectionConfigPackage.deserializeBinary(collections))
      const known = await query(channel, name)
      if (known.status < 400) {
        const before = QueryChaincodeDefinitionResult.deserializeBinary(known.payload)
        const committed = new CommitChaincodeDefinitionArgs()
        committed.setSequence(before.getSequence())
        committed.setVersion(before.getVersion())
        committed.setEndorsementPlugin(before.getEndorsementPlugin())
        committed.setValidationPlugin(before.getValidationPlugin())
        committed.setValidationParameter(before.getValidationParameter_asU8())
        committed.setInitRequired(before.getInitRequired())
        committed.setCollections(before.getCollections())
        if (difference(definitionOf(committed), definitionOf(args)) === undefined) return
        args.setSequence(before.getSequence() + 1)
      } else if (known.status !== 404) good(known)
      good(await calls.submit(callOf(channel, DEFINE, args)))
    },
    async definedVersion(channel, name, signal) {
      const answer = good(await query(channel, name, signal))
      return QueryChaincodeDefinitionResult.deserializeBinary(answer.payload).getVersion()
    },
  }
}

function callOf(channel: string, fn: string, args: { serializeBinary(): Uint8Array }): SystemCall {
  return { channel, chaincode: LIFECYCLE, args: [Buffer.from(fn), args.serializeBinary()] }
}

function good(answer: SystemAnswer): SystemAnswer {
  if (answer.status >= 400) throw new PeerError('LIFECYCLE', { message: answer.message })
  return answer
}
