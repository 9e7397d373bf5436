import { createBirpc } from 'birpc'
import type { Api, ApiName, PeerNews } from '../../core/contract/api.ts'
import { PeerError } from '../../core/contract/error.ts'
import type { DoorFunctions, HostFunctions } from '../../core/contract/wire.ts'
import type { Wire } from './wire.ts'

/** Run a command of the api. Throws a PeerError; aborting the signal cancels it, and it then throws ABORTED. */
export type Call = <N extends ApiName>(name: N, args: Parameters<Api[N]>[0], signal?: AbortSignal) => Promise<Answer<N>>

type Answer<N extends ApiName> = Awaited<ReturnType<Api[N]>>

/** The conversation with the host: call, and listen. */
export interface Link {
  call: Call
  /** Ask for a new snapshot, after which the events go on. */
  listen(): void
  close(): void
}

/** What a link tells its owner. */
export interface LinkListener {
  up(): void
  down(): void
  news(news: PeerNews): void
}

const ANSWERS_WHEN_IT_LIKES = -1

/** Speak over a wire. Each time it opens a fresh conversation begins; when it closes all open calls fail. */
export function openLink(wire: Wire, listener: LinkListener): Link {
  let rpc: ReturnType<typeof converse> | undefined
  let lastId = 0

  function up(): void {
    down()
    rpc = converse(wire, listener)
    listener.up()
    rpc.listen().catch(reportLost)
  }

  function down(): void {
    if (rpc === undefined) return
    const ended = rpc
    rpc = undefined
    ended.$close(lost())
    listener.down()
  }

  const stopOpen = wire.onOpen(up)
  const stopClose = wire.onClose(down)

  return {
    async call<N extends ApiName>(name: N, args: Parameters<Api[N]>[0], signal?: AbortSignal): Promise<Answer<N>> {
      const mine = rpc
      if (mine === undefined) throw lost()
      if (signal?.aborted === true) throw new PeerError('ABORTED', { what: name })
      const id = ++lastId
      const cancel = (): void => {
        mine.cancel(id).catch(reportLost)
      }
      signal?.addEventListener('abort', cancel, { once: true })
      try {
        const outcome = await mine.call(id, name, args)
        if (!outcome.ok) throw PeerError.revive(outcome.error)
        return outcome.value as Answer<N>
      } catch (thrown) {
        throw mine.$closed ? lost() : PeerError.from(thrown)
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },
    listen() {
      rpc?.listen().catch(reportLost)
    },
    close() {
      stopOpen()
      stopClose()
      down()
    },
  }
}

function converse(wire: Wire, listener: LinkListener) {
  let stop = (): void => undefined
  return createBirpc<HostFunctions, DoorFunctions>(
    { news: (news) => listener.news(news) },
    {
      post: (message) => wire.post(message),
      on: (heard) => {
        stop = wire.onMessage(heard)
      },
      off: () => stop(),
      eventNames: ['cancel', 'listen'],
      timeout: ANSWERS_WHEN_IT_LIKES,
    },
  )
}

function lost(): PeerError {
  return new PeerError('DISCONNECTED', { message: 'Slipway ended, or the connection to it was cut.' })
}

/** A lost connection is told by the wire's own close; an event that could not be sent adds nothing to it. */
function reportLost(thrown: unknown): void {
  console.warn('slipway: not sent', thrown)
}
