import { existsSync } from 'node:fs'
import type { Handler } from '../chaincode/handler.ts'
import type { OpenedChaincode } from '../chaincode/opened-chaincode.ts'
import { canonicalName, type CCContext } from '../ccprovider/cc-context.ts'
import { PeerError } from '../contract/error.ts'
import type { Mode, StartedBy } from '../contract/mode.ts'
import { checkDebuggable } from '../debugger/debuggable.ts'
import { now } from '../facts/clock.ts'
import { waitFor } from '../facts/wait.ts'
import { readAgain } from '../platforms/detect.ts'
import { checkNames } from '../project/naming.ts'
import type { Project } from '../project/project.ts'
import { describesChaincode } from './describing-files.ts'
import { Effects } from './effects.ts'
import { notRunning } from './refusals.ts'
import type { Opening } from './opening.ts'
import type { Serving } from './serving.ts'
import { awaited, ccOf, connectsFrom, isKept, isYours, lastGood, nextMode, starterOf } from './state.ts'
import type { Event, State } from './state.ts'
import { transition } from './transition.ts'
import { Work } from './work.ts'
import type { CustodianWorld } from './world.ts'

/**
 * Keeps one opened chaincode running as its author wants it: builds and launches it, again on every save and after
 * a crash, and steps back where the author starts it. (Fabric's custodian of core/chaincode/lifecycle does the same
 * for the chaincodes of committed definitions.) What it does in which state is a table in README.md.
 */
export class Custodian implements OpenedChaincode {
  readonly #world: CustodianWorld
  readonly #opening: Opening
  readonly #effects: Effects
  #state: State
  /** Until _lifecycle has defined it, it can't be launched. */
  #defining: Promise<void> | undefined
  readonly #gaveUp = () => new PeerError('ABORTED', { what: `Waiting for ${canonicalName(this.cc)}` })
  /** The steps of all events so far. */
  #steps: Promise<void> = Promise.resolve()

