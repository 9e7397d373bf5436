import { createBirpc } from 'birpc'
import type { Api, ApiName, Outcome, PeerNews } from '../../../core/contract/api.ts'
import { apply } from '../../../core/contract/apply.ts'
import { PeerError } from '../../../core/contract/error.ts'
import type { PeerFact } from '../../../core/contract/events.ts'
import type { PeerState } from '../../../core/contract/state.ts'
import type { DoorFunctions, HostFunctions } from '../../../core/contract/wire.ts'
import type { WindowPort } from '../../../renderer/wire/wire.ts'

type Handlers = { [N in ApiName]?: (args: Parameters<Api[N]>[0], emit: (fact: PeerFact) => void) => unknown }

/** What a scene shows: a state, and what the host answers. */
export interface Scene {
  state: PeerState | undefined
  door?: 'electron' | 'browser'
  handlers: Handlers
  /** Facts that come by themselves. */
  play?: (emit: (fact: PeerFact) => void) => void
}

/** A port such as the preload script offers, with a scene behind it. */
export function fakePort(scene: Scene): WindowPort {
  const heard: ((message: unknown) => void)[] = []
  let toHost: (message: unknown) => void = () => undefined
  let state = scene.state

  const rpc = createBirpc<DoorFunctions, HostFunctions>(
    { call, cancel: () => undefined, listen },
    {
      post: (message) => setTimeout(() => heard.forEach((one) => one(structuredClone(message)))),
      on: (listener) => {
        toHost = listener
      },
      eventNames: ['news'],
      timeout: -1,
    },
  )

  function tell(news: PeerNews): void {
    rpc.news(news).catch(console.error)
  }

  function emit(fact: PeerFact): void {
    if (state === undefined) return
    const event = { ...fact, seq: state.seq + 1 }
    state = apply(state, event)
    tell({ type: 'event', event })
  }

  function listen(): void {
    tell({ type: 'snapshot', state, host: { door: scene.door ?? 'browser', platform: 'linux' } })
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

  return { post: (message) => toHost(structuredClone(message)), onMessage: (one) => heard.push(one) }
}
