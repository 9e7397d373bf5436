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
 * Which Docker engine runs, kept up to date from the first request on: it follows the engine's events, so it notices
 * its end at once, and looks for it while it is down. Emits the `tool` fact of `docker`. Does nothing until the first
 * request.
 */
export interface DockerWatch {
  /**
   * The engine; looks for it now unless it is known to run. The same object until it goes down.
   * @throws DOCKER_* without one; the signal's reason
   */
  engine(signal?: AbortSignal): Promise<DockerEngine>
  /**
   * Look again, also for a different engine, as configuration and contexts may have changed. Resolves with the state it
   * emitted.
   */
  check(signal?: AbortSignal): Promise<ToolState>
  /** The engine went away; its containers may run on without it, or not. Returns a function that stops listening. */
  onDown(listener: (error: PeerError) => void): () => void
  /** An engine is up, after an earlier one had been given out: whatever runs on it must be looked at again. */
  onUp(listener: (engine: DockerEngine) => void): () => void
  /** The engine's events about what has the given labels. */
  onEvent(listener: (event: EngineEvent) => void): () => void
  /** Idempotent; emits nothing afterwards. */
  close(): void
}

export interface DockerWatchSettings extends EngineChoice {
  /** Whose events to listen for; without labels: nobody's. */
  labels?: Labels
}

export function watchDocker(emit: (fact: PeerFact) => void, settings: DockerWatchSettings = {}): DockerWatch {
  return new Watch(emit, settings)
}

/**
 * Pauses between looks for a lost engine, by kind of connection; the last one repeats. A local socket is cheap to try.
 */
const WAITS_MS = {
  local: [50, 100, 200, 400, 1_000],
  tcp: [500, 1_000, 2_000, 5_000],
  ssh: [2_000, 5_000, 15_000, 30_000],
}
/** The pause until an engine is first found or needed. */
const IDLE_MS = 5_000
/** Nothing has these labels: the event stream is followed only to notice its end. */
const NO_LABELS: Labels = { 'slipway.peer': '-' }

interface Up {
  at: 'up'
  engine: FoundEngine
  following: AbortController
  opened?: Promise<OpenEngine>
}
type State = { at: 'unknown' } | Up | { at: 'down'; error: PeerError }

class Watch implements DockerWatch {
  readonly #emit: (fact: PeerFact) => void
  readonly #choice: EngineChoice
  readonly #labels: Labels
  readonly #downListeners = new Set<(error: PeerError) => void>()
  readonly #upListeners = new Set<(engine: DockerEngine) => void>()
  readonly #eventListeners = new Set<(event: EngineEvent) => void>()
  readonly #closing = new AbortController()
  /** All engines that were opened, for `close`. */
  readonly #engines = new Set<OpenEngine>()
  #state: State = { at: 'unknown' }
  /** As last emitted. */
  #tool: ToolState = { state: 'unknown' }
  #looking: Promise<State> | undefined
  #retry: NodeJS.Timeout | undefined
  #tries = 0
  #wasNeeded = false

  constructor(emit: (fact: PeerFact) => void, { labels = NO_LABELS, ...choice }: DockerWatchSettings) {
    this.#emit = emit
    this.#choice = choice
    this.#labels = labels
  }

