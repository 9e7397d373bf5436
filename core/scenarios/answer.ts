import type { CallResult, DescribedWrite } from '../contract/call.ts'
import type { PeerErrorData } from '../contract/error.ts'
import type { Exact } from './exact.ts'

/** What scenarios compare of a call's result. */
export interface AnsweredResult
  extends
    Pick<CallResult, 'txId' | 'kind' | 'status' | 'message' | 'payload' | 'payloadEncoding' | 'validationCode'>,
    Pick<CallResult, 'blockNumber' | 'conflict' | 'endorsementFailure' | 'endorsers' | 'readWriteSet' | 'events'> {
  /** Undefined where nothing is known of what it printed. */
  callId?: number
  /** What a network doesn't tell its clients of such a call. */
  untold?: readonly Untold[]
}

export type Untold = 'event' | 'reads' | 'writes' | 'private data' | 'printed'

/** What a call came to. */
export type Answer = { result: AnsweredResult } | { error: PeerErrorData }

/** The parts of an answer that `save` and `expect` name. */
export function partsOf(result: AnsweredResult): Map<string, Exact> {
  const { txId, status, message, payload, payloadEncoding, events, blockNumber } = result
  const [event] = events
  const parts = new Map<string, Exact>([
    ['txId', txId],
    ['status', { number: String(status) }],
    ['message', message],
    ['payload', bytes(payload, payloadEncoding)],
  ])
  if (blockNumber !== undefined) parts.set('blockNumber', { number: String(blockNumber) })
  if (event !== undefined) {
    parts.set(
      'event',
      new Map([
        ['name', event.name],
        ['payload', bytes(event.payload, event.payloadEncoding)],
      ]),
    )
  }
  return parts
}

/** Bytes that are no text are `{ base64 }`. */
function bytes(text: string, encoding: 'utf8' | 'base64'): Exact {
  return encoding === 'utf8' ? text : new Map([['base64', text]])
}

/**
 * The values written, by key; undefined for a key that is deleted. A key of a private collection is `collection/key`,
 * one of another chaincode has its name and a colon before it.
 */
export function writesOf(chaincode: string, { readWriteSet }: AnsweredResult): Map<string, Exact | undefined> {
  const writes = new Map<string, Exact | undefined>()
  for (const { namespace, writes: written, collections = [] } of readWriteSet.namespaces) {
    const owner = namespace === chaincode ? '' : `${namespace}:`
    for (const write of written) writes.set(owner + write.key, valueOf(write))
    for (const { name, writes: secret } of collections) {
      for (const write of secret) writes.set(`${owner}${name}/${write.key}`, valueOf(write))
    }
  }
  return writes
}

function valueOf({ isDelete, value, valueEncoding }: DescribedWrite): Exact | undefined {
  return isDelete ? undefined : bytes(value, valueEncoding)
}

/** The keys read, named likewise. */
export function readsOf(chaincode: string, { readWriteSet }: AnsweredResult): Set<string> {
  return new Set(
    readWriteSet.namespaces.flatMap(({ namespace, reads, rangeQueries, collections = [] }) => {
      const owner = namespace === chaincode ? '' : `${namespace}:`
      return [
        ...reads.map(({ key }) => owner + key),
        ...rangeQueries.flatMap(({ keys }) => keys.map((key) => owner + key)),
        ...collections.flatMap(({ name, reads: secret }) => secret.map(({ key }) => `${owner}${name}/${key}`)),
      ]
    }),
  )
}
