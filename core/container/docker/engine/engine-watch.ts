import { waitFor } from '../../../facts/wait.ts'
import { PeerError } from '../../../contract/error.ts'
import type { PeerFact } from '../../../contract/events.ts'
import type { ToolState } from '../../../contract/state.ts'
import { openEngine, type OpenEngine } from './docker-engine.ts'
import type { DockerEngine, EngineEvent, Labels } from './engine.ts'
import { eventFilters, readEvent } from './engine-event.ts'
import { findEngine, type EngineChoice, type FoundEngine } from './find-engine.ts'
import { followLines } from './probe-engine.ts'
import { mayAsk } from './socket-activation.ts'
import { stopped } from './start-engine.ts'

/**
 * Which Docker engine there is and whether it runs, kept up to date from the first time that anybody asks: it follows
 * the engine's events, so that its end is known at once, and looks for it while it is down. Told as the `tool` fact of
 * `docker`. Until somebody asks it does nothing.
 */
export interface DockerWatch {
  /**
   * The engine; looked for now where it is not known to run. The same object until it goes down.
   * @throws DOCKER_* where there is none; the signal's reason
   */
  engine(signal?: AbortSignal): Promise<DockerEngine>
  /** Look anew, also for which engine it is, as configuration and contexts may have changed. Resolves with what was told. */
  check(signal?: AbortSignal): Promise<ToolState>
  /** It went away; what it ran may go on without it, or not. Returns how to stop listening, as the others do. */
  onDown(heard: (error: PeerError) => void): () => void
  /** It is there again, or another is, after an engine had been given out: what it runs is to be looked at anew. */
  onUp(heard: (engine: DockerEngine) => void): () => void
  /** Its events about what carries the labels given. */
  onEvent(heard: (event: EngineEvent) => void): () => void
  /** Idempotent; tells nothing more. */
  close(): void
}

export interface DockerWatchSettings extends EngineChoice {
  /** Whose events are wanted. Without: nobody's. */
  labels?: Labels
}

/** Before a lost engine is looked for again, by how it is reached; the last one goes on. To try a local socket costs nothing. */
const WAITS_MS = {
  local: [50, 100, 200, 400, 1_000],
  tcp: [500, 1_000, 2_000, 5_000],
  ssh: [2_000, 5_000, 15_000, 30_000],
}
/** While there was none yet and nobody has needed one. */
const IDLE_MS = 5_000
/** Carried by nothing: the events are followed for their end alone. */
const NOTHING: Labels = { 'slipway.peer': '-' }

interface Up {
  at: 'up'
  found: FoundEngine
  following: AbortController
  opened?: Promise<OpenEngine>
}
type State = { at: 'unknown' } | Up | { at: 'down'; error: PeerError }