  async engine(signal?: AbortSignal): Promise<DockerEngine> {
    this.#wasNeeded = true
    const state = this.#state.at === 'up' ? this.#state : await waitFor(this.#look(), { signal })
    if (state.at === 'down') throw state.error
    if (state.at === 'unknown') throw new PeerError('ABORTED', { what: 'The search for a Docker engine' })
    return waitFor(this.#open(state), { signal })
  }

  async check(signal?: AbortSignal): Promise<ToolState> {
    const before = this.#tool
    this.#setTool({ state: 'checking' })
    try {
      await waitFor(this.#look(), { signal })
    } catch (error) {
      if (this.#tool.state === 'checking') this.#setTool(before.state === 'checking' ? { state: 'unknown' } : before)
      throw error
    }
    return this.#tool
  }

  onDown(listener: (error: PeerError) => void): () => void {
    return listen(this.#downListeners, listener)
  }

  onUp(listener: (engine: DockerEngine) => void): () => void {
    return listen(this.#upListeners, listener)
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    return listen(this.#eventListeners, listener)
  }

  close(): void {
    this.#closing.abort(new PeerError('ABORTED', { what: 'The watch of the Docker engine' }))
    clearTimeout(this.#retry)
    for (const engine of this.#engines) engine.close()
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  #setTool(tool: ToolState): void {
    this.#tool = tool
    if (!this.#isClosed) this.#emit({ type: 'tool', tool: 'docker', state: tool })
  }

  /** One look at a time; callers in the meantime share its outcome. Never rejects. */
  #look(): Promise<State> {
    clearTimeout(this.#retry)
    this.#looking ??= findEngine(this.#choice, this.#closing.signal)
      .then(
        (engine) => this.#setUp(engine),
        (error: unknown) => this.#setDown(PeerError.from(error)),
      )
      .finally(() => (this.#looking = undefined))
    return this.#looking
  }

  #setUp(engine: FoundEngine): State {
    if (this.#isClosed) return this.#state
    this.#tries = 0
    this.#wasNeeded = true
    const before = this.#state
    if (before.at === 'up' && before.engine.address.host === engine.address.host) {
      before.engine = engine
    } else {
      const { host, why } = engine.address
      if (before.at === 'up')
        this.#leave(before, new PeerError('DOCKER_LOST', { host, doing: `${why} took its place` }))
      this.#enter({ at: 'up', engine, following: new AbortController() })
    }
    this.#setTool(foundTool(engine))
    return this.#state
  }

  #enter(up: Up): void {
    this.#state = up
    void this.#follow(up)
    // Whoever was given no engine has nothing to look at again, and opening one takes a moment.
    if (this.#engines.size === 0) return
    void this.#open(up).then((engine) => {
      if (this.#state === up) this.#upListeners.forEach((listener) => listener(engine))
    })
  }

  #leave(up: Up, error: PeerError): void {
    up.following.abort()
    this.#state = { at: 'down', error }
    this.#downListeners.forEach((listener) => listener(error))
  }

  #setDown(error: PeerError): State {
    if (this.#isClosed) return this.#state
    if (this.#state.at === 'up') this.#leave(this.#state, error)
    this.#state = { at: 'down', error }
    // Only a failure that differs from the last one is news.
    const tool = this.#tool
    const isSame = tool.state === 'missing' && tool.error.code === error.code && tool.error.why === error.parts.why
    if (!isSame) this.#setTool({ state: 'missing', error: error.toJSON() })
    this.#lookLater()
    return this.#state
  }

  #lookLater(): void {
    if (this.#state.at !== 'down' || this.#isClosed) return
    const host = hostOf(this.#state.error)
    const wait = this.#wasNeeded ? retryWait(host, this.#tries) : IDLE_MS
    this.#tries += 1
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => {
      void mayAsk(host).then((may) => (may ? void this.#look() : this.#lookLater()))
    }, wait)
    this.#retry.unref()
  }

  async #follow(up: Up): Promise<void> {
    const { address, reach } = up.engine
    const path = `/events?filters=${encodeURIComponent(JSON.stringify(eventFilters(this.#labels)))}`
    const signal = AbortSignal.any([up.following.signal, this.#closing.signal])
    await followLines(reach, path, signal, (value) => {
      const event = readEvent(value)
      this.#eventListeners.forEach((listener) => listener(event))
    })
    if (signal.aborted) return
    this.#leave(up, new PeerError('DOCKER_LOST', { host: address.host, doing: 'Slipway listened to its events' }))
    if (await mayAsk(address.host)) await this.#look()
    else this.#setDown(stopped(address))
  }

  #open(up: Up): Promise<OpenEngine> {
    const { address, reach, facts } = up.engine
    up.opened ??= openEngine(address, reach, facts).then((engine) => {
      this.#engines.add(engine)
      if (this.#isClosed) engine.close()
      return engine
    })
    return up.opened
  }
}

function listen<L>(listeners: Set<L>, listener: L): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

function foundTool({ address, facts }: FoundEngine): ToolState {
  const note = `${facts.product} ${facts.version} · ${address.host} · from ${address.why}`
  return { state: 'found', version: facts.version, note }
}

function retryWait(host: string, tries: number): number {
  const waits = WAITS_MS[host.startsWith('ssh:') ? 'ssh' : /^(tcp|https?):/.test(host) ? 'tcp' : 'local']
  return waits[Math.min(tries, waits.length - 1)] ?? IDLE_MS
}

function hostOf({ details }: PeerError): string {
  return 'host' in details ? details.host : ''
}
