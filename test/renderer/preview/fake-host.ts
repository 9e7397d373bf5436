import { createBirpc } from 'birpc'
import type { Api, ApiName, HostFacts, Outcome, PeerNews } from '../../../core/contract/api.ts'
import { apply } from '../../../core/contract/apply.ts'
import { PeerError } from '../../../core/contract/error.ts'
import type { PeerFact } from '../../../core/contract/events.ts'
import type { PeerState } from '../../../core/contract/state.ts'
import type { DoorFunctions, HostFunctions } from '../../../core/contract/wire.ts'
import type { WindowPort } from '../../../renderer/wire/wire.ts'

type Handlers = { [N in ApiName]?: (args: Parameters<Api[N]>[0], emit: (fact: PeerFact) => void) => unknown }

/** A scene to show: a state, and the host's answers. */
export interface Scene {
  state: PeerState | undefined
  /** What the host says of itself, besides its door and platform. */
  host?: Partial<HostFacts>
  /** Without an answer to `listen`, the window stays at connecting. */
  silent?: boolean
  handlers: Handlers
  /** Facts that the host emits on its own. */
  play?: (emit: (fact: PeerFact) => void) => void
}

/** A port like the preload script's, with a scene behind it. */
export function fakePort(scene: Scene): WindowPort {
  const listeners: ((message: unknown) => void)[] = []
  let toHost: (message: unknown) => void = () => undefined
  let state = scene.state

  const rpc = createBirpc<DoorFunctions, HostFunctions>(
    { call, cancel: () => undefined, listen },
    {
      post: (message) => setTimeout(() => listeners.forEach((listener) => listener(structuredClone(message)))),
      on: (listener) => {
        toHost = listener
      },
      eventNames: ['news'],
      timeout: -1,
    },
  )

  function send(news: PeerNews): void {
    rpc.news(news).catch(console.error)
  }

  function emit(fact: PeerFact): void {
    if (state === undefined) return
    const event = { ...fact, seq: state.seq + 1 }
    state = apply(state, event)
    send({ type: 'event', event })
  }

  function listen(): void {
    if (scene.silent === true) return
    send({ type: 'snapshot', state, host: { door: 'browser', platform: 'linux', ...scene.host } })
    scene.play?.(emit)
  }

  async function call(_id: number, name: ApiName, args: unknown): Promise<Outcome<unknown>> {
    const handler = scene.handlers[name] as ((args: unknown, emit: (fact: PeerFact) => void) => unknown) | undefined
    try {
      return { ok: true, value: await handler?.(args, emit) }
    } catch (thrown) {
      return { ok: false, error: PeerError.from(thrown).toJSON() }
    }
  }

  return { post: (message) => toHost(structuredClone(message)), onMessage: (listener) => listeners.push(listener) }
}
