import { createBirpc } from 'birpc'
import { isApiName, type Outcome } from '../../core/contract/api.ts'
import { PeerError } from '../../core/contract/error.ts'
import { hostEnd, type DoorFunctions, type HostFunctions } from '../../core/contract/wire.ts'
import { argumentFault } from './argument-shapes.ts'
import type { Host } from './host.ts'

/** Characters of a name that is refused. */
const MOST_SHOWN = 100

/** A pipe to one door: a WebSocket, or a window. Messages are plain data and arrive in the order posted. */
export interface Wire {
  post(message: unknown): void
  /** At most one listener; returns the function that stops it. */
  onMessage(listener: (message: unknown) => void): () => void
}

/**
 * Let the door at the other end of a wire call the host and listen to it. Incoming messages aren't trusted: unknown
 * functions, names and shapes are refused. Closing it aborts every running call and ends the listening.
 */
export function bridge(host: Pick<Host, 'api' | 'subscribe'>, wire: Wire): { close(): void } {
  const running = new Map<number, AbortController>()
  let unsubscribe = (): void => undefined
  let stopListening = (): void => undefined

  const functions: HostFunctions = {
    async call(id, name, args) {
      const controller = new AbortController()
      try {
        const command = checked(id, name, args)
        running.set(id, controller)
        const value: unknown = await command(controller.signal)
        return { ok: true, value }
      } catch (thrown) {
        return failed(controller.signal.aborted ? aborted(name) : thrown)
      } finally {
        if (running.get(id) === controller) running.delete(id)
      }
    },
    cancel(id) {
      running.get(id)?.abort(aborted('The call'))
    },
    listen() {
      unsubscribe()
      unsubscribe = host.subscribe((news) => void rpc.news(news).catch(ignoreClosed))
    },
  }

  function checked(id: unknown, name: unknown, args: unknown): (signal: AbortSignal) => Promise<unknown> {
    if (typeof name !== 'string') throw refused('name', 'It must be a text.')
    if (!isApiName(name)) throw refused('name', `${JSON.stringify(name.slice(0, MOST_SHOWN))} isn't a command.`)
    if (typeof id !== 'number' || running.has(id)) throw refused('id', "A call's id must be a number not in use.")
    if (typeof args !== 'object' || args === null || Array.isArray(args)) {
      throw refused('args', 'A command takes one object.')
    }
    const fault = argumentFault(name, args)
    if (fault !== undefined) throw refused(fault.argument, fault.message)
    const command = host.api[name] as (args: unknown, signal: AbortSignal) => Promise<unknown>
    return (signal) => command(args, signal)
  }

  const rpc = createBirpc<DoorFunctions, HostFunctions>(functions, {
    ...hostEnd,
    post: (message) => wire.post(message),
    on: (listener) => {
      stopListening = wire.onMessage((message) => {
        if (isMessage(message)) listener(message)
      })
    },
    off: () => stopListening(),
    // Without this, `constructor` and the like would be found on the prototype.
    resolver: (name, resolved) => (Object.hasOwn(functions, name) ? resolved : undefined),
  })

  return {
    close() {
      unsubscribe()
      for (const controller of running.values()) controller.abort(aborted('The call'))
      rpc.$close()
    },
  }
}

/** birpc's messages: a request (`q`) or a response (`s`). Anything else would make it throw. */
function isMessage(message: unknown): boolean {
  if (typeof message !== 'object' || message === null || !('t' in message)) return false
  if (message.t === 's') return 'i' in message && typeof message.i === 'string'
  return (
    message.t === 'q' && 'm' in message && typeof message.m === 'string' && 'a' in message && Array.isArray(message.a)
  )
}

function failed(thrown: unknown): Outcome<never> {
  return { ok: false, error: PeerError.from(thrown).toJSON() }
}

function aborted(what: string): PeerError {
  return new PeerError('ABORTED', { what })
}

function refused(argument: string, message: string): PeerError {
  return new PeerError('ARGUMENT_INVALID', { argument, message })
}

/** The door has just gone; it doesn't need the news. */
function ignoreClosed(): void {
  return undefined
}