  constructor(project: Project, world: CustodianWorld, opening: Opening) {
    const known = { project, namedMode: project.mode, good: undefined, restarts: [] }
    this.#state = { ...known, state: isYours(project) ? 'yours' : 'opened' }
    this.#world = world
    this.#opening = opening
    this.#effects = new Effects(
      project.name,
      world,
      () => this.#state,
      (event) => void this.#on(event),
    )
  }

  get project(): Project {
    return this.#state.project
  }

  get cc(): CCContext {
    return ccOf(this.project)
  }

  get startedBy(): StartedBy {
    return starterOf(this.project)
  }

  get connectsFrom(): OpenedChaincode['connectsFrom'] {
    return connectsFrom(this.project)
  }

  /** What Slipway started of it, for whoever hears from the engine about containers. */
  get serving(): Pick<Serving, 'instance' | 'containerChanged' | 'containerStats'> {
    return this.#effects.running
  }

  /** Report that it is open, define it with _lifecycle, and begin to run and watch it, once it is its turn. */
  async open(launch: boolean, turn: Promise<void>): Promise<void> {
    const { watch } = this.#opening
    const opened = turn.then(() => this.#effects.reporter.opened(this.project, watch))
    this.#defining = opened.then(() => this.#world.deploy(this.project))
    await this.#defining
    this.#defining = undefined
    if (isYours(this.project)) await this.#effects.take({ type: 'expect' })
    const watcher = watch ? this.#effects.watch((files, since) => void this.#saved(files, since)) : undefined
    if (!launch || isYours(this.project)) return
    void this.#on({ type: 'run', reason: 'opened' })
    // What was saved after the first look and before all was watched raised no event.
    void watcher?.ready.then(() => {
      if (isKept(this.#state)) void this.#saved(['.'], now())
    })
  }

  async ensure(signal?: AbortSignal, organisation?: string): Promise<Handler> {
    if (this.#defining !== undefined) await waitFor(this.#defining, { signal, onAbort: this.#gaveUp })
    if (organisation === undefined) return this.#ensureOwn(signal)
    const { registry } = this.#world
    // Where its author starts one process, it serves all organisations.
    if (isYours(this.project)) return registry.handler(canonicalName(this.cc), organisation) ?? this.#ensureOwn(signal)
    return this.#effects.further.ensure(organisation, () => this.#ensureOwn(), signal)
  }

  async #ensureOwn(signal?: AbortSignal): Promise<Handler> {
    for (;;) {
      const name = canonicalName(this.cc)
      const handler = this.#world.registry.handler(name)
      if (handler !== undefined) return handler
      if (isYours(this.project)) {
        const [other] = this.#world.registry.handlers(name)
        if (other === undefined) throw this.#effects.reporter.notConnected(this.project)
        return other
      }
      const good = lastGood(this.#state)
      void this.#on({ type: 'call' })
      const work = awaited(this.#state)
      if (work === undefined) throw notRunning(this.cc)
      const isLaunch = work !== this.#build()
      try {
        await waitFor(work.done, { signal, onAbort: this.#gaveUp })
      } catch (error) {
        if (signal?.aborted === true) throw error
        if (PeerError.from(error).code === 'ABORTED') {
          // What replaced it is what the caller wants now.
          if (awaited(this.#state) === undefined && this.#state.state !== 'serving') throw error
        } else if (isLaunch || good === undefined) throw error
        // A build that fails leaves the last good one to serve.
      }
    }
  }

  /** Run it if it isn't running. @throws PeerError as `ensure` */
  async launch(signal?: AbortSignal): Promise<void> {
    void this.#on({ type: 'start' })
    await this.ensure(signal)
  }

  /** Build and launch it again; the old one serves until the new one is ready. */
  async restart(): Promise<void> {
    if (isYours(this.project)) throw this.#effects.reporter.notConnected(this.project)
    void this.#on({ type: 'run', reason: 'restart' })
    const build = this.#build()
    if (build === undefined) throw notRunning(this.cc)
    await build.done
  }

  /** Read the folder again and build what it says now, as after a save; what is wrong is reported. */
  async reread(): Promise<void> {
    try {
      await this.#describe()
      await this.#on({ type: 'run', reason: 'restart' })
    } catch (error) {
      this.#effects.reporter.error(error)
    }
  }

  /** Stop the process, and whatever is being built or launched. */
  async stop(): Promise<void> {
    await this.#on({ type: 'stop' })
  }

  /** One click: Slipway starts it from now on, or the author does. */
  async setStartedBy(startedBy: StartedBy): Promise<void> {
    await this.#on({ type: 'set-started-by', startedBy })
  }

  /** Under its debugger from now on, or no longer. @throws PeerError DEBUG_UNAVAILABLE, what building and launching throws */
  async setDebugger(debug: boolean): Promise<void> {
    if (debug) checkDebuggable(this.project)
    if (debug !== (this.project.debug ?? false)) await this.#built({ type: 'set-debugger', debug })
  }

  /**
   * Dev or net. What serves goes on until the new one is ready; if that fails it stays, and so does the mode. One
   * that its author starts in dev mode is waited for in the same way: the container serves until it registers.
   * @throws PeerError what building and launching it throws; ABORTED if the mode is changed back meanwhile
   */
  async setMode(mode: Mode): Promise<void> {
    const isChange = mode !== this.project.mode
    if (!isChange && nextMode(this.#state) === undefined) return
    await this.#built({ type: 'set-mode', mode, ...this.#effects.outlook() })
    if (isChange && this.project.mode === mode) this.#world.usualModes.remember(this.project.name, mode)
  }

  /**
   * Be known under another version: what registers as the old one is no longer expected.
   * @throws PeerError NAME_INVALID, LIFECYCLE, what building and launching it throws
   */
  async setVersion(version: string): Promise<void> {
    if (version === this.project.version) return
    const project = { ...this.project, version }
    checkNames(project)
    const before = this.cc
    await this.#on({ type: 'described', project })
    try {
      if (isKept(this.#state)) await this.restart()
    } finally {
      // Calls go to the new one from now on.
      this.#effects.retire(before)
    }
  }

  /** Stop everything and report that it is closed. Idempotent. */
  async close(): Promise<void> {
    await this.#on({ type: 'close' })
    await this.#steps
  }

  connected(handler: Handler): void {
    if (handler.organisation !== undefined) return
    void this.#on({ type: 'connected', handler })
  }

  disconnected({ organisation }: Handler, reason: PeerError): void {
    if (organisation !== undefined) return
    void this.#on({ type: 'disconnected', reason })
  }

  async #saved(changed: string[], since: number): Promise<void> {
    // The watch reports a folder that is gone, and its return; until then nothing can be built.
    if (!existsSync(this.project.folder)) return
    try {
      const files = await this.#effects.savesOf(changed, since)
      if (files.length === 0) return
      const isDescribed = files.some((file) => file === '.' || describesChaincode(file))
      const namedMode = isDescribed ? await this.#describe() : undefined
      await this.#on({ type: 'saved', files, since, namedMode })
    } catch (error) {
      this.#effects.reporter.error(error)
    }
  }

  /** Read the folder again. Returns the mode that it names now. */
  async #describe(): Promise<Mode> {
    const { overrides, checkTrust } = this.#opening
    const project = await readAgain(this.project, overrides, { usualMode: () => this.#state.namedMode, checkTrust })
    await this.#on({ type: 'described', project })
    return project.mode
  }

  /** Settles when what is built because of this event serves. */
  async #built(event: Event): Promise<void> {
    await Promise.all([this.#on(event), this.#build()?.done])
  }

  /** The build under way. */
  #build(): Work | undefined {
    return this.#state.state === 'building' ? this.#state.work : undefined
  }

  /** The one place where the state changes. Settles when all that is done about the event is done. */
  #on(event: Event): Promise<void> {
    const { state, effects, steps } = transition(this.#state, event, () => new Work())
    this.#state = state
    for (const effect of effects) this.#effects.perform(effect)
    if (steps.length === 0) return Promise.resolve()
    const done = this.#steps.then(async () => {
      for (const step of steps) await this.#effects.take(step)
    })
    this.#steps = done.catch(() => undefined)
    return done
  }
}
