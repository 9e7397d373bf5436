import { PeerError } from '../contract/error.ts'
import type { Handler } from './handler.ts'

/** A launch under way: what waits for handlers to become ready. */
interface Launch {
  /** Its handlers serve: too late to abort. */
  serves: boolean
  readonly result: Promise<unknown>
  readonly abort: AbortController
  readonly arrivals: Map<string, Arrival>
}

/** A handler that is ready and doesn't serve yet. */
interface Arrival {
  readonly handler: Promise<Handler>
  readonly resolve: (handler: Handler) => void
  /** Called when it serves, with the one that it replaces. */
  served: Served
}

type Served = (before: Handler | undefined) => void

/** What a launch is given. */
export interface LaunchWait {
  /** The handler of an organisation's instance, once it is ready. */
  arrival(organisation?: string): Promise<Handler>
  /** Let them serve from now on, all at once: a call is endorsed by instances of one build. */
  serve(handlers: readonly Handler[]): void
  /** Ends the launch. */
  signal: AbortSignal
}

/**
 * The handlers that serve, by canonical name and organisation, and the launches under way, by canonical name
 * (Fabric core/chaincode/handler_registry.go). On a network each organisation's peer has a process of its own; here an
 * organisation is named where it isn't the peer's own.
 */
export class HandlerRegistry {
  readonly #serving = new Map<string, Handler>()
  readonly #launches = new Map<string, Launch>()

  /** The handler that serves this name for an organisation's peer; only a ready one does. */
  handler(canonicalName: string, organisation?: string): Handler | undefined {
    return this.#serving.get(keyOf(canonicalName, organisation))
  }

  /** All that serve this name, for whichever organisation. */
  handlers(canonicalName: string): Handler[] {
    return [...this.#serving.values()].filter((handler) => handler.canonicalName === canonicalName)
  }

  isLaunching(canonicalName: string): boolean {
    return this.#launches.has(canonicalName)
  }

  /** Resolves once the launch under way, if any, has ended. */
  async launched(canonicalName: string): Promise<void> {
    await Promise.allSettled([this.#launches.get(canonicalName)?.result])
  }

  /** Record a launch and run it; from here on it settles. Nobody else may be launching that name. */
  launch<T>(canonicalName: string, run: (wait: LaunchWait) => Promise<T>): Promise<T> {
    if (this.#launches.has(canonicalName)) throw new Error(`${canonicalName} is already being launched`)
    const abort = new AbortController()
    const arrivals = new Map<string, Arrival>()
    const serve = (handlers: readonly Handler[]) => {
      const launch = this.#launches.get(canonicalName)
      if (launch !== undefined) launch.serves = true
      for (const handler of handlers) {
        this.#serve(handler, arrivals.get(handler.organisation ?? '')?.served ?? (() => undefined))
      }
    }
    const result = (async () => {
      try {
        const arrival = (organisation?: string) => arrivalOf(arrivals, organisation).handler
        return await run({ arrival, serve, signal: abort.signal })
      } finally {
        this.#launches.delete(canonicalName)
      }
    })()
    this.#launches.set(canonicalName, { result, abort, arrivals, serves: false })
    return result
  }

  /** End the launch under way, if any, and wait until it has undone itself. One that serves already goes on. */
  async abortLaunch(canonicalName: string): Promise<void> {
    const launch = this.#launches.get(canonicalName)
    if (launch === undefined) return
    if (!launch.serves) launch.abort.abort(new PeerError('ABORTED', { what: `The launch of ${canonicalName}` }))
    await Promise.allSettled([launch.result])
  }

  /**
   * READY was sent on this handler. It serves from now on, or when the launch that it belongs to lets it. `served` gets
   * the one that it replaces.
   */
  ready(handler: Handler, served: Served): void {
    const launch = this.#launches.get(handler.canonicalName)
    if (launch === undefined || launch.serves) return this.#serve(handler, served)
    const arrival = arrivalOf(launch.arrivals, handler.organisation)
    arrival.served = served
    arrival.resolve(handler)
  }

  /**
   * The handler serves no longer. By identity: the end of a stream that was turned away or replaced never
   * touches the healthy one (a fault of Fabric's deregister, which goes by name). Returns whether it served.
   */
  release(handler: Handler): boolean {
    const key = keyOf(handler.canonicalName, handler.organisation)
    if (this.#serving.get(key) !== handler) return false
    this.#serving.delete(key)
    return true
  }

  #serve(handler: Handler, served: Served): void {
    const key = keyOf(handler.canonicalName, handler.organisation)
    const before = this.#serving.get(key)
    this.#serving.set(key, handler)
    served(before)
  }
}

function keyOf(canonicalName: string, organisation = ''): string {
  return organisation === '' ? canonicalName : `${canonicalName}\0${organisation}`
}

function arrivalOf(arrivals: Map<string, Arrival>, organisation = ''): Arrival {
  let arrival = arrivals.get(organisation)
  if (arrival === undefined) {
    let resolve: Arrival['resolve'] = () => undefined
    const handler = new Promise<Handler>((settle) => (resolve = settle))
    arrival = { handler, resolve, served: () => undefined }
    arrivals.set(organisation, arrival)
  }
  return arrival
}
