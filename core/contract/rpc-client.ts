import type { Api, ApiName, Outcome } from './api.ts'
import { PeerError } from './error.ts'

/** Run a command of the api. Throws a PeerError: ABORTED if the signal aborts, DISCONNECTED if the wire closes. */
export type Call = <N extends ApiName>(name: N, args: Parameters<Api[N]>[0], signal?: AbortSignal) => Promise<Answer<N>>

type Answer<N extends ApiName> = Awaited<ReturnType<Api[N]>>

/** The host's functions (see wire.ts) as birpc offers them at a door's end of the wire. */
export interface RemoteHost {
  call(id: number, name: ApiName, args: unknown): Promise<Outcome<unknown>>
  cancel(id: number): Promise<void>
  listen(): Promise<void>
  $close(reason: Error): void
  readonly $closed: boolean
}

/** A door's end of one wire. */
export interface RpcClient {
  call: Call
  /** Ask for a snapshot and every event after it. */
  listen(): void
  /** Fail the open calls, and every later one, with DISCONNECTED. */
  close(): void
}

export function rpcClient(host: RemoteHost): RpcClient {
  let lastId = 0

  async function call<N extends ApiName>(
    name: N,
    args: Parameters<Api[N]>[0],
    signal?: AbortSignal,
  ): Promise<Answer<N>> {
    if (signal?.aborted === true) throw aborted(name, signal)
    const id = ++lastId
    const cancel = (): void => void host.cancel(id).catch(ignoreClosed)
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      const outcome = await host.call(id, name, args)
      if (!outcome.ok) throw PeerError.revive(outcome.error)
      // Both ends share one map of signatures.
      return outcome.value as Answer<N>
    } catch (thrown) {
      throw host.$closed ? disconnected() : PeerError.from(thrown)
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  return {
    call,
    listen: () => void host.listen().catch(ignoreClosed),
    close: () => host.$close(disconnected()),
  }
}

function aborted(name: ApiName, { reason }: AbortSignal): PeerError {
  return reason instanceof PeerError ? (reason as PeerError) : new PeerError('ABORTED', { what: name })
}

export function disconnected(): PeerError {
  return new PeerError('DISCONNECTED', { message: 'Slipway ended, or the connection to it was cut.' })
}

/** The wire's owner reports that it closed; a message that could no longer be sent adds nothing. */
function ignoreClosed(): void {
  return undefined
}
