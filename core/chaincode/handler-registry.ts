import { PeerError } from '../contract/error.ts'
import type { Handler } from './handler.ts'
import type { LaunchReport } from '../facts/launch-report.ts'

/** A launch under way: what waits for a handler to become ready. */
interface Launch {
  readonly report: LaunchReport
  readonly result: Promise<Handler>
  readonly abort: AbortController
  readonly arrived: (handler: Handler) => void
}

/** What a launch is given: the handler that arrives, and the signal that ends it. */
export interface LaunchWait {
  arrival: Promise<Handler>
  signal: AbortSignal
  report: LaunchReport
}

/**
 * Canonical name → the launch under way and the handler that serves (Fabric core/chaincode/handler_registry.go).
 * A launch is held as its promise, so that all who want the same chaincode share it, and its failure.
 */
export class HandlerRegistry {
  readonly #serving = new Map<string, Handler>()
  readonly #launches = new Map<string, Launch>()

  /** The handler that serves this name; only a ready one does. */
  handler(canonicalName: string): Handler | undefined {
    return this.#serving.get(canonicalName)
  }

  launching(canonicalName: string): Promise<Handler> | undefined {
    return this.#launches.get(canonicalName)?.result
  }

  /** The timeline of the launch under way. */
  report(canonicalName: string): LaunchReport | undefined {
    return this.#launches.get(canonicalName)?.report
  }

  /**
   * Record a launch and run it. From here on it settles: with the handler that became ready, or with the error
   * that ended it. Nobody else may be launching that name.
   */
  launch(canonicalName: string, report: LaunchReport, run: (wait: LaunchWait) => Promise<Handler>): Promise<Handler> {
    if (this.#launches.has(canonicalName)) throw new Error(`${canonicalName} is being launched already`)
    const abort = new AbortController()
    let arrived: (handler: Handler) => void = () => undefined
    const arrival = new Promise<Handler>((resolve) => (arrived = resolve))
    const result = (async () => {
      try {
        const handler = await run({ arrival, signal: abort.signal, report })
        report.end()
        return handler
      } catch (error) {
        report.end(error)
        throw error
      } finally {
        this.#launches.delete(canonicalName)
      }
    })()
    // Whoever shares the launch handles its failure; with nobody sharing it, the report has told it.
    result.catch(() => undefined)
    this.#launches.set(canonicalName, { report, result, abort, arrived })
    return result
  }

  /** End the launch under way, if there is one, and wait until it has undone itself. */
  async abortLaunch(canonicalName: string): Promise<void> {
    const launch = this.#launches.get(canonicalName)
    if (launch === undefined) return
    launch.abort.abort(new PeerError('ABORTED', { what: `The launch of ${canonicalName}` }))
    await Promise.allSettled([launch.result])
  }

  /** READY was sent on this handler: it serves from now on. Returns the one it replaces. */
  ready(handler: Handler): Handler | undefined {
    const before = this.#serving.get(handler.canonicalName)
    this.#serving.set(handler.canonicalName, handler)
    this.#launches.get(handler.canonicalName)?.arrived(handler)
    return before
  }

  /**
   * The handler's stream has ended. By identity: the end of a stream that was turned away or replaced never
   * touches the healthy one (a fault of Fabric's deregister, which goes by name). Returns whether it served.
   */
  release(handler: Handler): boolean {
    if (this.#serving.get(handler.canonicalName) !== handler) return false
    this.#serving.delete(handler.canonicalName)
    return true
  }

  /** Every handler that serves. */
  serving(): Handler[] {
    return [...this.#serving.values()]
  }
}
