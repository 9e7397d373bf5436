import type { ChaincodeStream } from '../../comm/chaincode-stream.ts'
import type { ChaincodeMessage } from '../../protos/index.ts'

/** Two ends of an in-memory stream: what one sends the other receives, in order (Fabric core/container/inproccontroller). */
export function streamPair(): { peer: ChaincodeStream; chaincode: ChaincodeStream } {
  const toPeer = new Queue()
  const toChaincode = new Queue()
  return { peer: endOf(toPeer, toChaincode), chaincode: endOf(toChaincode, toPeer) }
}

function endOf(incoming: Queue, outgoing: Queue): ChaincodeStream {
  return {
    from: 'in-process',
    incoming,
    send: (message) => outgoing.push(message),
    end(error) {
      outgoing.end(error)
      incoming.end()
    },
  }
}

/** A queue that one reader drains; it ends, or fails, once what was pushed before is read. */
class Queue implements AsyncIterable<ChaincodeMessage> {
  readonly #messages: ChaincodeMessage[] = []
  #wake: (() => void) | undefined
  #ended = false
  #error: Error | undefined

  push(message: ChaincodeMessage): void {
    if (this.#ended) return
    this.#messages.push(message)
    this.#wake?.()
  }

  end(error?: Error): void {
    if (this.#ended) return
    this.#ended = true
    this.#error = error
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncIterator<ChaincodeMessage> {
    for (;;) {
      const message = this.#messages.shift()
      if (message !== undefined) yield message
      else if (this.#ended) {
        if (this.#error !== undefined) throw this.#error
        return
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve))
        this.#wake = undefined
      }
    }
  }
}
