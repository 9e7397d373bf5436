import { everything } from './answers.ts'
import { now, peerState, ready } from './chaincodes.ts'
import type { Scene } from './fake-host.ts'

/** Pinned calls of channels that a replay doesn't run on: beside others, and alone. */
export const replayScenes: Record<string, () => Scene> = {
  'pins-here-and-elsewhere': () => ({
    state: peerState([{ ...ready, ...(ready.replay ? { replay: { ...ready.replay, elsewhere: 2 } } : {}) }]),
    handlers: everything,
  }),
  'pins-elsewhere': () => ({
    state: peerState([
      {
        ...ready,
        replay: { id: 1, source: { kind: 'pins' }, state: 'waiting', total: 0, elsewhere: 2, at: now, rows: [] },
      },
    ]),
    handlers: everything,
  }),
}
