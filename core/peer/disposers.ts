import { PeerError } from '../contract/error.ts'

/** What has been started, and how to undo it: the part of AsyncDisposableStack that we need, which Node 20 lacks. */
export class Disposers {
  readonly #undo: (() => unknown)[] = []
  #disposal: Promise<void> | undefined

  /** Undo this, before everything that was deferred earlier. */
  defer(undo: () => unknown): void {
    this.#undo.push(undo)
  }

  /** Undo everything, last first. A failure does not stop the rest; the first one is thrown at the end. Idempotent. */
  dispose(): Promise<void> {
    return (this.#disposal ??= this.#undoAll())
  }

  async #undoAll(): Promise<void> {
    let first: unknown
    for (const undo of this.#undo.reverse()) {
      try {
        await undo()
      } catch (error) {
        first ??= error
      }
    }
    if (first !== undefined) throw PeerError.from(first)
  }
}
