import {
  ChaincodeMessage,
  GetState,
  GetStateByRange,
  KV,
  PutState,
  QueryResponse,
  QueryStateNext,
} from '../../protos/index.ts'

const Type = ChaincodeMessage.Type

/** The stub of one transaction: what in-process chaincode may ask of its peer. */
export interface InprocStub {
  readonly txId: string
  readonly channel: string
  readonly args: Uint8Array[]
  /** The proposal that the client signed, marshalled. */
  readonly proposal: Uint8Array
  /** Of the chaincode's namespace or one of its collections. */
  getState(key: string, collection?: string): Promise<Uint8Array>
  /** sha256 of a private value; empty if it doesn't exist. */
  getPrivateDataHash(collection: string, key: string): Promise<Uint8Array>
  putState(key: string, value: Uint8Array, collection?: string): Promise<void>
  /** All keys from start (inclusive) to end (exclusive, '' for the end of the namespace). */
  getStateByRange(start: string, end: string, collection?: string): Promise<{ key: string; value: Uint8Array }[]>
}

/** `request`: ask the peer, and wait for the payload of its answer. */
export function newStub(
  transaction: ChaincodeMessage,
  args: Uint8Array[],
  request: (type: number, payload: Uint8Array) => Promise<Uint8Array>,
): InprocStub {
  return {
    txId: transaction.getTxid(),
    channel: transaction.getChannelId(),
    args,
    proposal: transaction.getProposal()?.getProposalBytes_asU8() ?? new Uint8Array(),
    getState: (key, collection = '') => request(Type.GET_STATE, getState(key, collection)),
    getPrivateDataHash: (collection, key) => request(Type.GET_PRIVATE_DATA_HASH, getState(key, collection)),
    async putState(key, value, collection = '') {
      const put = new PutState()
      put.setKey(key)
      put.setCollection(collection)
      put.setValue(value)
      await request(Type.PUT_STATE, put.serializeBinary())
    },
    async getStateByRange(start, end, collection = '') {
      const range = new GetStateByRange()
      range.setCollection(collection)
      range.setStartkey(start)
      range.setEndkey(end)
      const entries: { key: string; value: Uint8Array }[] = []
      let response = QueryResponse.deserializeBinary(await request(Type.GET_STATE_BY_RANGE, range.serializeBinary()))
      for (;;) {
        for (const result of response.getResultsList()) {
          const kv = KV.deserializeBinary(result.getResultbytes_asU8())
          entries.push({ key: kv.getKey(), value: kv.getValue_asU8() })
        }
        if (!response.getHasMore()) return entries
        const next = new QueryStateNext()
        next.setId(response.getId())
        response = QueryResponse.deserializeBinary(await request(Type.QUERY_STATE_NEXT, next.serializeBinary()))
      }
    },
  }
}
function getState(key: string, collection: string): Uint8Array {
  const get = new GetState()
  get.setKey(key)
  get.setCollection(collection)
  return get.serializeBinary()
}
