import { ledgerRequests } from '../../../core/chaincode/ledger-requests.ts'
import type { TransactionContext } from '../../../core/chaincode/transaction-context.ts'
import { messageOf } from '../../../core/contract/error-message.ts'
import {
  ChaincodeMessage,
  KeyModification,
  KV,
  QueryResponse,
  QueryResponseMetadata,
  StateMetadataResult,
} from '../../../core/protos/index.ts'
import { GetStateMultipleResult } from '../../../core/protos/shim-requests.ts'
import { requests } from '../../support/requests.ts'
import { encodePolicy, POLICY } from './key-policy.ts'
import { seedKey } from './model-simulator.ts'
import { onlyOne } from './plain-set.ts'
import type { Operation } from './program.ts'

type Type = keyof typeof ChaincodeMessage.Type

const handlers = ledgerRequests(100_000, true)

/** Asks the peer, as a shim would, for what an operation stands for. Resolves with what the model answers likewise. */
export async function perform(tx: TransactionContext, operation: Operation): Promise<string> {
  try {
    return await answer(tx, operation)
  } catch (error) {
    return `ERR ${messageOf(error)}`
  }
}

function answer(tx: TransactionContext, operation: Operation): Promise<string> {
  switch (operation.do) {
    case 'get':
      return ask(tx, 'GET_STATE', requests.get(operation.key, operation.collection)).then(shown)
    case 'getmany':
      return getMany(tx, operation)
    case 'hash':
      return ask(tx, 'GET_PRIVATE_DATA_HASH', requests.get(operation.key, operation.collection)).then((hash) =>
        shown(Buffer.from(hash).toString('hex')),
      )
    case 'marks':
      return marks(tx, operation)
    case 'put':
      return done(tx, 'PUT_STATE', requests.put(operation.key, operation.value, operation.collection))
    case 'delete':
      return done(tx, 'DEL_STATE', requests.get(operation.key, operation.collection))
    case 'purge':
      return done(tx, 'PURGE_PRIVATE_DATA', requests.get(operation.key, operation.collection))
    case 'mark':
      return setMetadata(tx, operation, 'mark', operation.value)
    case 'policy':
      return setMetadata(tx, operation, POLICY, encodePolicy(operation.mspId))
    case 'range':
      return range(tx, operation)
    case 'page':
      return page(tx, operation)
    case 'history':
      return history(tx, operation.key)
    case 'seed':
      return seed(tx, operation.many)
    case 'event':
      return Promise.resolve('ok')
  }
}

/** The payload of the answer. Throws the text of an ERROR. */
async function ask(tx: TransactionContext, type: Type, payload: Uint8Array): Promise<Uint8Array> {
  const handler = handlers.get(ChaincodeMessage.Type[type])
  if (handler === undefined) throw new Error(`the peer has no ${type}`)
  const message = new ChaincodeMessage()
  message.setType(ChaincodeMessage.Type[type])
  message.setPayload(payload)
  return handler(message, tx)
}

async function done(tx: TransactionContext, type: Type, payload: Uint8Array): Promise<string> {
  await ask(tx, type, payload)
  return 'ok'
}

async function getMany(tx: TransactionContext, { keys, collection }: Operation & { do: 'getmany' }): Promise<string> {
  const payload = await ask(tx, 'GET_STATE_MULTIPLE', requests.multiple(keys, collection))
  return GetStateMultipleResult.deserializeBinary(payload).getValuesList_asU8().map(shown).join()
}

async function marks(
  tx: TransactionContext,
  { key, collection }: { key: string; collection: string },
): Promise<string> {
  const payload = await ask(tx, 'GET_STATE_METADATA', requests.get(key, collection))
  const entries = StateMetadataResult.deserializeBinary(payload).getEntriesList()
  return onlyOne(new Map(entries.map((entry) => [entry.getMetakey(), entry.getValue_asU8()])))?.join('=') ?? 'none'
}

function setMetadata(
  tx: TransactionContext,
  { key, collection }: { key: string; collection: string },
  name: string,
  value: string | Uint8Array,
): Promise<string> {
  return done(tx, 'PUT_STATE_METADATA', requests.putMetadata(key, name, value, collection))
}

async function range(
  tx: TransactionContext,
  { start, end, take, collection }: Operation & { do: 'range' },
): Promise<string> {
  const payload = await ask(tx, 'GET_STATE_BY_RANGE', requests.range(start, end, undefined, collection))
  const results = await taken(tx, QueryResponse.deserializeBinary(payload), take)
  return `[${results.slice(0, take).map(pair).join()}]`
}

async function page(
  tx: TransactionContext,
  { start, end, size, bookmark }: Operation & { do: 'page' },
): Promise<string> {
  const payload = await ask(tx, 'GET_STATE_BY_RANGE', requests.range(start, end, { size, bookmark }))
  const response = QueryResponse.deserializeBinary(payload)
  if (size === 0 && bookmark === '') return `[${(await taken(tx, response, Infinity)).map(pair).join()}]`
  const about = QueryResponseMetadata.deserializeBinary(response.getMetadata_asU8())
  const results = bytesOf(response)
  if (about.getFetchedRecordsCount() !== results.length) throw new Error('the count is not that of the results')
  return `[${results.map(pair).join()}] bookmark ${about.getBookmark()}`
}

async function history(tx: TransactionContext, key: string): Promise<string> {
  const payload = await ask(tx, 'GET_HISTORY_FOR_KEY', requests.history(key))
  const changes = await taken(tx, QueryResponse.deserializeBinary(payload), Infinity)
  const texts = changes.map((bytes) => {
    const change = KeyModification.deserializeBinary(bytes)
    const value = change.getIsDelete() ? 'deleted' : text(change.getValue_asU8())
    return `${value} by ${change.getTxId()}`
  })
  return `[${texts.join()}]`
}

async function seed(tx: TransactionContext, many: number): Promise<string> {
  for (let n = 0; n < many; n++) await ask(tx, 'PUT_STATE', requests.put(seedKey(n), String(n)))
  return 'ok'
}

/** The results of an iterator: batch after batch until there are `take`, then it is closed. */
async function taken(tx: TransactionContext, first: QueryResponse, take: number): Promise<Uint8Array[]> {
  const results = bytesOf(first)
  for (let response = first; response.getHasMore() && results.length < take;) {
    const payload = await ask(tx, 'QUERY_STATE_NEXT', requests.query(response.getId()))
    response = QueryResponse.deserializeBinary(payload)
    results.push(...bytesOf(response))
  }
  await ask(tx, 'QUERY_STATE_CLOSE', requests.query(first.getId()))
  return results
}

function bytesOf(response: QueryResponse): Uint8Array[] {
  return response.getResultsList().map((result) => result.getResultbytes_asU8())
}

function pair(bytes: Uint8Array): string {
  const kv = KV.deserializeBinary(bytes)
  return `${kv.getKey()}=${text(kv.getValue_asU8())}`
}

function shown(value: Uint8Array | string): string {
  return value.length === 0 ? 'nil' : text(value)
}

function text(value: Uint8Array | string): string {
  return Buffer.from(value).toString()
}
