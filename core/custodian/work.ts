import { PeerError } from '../contract/error.ts'

/** A build or a launch under way, as its state holds it. */
export class Work {
  /** Settles as the work does. */
  readonly done: Promise<void>
  #settle: { resolve: () => void; reject: (error: unknown) => void } = { resolve() {}, reject() {} }

  constructor() {
    this.done = new Promise((resolve, reject) => (this.#settle = { resolve, reject }))
    // Whoever waits for it handles its failure; the Custodian reports it.
    this.done.catch(() => undefined)
  }

  ready(): void {
    this.#settle.resolve()
  }

  failed(error: unknown): void {
    this.#settle.reject(error)
  }

  /** Something newer replaced it before it began. */
  dropped(): void {
    this.failed(new PeerError('ABORTED', { what: 'The launch' }))
  }
}
