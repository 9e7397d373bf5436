import type { PeerNews } from '../../../core/contract/api.ts'
import { say, sayError, threeParts } from '../../host/say.ts'
import type { TestPeer } from './test-peer.ts'

interface Watching {
  /** The folder with the scenarios. */
  scenarios: string
  /** Plays them all, until the signal says that something newer was saved. */
  play(signal: AbortSignal): Promise<void>
}

/**
 * Play scenarios, and again whenever a newer build serves or a scenario is saved. The newest save wins: a round under
 * way ends at once, so that no results are mixed. Resolves when the signal aborts.
 */
export async function watchScenarios(
  peer: TestPeer,
  { scenarios, play }: Watching,
  signal: AbortSignal,
): Promise<void> {
  const rounds = newRounds(signal)
  const { watchFolder } = await import('../../../core/index.ts')
  const watcher = watchFolder(scenarios, rounds.again)
  const unsubscribe = peer.subscribe((news) => followBuild(news, peer.chaincode, rounds))
  try {
    for (;;) {
      const round = rounds.begin()
      try {
        await play(round)
      } catch (error) {
        if (!round.aborted) sayError(error)
      }
      if (signal.aborted || !(await rounds.next())) return
    }
  } finally {
    unsubscribe()
    await watcher.close()
  }
}

type Rounds = ReturnType<typeof newRounds>

/** One round after another; `end` stops the one under way, `again` wants another. */
function newRounds(signal: AbortSignal) {
  let round = new AbortController()
  let wanted = false
  let wake: (() => void) | undefined
  signal.addEventListener('abort', () => wake?.(), { once: true })
  return {
    begin(): AbortSignal {
      wanted = false
      round = new AbortController()
      return AbortSignal.any([signal, round.signal])
    },
    end: () => round.abort(),
    again() {
      wanted = true
      round.abort()
      wake?.()
    },
    /** Whether there is another one; false once the signal aborts. */
    async next(): Promise<boolean> {
      if (!wanted && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve))
      wake = undefined
      return !signal.aborted
    },
  }
}

function followBuild(news: PeerNews, chaincode: string, rounds: Rounds): void {
  if (news.type !== 'event' || news.event.type !== 'build' || news.event.name !== chaincode) return
  const { state, error } = news.event.build
  if (state === 'building') rounds.end()
  else if (state === 'serving') rounds.again()
  else if (state === 'failed' && error !== undefined) say(threeParts(error))
}
