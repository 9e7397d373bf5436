import type { ChaincodeStream } from '../../comm/chaincode-stream.ts'
import { messageOf } from '../../contract/error-message.ts'
import { ChaincodeID, ChaincodeInput, ChaincodeMessage, Response } from '../../protos/index.ts'
import { newStub, type InprocStub } from './stub.ts'

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
      const stub = newStub(message, input.getArgsList_asU8(), requestsOf(txId, channel))
      response.setPayload(await chaincode.invoke(stub))
      response.setStatus(200)
    } catch (error) {
      // A panic in a system chaincode must not bring the peer down.
      response.setStatus(error instanceof ResponseError ? error.status : 500)
      response.setMessage(messageOf(error))
    }
    stream.send(newMessage(Type.COMPLETED, response.serializeBinary(), txId, channel))
  }

  /** One request of a transaction at a time, as every shim does. */
  function requestsOf(txId: string, channel: string): (type: number, payload: Uint8Array) => Promise<Uint8Array> {
    let last: Promise<unknown> = Promise.resolve()
    return (type, payload) => {
      const answered = last.then(
        () =>
          new Promise<Uint8Array>((resolve, reject) => {
            waiting.set(txId, { resolve, reject })
            stream.send(newMessage(type, payload, txId, channel))
          }),
      )
      last = answered.catch(() => undefined).finally(() => waiting.delete(txId))
      return answered
    }
  }
}

function newMessage(type: number, payload: Uint8Array, txId: string, channel: string): ChaincodeMessage {
  const message = new ChaincodeMessage()
  message.setType(type as ReturnType<ChaincodeMessage['getType']>)
  message.setPayload(payload)
  message.setTxid(txId)
  message.setChannelId(channel)
  return message
}
