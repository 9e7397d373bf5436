import { PeerError } from '../contract/error.ts'
import type { PeerFact } from '../contract/events.ts'
import { now } from '../facts/clock.ts'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import type { Handler } from './handler.ts'

interface Waiting {
  id: number
  at: number
  /** The chaincode's. */
  name: string
  handler: Handler
  /** The one whose place it wants. */
  serving: Handler
  stream: ChaincodeStream
  settle(error?: PeerError): void
}

/**
 * The processes that want to register under a name while another one serves it. Each waits, and is sent nothing, until
 * the author answers or the one that serves ends: what took over would see the calls, their transient data included.
 */
export class Takeovers {
  readonly #emit: (fact: PeerFact) => void
  #waiting: Waiting[] = []
  #last = 0

  constructor(emit: (fact: PeerFact) => void) {
    this.#emit = emit
  }

  /** Resolves once it may take over. @throws PeerError TAKEOVER_REFUSED, or why its stream has ended meanwhile */
  ask(name: string, handler: Handler, serving: Handler, stream: ChaincodeStream): Promise<void> {
    const id = (this.#last += 1)
    return new Promise((resolve, reject) => {
      const settle = (error?: PeerError) => (error === undefined ? resolve() : reject(error))
      const waiting = { id, at: now(), name, handler, serving, stream, settle }
      this.#waiting.push(waiting)
      this.#after(serving, waiting)
      this.#announce(name)
    })
  }

  /** The author's word. @throws PeerError TAKEOVER_GONE */
  answer(name: string, id: number, accept: boolean): void {
    const waiting = this.#waiting.find((each) => each.id === id && each.name === name)
    if (waiting === undefined) throw new PeerError('TAKEOVER_GONE', { name })
    if (accept) this.#accept(waiting)
    else this.#settle(waiting, new PeerError('TAKEOVER_REFUSED', { name }))
  }

  /** Its stream has ended: it no longer wants anything. */
  withdraw(handler: Handler, reason: PeerError): void {
    const waiting = this.#waiting.find((each) => each.handler === handler)
    if (waiting !== undefined) this.#settle(waiting, reason)
  }

  /** It need not ask any more once this one has ended, unless another was let in before it. */
  #after(serving: Handler, waiting: Waiting): void {
    waiting.serving = serving
    void serving.ended.then(() => {
      const isFirst = this.#rivals(waiting)[0] === waiting
      if (isFirst && waiting.serving === serving) this.#accept(waiting)
    })
  }

  #accept(waiting: Waiting): void {
    const others = this.#rivals(waiting).filter((each) => each !== waiting)
    this.#settle(waiting)
    for (const other of others) this.#after(waiting.handler, other)
  }

  /** All that want to serve the same chaincode for the same organisation, the first one first. */
  #rivals({ name, handler }: Waiting): Waiting[] {
    return this.#waiting.filter((each) => each.name === name && each.handler.organisation === handler.organisation)
  }

  #settle(waiting: Waiting, error?: PeerError): void {
    this.#waiting = this.#waiting.filter((each) => each !== waiting)
    waiting.settle(error)
    this.#announce(waiting.name)
  }

  /** The author is asked about one at a time. */
  #announce(name: string): void {
    const first = this.#waiting.find((each) => each.name === name)
    if (first === undefined) return this.#emit({ type: 'takeover', name, takeover: undefined })
    const { id, at, handler, stream } = first
    const takeover = { id, at, mspId: handler.organisation }
    this.#emit({ type: 'takeover', name, takeover })
    void stream.origin?.().then((from) => {
      if (from !== undefined && this.#waiting.includes(first)) {
        this.#emit({ type: 'takeover', name, takeover: { ...takeover, from } })
      }
    })
  }
}
