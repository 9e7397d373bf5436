import { messageOf } from '../../contract/error-message.ts'
import type { ChaincodeStream } from '../../comm/chaincode-stream.ts'
import {
  ChaincodeID,
  ChaincodeInput,
  ChaincodeMessage,
  GetState,
  GetStateByRange,
  KV,
  PutState,
  QueryResponse,
  QueryStateNext,
  Response,
} from '../../protos/index.ts'

const Type = ChaincodeMessage.Type

/** Thrown by in-process chaincode to answer with a status other than 500. */
export class ResponseError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** A chaincode written in TypeScript that runs inside the peer. What it throws is answered as status 500. */
export interface InprocChaincode {
  invoke(stub: InprocStub): Promise<Uint8Array>
}

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

/**
 * The in-process shim: the chaincode's side of the conversation, over an in-memory stream. It speaks the same
 * messages as the shims of Go, Node and Java, so that a system chaincode is launched the same way.
 * Resolves when the peer ends the stream.
 */
export async function runShim(
  canonicalName: string,
  chaincode: InprocChaincode,
  stream: ChaincodeStream,
): Promise<void> {
  const waiting = new Map<string, { resolve(payload: Uint8Array): void; reject(error: Error): void }>()
  const id = new ChaincodeID()
  id.setName(canonicalName)
  stream.send(newMessage(Type.REGISTER, id.serializeBinary(), '', ''))

  for await (const message of stream.incoming) {
    const txId = message.getTxid()
    switch (message.getType()) {
      case Type.INIT:
      case Type.TRANSACTION:
        void answer(message)
        break
      case Type.RESPONSE:
        waiting.get(txId)?.resolve(message.getPayload_asU8())
        break
      case Type.ERROR:
        waiting.get(txId)?.reject(new Error(Buffer.from(message.getPayload_asU8()).toString()))
        break
      default:
    }
  }

  async function answer(message: ChaincodeMessage): Promise<void> {
    const txId = message.getTxid()
    const channel = message.getChannelId()
    const response = new Response()
    try {
      const input = ChaincodeInput.deserializeBinary(message.getPayload_asU8())
      response.setPayload(await chaincode.invoke(stubOf(message, input.getArgsList_asU8())))
      response.setStatus(200)
    } catch (error) {
      // A panic in a system chaincode must not bring the peer down.
      response.setStatus(error instanceof ResponseError ? error.status : 500)
      response.setMessage(messageOf(error))
    }
    stream.send(newMessage(Type.COMPLETED, response.serializeBinary(), txId, channel))
  }

  function stubOf(transaction: ChaincodeMessage, args: Uint8Array[]): InprocStub {
    const txId = transaction.getTxid()
    const channel = transaction.getChannelId()
    // One request of a transaction at a time, as every shim does.
    let last: Promise<unknown> = Promise.resolve()
    const request = (type: number, payload: Uint8Array): Promise<Uint8Array> => {
      const mine = last.then(
        () =>
          new Promise<Uint8Array>((resolve, reject) => {
            waiting.set(txId, { resolve, reject })
            stream.send(newMessage(type, payload, txId, channel))
          }),
      )
      last = mine.catch(() => undefined).finally(() => waiting.delete(txId))
      return mine
    }
    return {
      txId,
      channel,
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
}

function getState(key: string, collection: string): Uint8Array {
  const get = new GetState()
  get.setKey(key)
  get.setCollection(collection)
  return get.serializeBinary()
}

function newMessage(type: number, payload: Uint8Array, txId: string, channel: string): ChaincodeMessage {
  const message = new ChaincodeMessage()
  message.setType(type as ReturnType<ChaincodeMessage['getType']>)
  message.setPayload(payload)
  message.setTxid(txId)
  message.setChannelId(channel)
  return message
}
