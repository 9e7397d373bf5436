import type { PeerNews } from '../../core/contract/api.ts'
import { applyNews } from '../../core/contract/apply.ts'
import { PeerError } from '../../core/contract/error.ts'
import type { PeerState } from '../../core/contract/state.ts'

/** Commands that change something or that somebody waits for; the others may be cut off. */
const interruptible = new Set<string>([
  'readShell',
  'readLogs',
  'readLineOwners',
  'readCalls',
  'readState',
  'awaitNetworkBlock',
])

/** Counts the commands under way. */
export class CommandsUnderWay {
  #count = 0
  readonly #ended = new Set<() => void>()

  get any(): boolean {
    return this.#count > 0
  }

  /** Count a command until it ends, however it ends. */
  async count<T>(name: string, command: () => Promise<T>): Promise<T> {
    if (interruptible.has(name)) return command()
    this.#count += 1
    try {
      return await command()
    } finally {
      this.#count -= 1
      for (const ended of [...this.#ended]) ended()
    }
  }

  onEnd(ended: () => void): () => void {
    this.#ended.add(ended)
    return () => void this.#ended.delete(ended)
  }
}

/** What `untilIdle` watches: a host. */
interface Watched {
  commands: CommandsUnderWay
  subscribe(listener: (news: PeerNews) => void): () => void
}

/**
 * Wait until neither a command nor a build or launch is under way; resolves at once if none is. Nothing has begun when
 * it resolves, so whoever waits closes the host at once. Throws the signal's reason.
 */
export function untilIdle({ commands, subscribe }: Watched, signal: AbortSignal): Promise<void> {
  return new Promise((settle, reject) => {
    let state: PeerState | undefined
    const stops: (() => void)[] = []
    let isOver = false
    const stop = () => {
      isOver = true
      signal.removeEventListener('abort', abort)
      for (const end of stops) end()
    }
    const abort = () => {
      stop()
      reject(signal.reason instanceof Error ? signal.reason : new PeerError('ABORTED', { what: 'Waiting' }))
    }
    const look = () => {
      if (isOver || commands.any || isLaunching(state)) return
      stop()
      settle()
    }
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    // Whoever waits for a command gets its result first.
    stops.push(commands.onEnd(() => setImmediate(look)))
    // The first news comes before subscribe returns.
    let isSubscribed = false
    stops.push(
      subscribe((news) => {
        state = applyNews(state, news)
        if (isSubscribed) look()
      }),
    )
    isSubscribed = true
    look()
  })
}

function isLaunching(state: PeerState | undefined): boolean {
  return Object.values(state?.chaincodes ?? {}).some(({ launch }) => launch?.outcome === 'running')
}
