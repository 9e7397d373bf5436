/**
 * Who calls a chaincode, in this window alone: two windows are two callers. A new window begins as whoever called last,
 * from whatever window, since most people work as one identity and would choose it again. The form says who it is.
 */
export class Caller {
  readonly #name: string
  /** Undefined: the peer's default identity. */
  identity = $state<string | undefined>()
  /** Whom this window began as, until that is used or another one chosen. */
  #begunAs: string | undefined

  /** `key`: of what is called. */
  constructor(key: string) {
    this.#name = `slipway.caller.${key}`
    this.identity = this.#begunAs = localStorage.getItem(this.#name) ?? undefined
  }

  /** Call as this identity from now on; the empty text is the default identity. */
  become(identity: string | undefined): void {
    this.identity = identity === '' ? undefined : identity
    this.#begunAs = undefined
  }

  /** A call is sent as this identity. */
  uses(identity: string | undefined): void {
    this.#begunAs = undefined
    try {
      if (identity === undefined) localStorage.removeItem(this.#name)
      else localStorage.setItem(this.#name, identity)
    } catch (thrown) {
      console.warn('slipway: the caller is not kept for the next window', thrown)
    }
  }

  /** The identities there are: nobody begins as one that is gone. */
  know(identities: readonly string[]): void {
    if (this.#begunAs !== undefined && !identities.includes(this.#begunAs)) this.become(undefined)
  }
}
