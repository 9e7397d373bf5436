import { messageOf } from '../contract/error-message.ts'
import { namesOf } from '../protos/enum-names.ts'
import { ChaincodeMessage } from '../protos/index.ts'
import type { RequestHandler } from './request-handler.ts'
import type { TransactionContext } from './transaction-context.ts'

export type MessageType = ReturnType<ChaincodeMessage['getType']>

/** `GET_STATE`. */
export const typeName = namesOf(ChaincodeMessage.Type)

/** Answers what transactions ask the peer for: those of one transaction in turn. */
export class RequestTurns {
  readonly #requests: ReadonlyMap<number, RequestHandler>
  readonly #send: (message: ChaincodeMessage) => void

  constructor(requests: ReadonlyMap<number, RequestHandler>, send: (message: ChaincodeMessage) => void) {
    this.#requests = requests
    this.#send = send
  }

  /** Whether it is a request at all. */
  knows(type: MessageType): boolean {
    return this.#requests.has(type)
  }

  /** Answer it once the requests before it are answered. */
  take(request: ChaincodeMessage, context: TransactionContext): void {
    context.enqueue(request)
    this.#answerNext(context)
  }

  refuse(request: ChaincodeMessage, reason: string): void {
    const text = `${typeName(request.getType())} failed: transaction ID: ${request.getTxid()}: ${reason}`
    this.#send(answerTo(request, ChaincodeMessage.Type.ERROR, Buffer.from(text)))
  }

  /** Each exactly once: a stray answer ends a Go chaincode. */
  #answerNext(context: TransactionContext): void {
    for (let request = context.next(); request !== undefined; request = context.next()) {
      const current = request
      try {
        const payload = this.#requests.get(current.getType())?.(current, context)
        if (payload instanceof Promise) {
          payload
            .then((bytes) => this.#respond(current, bytes))
            .catch((error: unknown) => this.refuse(current, messageOf(error)))
            .finally(() => {
              context.answered()
              this.#answerNext(context)
            })
          return
        }
        this.#respond(current, payload ?? new Uint8Array())
      } catch (error) {
        this.refuse(current, messageOf(error))
      }
      context.answered()
    }
  }

  #respond(request: ChaincodeMessage, payload: Uint8Array): void {
    this.#send(answerTo(request, ChaincodeMessage.Type.RESPONSE, payload))
  }
}

function answerTo(request: ChaincodeMessage, type: MessageType, payload: Uint8Array): ChaincodeMessage {
  const message = new ChaincodeMessage()
  message.setType(type)
  message.setPayload(payload)
  message.setTxid(request.getTxid())
  message.setChannelId(request.getChannelId())
  return message
}
