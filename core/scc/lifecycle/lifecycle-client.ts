import { PeerError } from '../../contract/error.ts'
import {
  CollectionConfigPackage,
  CommitChaincodeDefinitionArgs,
  QueryChaincodeDefinitionArgs,
  QueryChaincodeDefinitionResult,
} from '../../protos/lifecycle.ts'
import type { SystemAnswer, SystemCall, SystemCalls } from '../system-calls.ts'
import { definitionOf, difference } from './definition.ts'
import { DEFINE } from './define.ts'
import { LIFECYCLE } from './lifecycle.ts'

/** The definition of a chaincode that is opened. */
export interface Definition {
  name: string
  version: string
  initRequired: boolean
  /** An ApplicationPolicy; default: the channel's. */
  endorsementPolicy?: Uint8Array | undefined
  /** A CollectionConfigPackage. */
  collections?: Uint8Array | undefined
}

/** What the peer asks of _lifecycle. */
export interface LifecycleClient {
  /** Define it on the channel, unless the channel has this definition: one block at most. Throws LIFECYCLE. */
  define(channel: string, definition: Definition): Promise<void>
  /** The defined version. Throws LIFECYCLE without a definition. */
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
      const answer = await query(channel, name)
      if (answer.status < 400) {
        const before = QueryChaincodeDefinitionResult.deserializeBinary(answer.payload)
        if (difference(definitionOf(before), definitionOf(args)) === undefined) return
        args.setSequence(before.getSequence() + 1)
      } else if (answer.status !== 404) checkSuccess(answer)
      checkSuccess(await calls.submit(callOf(channel, DEFINE, args)))
    },
    async definedVersion(channel, name, signal) {
      const answer = checkSuccess(await query(channel, name, signal))
      return QueryChaincodeDefinitionResult.deserializeBinary(answer.payload).getVersion()
    },
  }
}

function callOf(channel: string, fn: string, args: { serializeBinary(): Uint8Array }): SystemCall {
  return { channel, chaincode: LIFECYCLE, args: [Buffer.from(fn), args.serializeBinary()] }
}

function checkSuccess(answer: SystemAnswer): SystemAnswer {
  if (answer.status >= 400) throw new PeerError('LIFECYCLE', { message: answer.message })
  return answer
}
