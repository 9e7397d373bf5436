import { PeerError } from '../contract/error.ts'
import type { Handler } from './handler.ts'

/** A launch under way: what waits for a handler to become ready. */
interface Launch {
  /** A handler is ready: too late to abort. */
  ready: boolean
  readonly result: Promise<unknown>
  readonly abort: AbortController
  readonly arrived: (handler: Handler) => void
}

/** What a launch is given: the handler that arrives, and the signal that ends it. */
export interface LaunchWait {
  arrival: Promise<Handler>
  signal: AbortSignal
}

/** Canonical name → the launch under way and the handler that serves (Fabric core/chaincode/handler_registry.go). */
export class HandlerRegistry {
  readonly #serving = new Map<string, Handler>()
  readonly #launches = new Map<string, Launch>()

  /** The handler that serves this name; only a ready one does. */
  handler(canonicalName: string): Handler | undefined {
    return this.#serving.get(canonicalName)
  }

  isLaunching(canonicalName: string): boolean {
    return this.#launches.has(canonicalName)
  }

  /** Record a launch and run it; from here on it settles. Nobody else may be launching that name. */
  launch<T>(canonicalName: string, run: (wait: LaunchWait) => Promise<T>): Promise<T> {
    if (this.#launches.has(canonicalName)) throw new Error(`${canonicalName} is already being launched`)
    const abort = new AbortController()
    let arrived: (handler: Handler) => void = () => undefined
    const arrival = new Promise<Handler>((resolve) => (arrived = resolve))
    const result = (async () => {
      try {
        return await run({ arrival, signal: abort.signal })
      } finally {
        this.#launches.delete(canonicalName)
      }
    })()
    this.#launches.set(canonicalName, { result, abort, arrived, ready: false })
    return result
  }

  /** End the launch under way, if any, and wait until it has undone itself. One that is ready goes on: its handler serves. */
  async abortLaunch(canonicalName: string): Promise<void> {
    const launch = this.#launches.get(canonicalName)
    if (launch === undefined) return
    if (!launch.ready) launch.abort.abort(new PeerError('ABORTED', { what: `The launch of ${canonicalName}` }))
    await Promise.allSettled([launch.result])
  }

  /** READY was sent on this handler: it serves from now on. Returns the one it replaces. */
  ready(handler: Handler): Handler | undefined {
    const before = this.#serving.get(handler.canonicalName)
    this.#serving.set(handler.canonicalName, handler)
    const launch = this.#launches.get(handler.canonicalName)
    if (launch !== undefined) {
      launch.ready = true
      launch.arrived(handler)
    }
    return before
  }

  /**
   * The handler serves no longer. By identity: the end of a stream that was turned away or replaced never
   * touches the healthy one (a fault of Fabric's deregister, which goes by name). Returns whether it served.
   */
  release(handler: Handler): boolean {
    if (this.#serving.get(handler.canonicalName) !== handler) return false
    this.#serving.delete(handler.canonicalName)
    return true
  }
}