export function watchDocker(
  emit: (fact: PeerFact) => void,
  { labels = NOTHING, ...choice }: DockerWatchSettings = {},
): DockerWatch {
  const downs = new Set<(error: PeerError) => void>()
  const ups = new Set<(engine: DockerEngine) => void>()
  const events = new Set<(event: EngineEvent) => void>()
  const closing = new AbortController()
  const given = new Set<OpenEngine>()
  let state: State = { at: 'unknown' }
  let told: ToolState = { state: 'unknown' }
  let looking: Promise<State> | undefined
  let timer: NodeJS.Timeout | undefined
  let tries = 0
  let needed = false

  function tell(next: ToolState): void {
    told = next
    if (!closing.signal.aborted) emit({ type: 'tool', tool: 'docker', state: next })
  }

  /** One look at a time; who asks meanwhile gets its outcome. Never rejects. */
  function look(): Promise<State> {
    clearTimeout(timer)
    looking ??= findEngine(choice, closing.signal)
      .then(isUp, (error: unknown) => isDown(PeerError.from(error)))
      .finally(() => (looking = undefined))
    return looking
  }

  function isUp(found: FoundEngine): State {
    if (closing.signal.aborted) return state
    tries = 0
    needed = true
    if (state.at === 'up' && state.found.address.host === found.address.host) {
      state.found = found
    } else {
      const { host, why } = found.address
      if (state.at === 'up') leave(state, new PeerError('DOCKER_LOST', { host, doing: `${why} took its place` }))
      const now: Up = { at: 'up', found, following: new AbortController() }
      state = now
      void follow(now)
      // Who was given none has nothing to look at anew, and opening one takes a moment.
      if (given.size > 0) void open(now).then((engine) => state === now && ups.forEach((heard) => heard(engine)))
    }
    tell(foundState(found))
    return state
  }

  function isDown(error: PeerError): State {
    if (closing.signal.aborted) return state
    if (state.at === 'up') leave(state, error)
    state = { at: 'down', error }
    // A look that fails as the one before did is no news.
    if (!(told.state === 'missing' && told.error.code === error.code && told.error.why === error.parts.why))
      tell({ state: 'missing', error: error.toJSON() })
    lookLater()
    return state
  }

  function lookLater(): void {
    if (state.at !== 'down' || closing.signal.aborted) return
    const host = hostOf(state.error)
    const waits = WAITS_MS[host.startsWith('ssh:') ? 'ssh' : /^(tcp|https?):/.test(host) ? 'tcp' : 'local']
    const wait = needed ? (waits[Math.min(tries, waits.length - 1)] ?? IDLE_MS) : IDLE_MS
    tries += 1
    clearTimeout(timer)
    timer = setTimeout(() => void mayAsk(host).then((may) => (may ? void look() : lookLater())), wait)
    timer.unref()
  }

  function leave(was: Up, error: PeerError): void {
    was.following.abort()
    state = { at: 'down', error }
    downs.forEach((heard) => heard(error))
  }

  async function follow(now: Up): Promise<void> {
    const { address, reach } = now.found
    const path = `/events?filters=${encodeURIComponent(JSON.stringify(eventFilters(labels)))}`
    const signal = AbortSignal.any([now.following.signal, closing.signal])
    await followLines(reach, path, signal, (value) => {
      const event = readEvent(value)
      events.forEach((heard) => heard(event))
    })
    if (signal.aborted) return
    leave(now, new PeerError('DOCKER_LOST', { host: address.host, doing: 'Slipway listened to its events' }))
    if (await mayAsk(address.host)) await look()
    else isDown(stopped(address))
  }

  function open(now: Up): Promise<OpenEngine> {
    const { address, reach, facts } = now.found
    now.opened ??= openEngine(address, reach, facts).then((engine) => {
      given.add(engine)
      if (closing.signal.aborted) engine.close()
      return engine
    })
    return now.opened
  }

  return {
    async engine(signal) {
      needed = true
      const now = state.at === 'up' ? state : await waitFor(look(), { signal })
      if (now.at === 'down') throw now.error
      if (now.at === 'unknown') throw new PeerError('ABORTED', { what: 'The search for a Docker engine' })
      return waitFor(open(now), { signal })
    },
    async check(signal) {
      const before = told
      tell({ state: 'checking' })
      try {
        await waitFor(look(), { signal })
      } catch (error) {
        if (told.state === 'checking') tell(before.state === 'checking' ? { state: 'unknown' } : before)
        throw error
      }
      return told
    },
    onDown: (heard) => listen(downs, heard),
    onUp: (heard) => listen(ups, heard),
    onEvent: (heard) => listen(events, heard),
    close() {
      closing.abort(new PeerError('ABORTED', { what: 'The watch of the Docker engine' }))
      clearTimeout(timer)
      for (const engine of given) engine.close()
    },
  }
}

function listen<H>(all: Set<H>, heard: H): () => void {
  all.add(heard)
  return () => void all.delete(heard)
}

function foundState({ address, facts }: FoundEngine): ToolState {
  const note = `${facts.product} ${facts.version} · ${address.host} · from ${address.why}`
  return { state: 'found', version: facts.version, note }
}

function hostOf({ details }: PeerError): string {
  return 'host' in details ? details.host : ''
}
