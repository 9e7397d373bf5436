import { canonicalName, type CCContext } from '../ccprovider/cc-context.ts'
import { keepDialing, type Dialing } from '../comm/keep-dialing.ts'
import { PeerError } from '../contract/error.ts'
import type { LaunchReason } from '../contract/launch-state.ts'
import { now } from '../facts/clock.ts'
import type { InstanceLaunch } from '../chaincode/runtime-launcher.ts'
import type { LaunchReport } from '../facts/launch-report.ts'
import type { BuiltProject } from '../project/project.ts'
import type { Reloader } from '../watch/reloader.ts'
import type { SourceWatcher } from '../watch/source-watcher.ts'
import { AttachedProcess } from './attached-process.ts'
import { followOutput } from './author-output.ts'
import { newProjectReloader } from './project-reloader.ts'
import { watchProject } from './project-watch.ts'
import { explainServer } from './server-evidence.ts'
import { attachedServer } from './server-launch.ts'
import { FurtherInstances } from './further-instances.ts'
import { Serving } from './serving.ts'
import {
  ccOf,
  isUnderWay,
  lastGood,
  type Effect,
  type Event,
  type ReadyHandler,
  type State,
  type Step,
} from './state.ts'
import { Reporter } from './reporter.ts'
import type { Work } from './work.ts'
import type { CustodianWorld } from './world.ts'

/** Does what a transition asks for, with all that one chaincode holds of the world outside; reports outcomes by `on`. */
export class Effects {
  readonly reporter: Reporter
  readonly serving: Serving
  readonly further: FurtherInstances
  readonly #world: CustodianWorld
  readonly #state: () => State
  readonly #on: (event: Event) => void
  readonly #attached: AttachedProcess
  readonly #reloader: Reloader
  #watch: SourceWatcher | undefined

  constructor(name: string, world: CustodianWorld, state: () => State, on: (event: Event) => void) {
    this.#world = world
    this.#state = state
    this.#on = on
    this.reporter = new Reporter(name, world)
    this.serving = new Serving({
      name,
      emit: world.emit,
      ended: (exit) => on({ type: 'exited', exit, ...this.outlook() }),
    })
    this.further = new FurtherInstances(name, world, state)
    this.#attached = new AttachedProcess(
      (on) => followOutput(state().project, world, on),
      () => this.#dial(),
      (exit) => this.reporter.authorsEnded(exit),
      { hash: () => this.#reloader.hash(state().project), report: (at) => this.reporter.savedAt(at) },
    )
    this.#reloader = newProjectReloader(name, state().project.folder, world, {
      begin: (launch) => this.reporter.launch(launch),
      launch: (built, signal, report) => this.#launch(built, report, signal),
    })
  }

  /** What Slipway started, for whichever organisation; `instance` is the first one. */
  get running(): Pick<Serving, 'instance' | 'containerChanged' | 'containerStats'> {
    const { serving, further } = this
    return {
      instance: serving.instance,
      containerChanged(container) {
        serving.containerChanged(container)
        further.containerChanged(container)
      },
      containerStats(...stats) {
        serving.containerStats(...stats)
        further.containerStats(...stats)
      },
    }
  }

  /** Watch the sources. */
  watch(changed: (files: string[], since: number) => void): SourceWatcher {
    const { config, emit } = this.#world
    return (this.#watch = watchProject(this.#state().project, config.chaincode.quietPeriod, emit, changed))
  }

  /** Of files that changed, those that are saves and not what a build wrote. */
  async savesOf(files: readonly string[], since: number): Promise<string[]> {
    const saves = await this.#reloader.savesOf(files, since)
    if (saves.length > 0) this.#attached.saved(since)
    return saves
  }

  /** Whether a handler serves it, now. */
  outlook(): { serves: boolean; at: number } {
    const { project } = this.#state()
    return { serves: this.#world.registry.handler(canonicalName(project)) !== undefined, at: now() }
  }

  perform(effect: Effect): void {
    switch (effect.type) {
      case 'report-settings':
        return this.reporter.settings(this.#state().project)
      case 'report-error':
        return this.reporter.error(effect.error)
      case 'report-connected':
        return this.#connected(effect.handler)
      case 'report-gone':
        return void this.#attached.disconnected(effect.reason)
      case 'let-go':
        this.further.letGo()
        return this.serving.letGo()
    }
  }

  async take(step: Step): Promise<void> {
    const { registry, launchables, deploy } = this.#world
    const { project } = this.#state()
    switch (step.type) {
      case 'build':
        return this.#begin(step.work, () => this.#reloader.request(step.project, step.reason, step.files, step.since))
      case 'launch':
        return this.#begin(step.work, () => this.#launchGood(step.built, step.reason))
      case 'abort-build':
        return this.#reloader.abort()
      case 'abort-launch':
        return registry.abortLaunch(canonicalName(project))
      case 'stop':
        return this.#stop()
      case 'retire':
        return void this.retire(step.cc)
      case 'deploy':
        return deploy(project)
      case 'expect':
        await this.#attached.expect()
        return this.#expectFurther()
      case 'stop-expecting':
        this.reporter.commands(project, new Map())
        return this.#attached.close()
      case 'drop-prepared':
        return launchables.dropPrepared(project)
      case 'close':
        return this.#close()
    }
  }

  /** What is registered as an earlier version takes no new call. */
  retire(before: CCContext): void {
    const reason = new PeerError('STREAM_REPLACED', { canonicalName: canonicalName(this.#state().project) })
    this.#world.launcher.retire(before, reason)
  }

  #begin(work: Work, run: () => Promise<void>): void {
    if (!isUnderWay(this.#state(), work)) return work.dropped()
    run().then(
      () => {
        this.#on({ type: 'work-ready', work, good: this.#reloader.lastGood(), serves: this.outlook().serves })
        work.ready()
      },
      (error: unknown) => {
        this.#on({ type: 'work-failed', work, error, ...this.outlook() })
        work.failed(error)
      },
    )
  }

  async #launchGood(built: BuiltProject, reason: LaunchReason): Promise<void> {
    const { build, project } = built
    const report = this.reporter.launch({ build, reason, files: [], startedAt: now(), mode: project.mode })
    try {
      await this.#launch(built, report)
      report.end()
    } catch (error) {
      report.end(error)
      throw error
    }
  }

  /** Launch this build; it serves once it is ready, and what served before is stopped. */
  async #launch(built: BuiltProject, report: LaunchReport, signal?: AbortSignal): Promise<void> {
    const { launcher, launchables } = this.#world
    const project = { ...this.#state().project, mode: built.project.mode }
    const further = this.further.launches(project, built)
    const instances: InstanceLaunch[] = [{ launchable: launchables.of(project, built) }, ...further]
    const launched = await launcher
      .launch({ cc: ccOf(project), built, instances, report, signal })
      .catch(async (error: unknown) => Promise.reject(PeerError.from(await explainServer(project, error))))
    const [own] = launched
    if (own !== undefined) this.serving.take(own)
    this.further.take(launched)
    this.reporter.error(undefined)
    for (const { organisation } of instances) launchables.serves(project, built, organisation)
  }

  /** Its timeline: Slipway only saw it connect. */
  #connected(handler: ReadyHandler): void {
    this.#attached.connected()
    const { mode } = this.#state().project
    const build = lastGood(this.#state())?.build ?? 0
    const report = this.reporter.launch({ build, reason: 'connected', files: [], startedAt: now(), mode })
    report.past('registered', handler.createdAt, handler.canonicalName)
    report.past('ready', handler.establishedAt ?? handler.createdAt)
    report.end()
  }

  /** Keep connecting to the server that its author starts, but not while it is stopped. */
  #dial(): Dialing | undefined {
    if (this.#state().project.server === undefined) return undefined
    const others = Object.keys(this.#state().project.servers ?? {})
    const dialings = [undefined, ...others].map((organisation) => {
      const target = async () => {
        const { state, project } = this.#state()
        return state === 'stopped' ? undefined : attachedServer(project, organisation)
      }
      return keepDialing(target, this.#world.handleChaincodeStream, (error) => this.reporter.error(error))
    })
    return {
      close: async () => {
        await Promise.all(dialings.map((dialing) => dialing.close()))
      },
    }
  }

  /** Where its author may start one for each of the other organisations. */
  async #expectFurther(): Promise<void> {
    const { project } = this.#state()
    const { organisations, addressOf } = this.#world
    const servers = project.server === undefined ? undefined : (project.servers ?? {})
    const addresses = new Map<string, string>()
    for (const mspId of organisations()) {
      const address = servers === undefined ? await addressOf(mspId) : servers[mspId]
      if (address !== undefined) addresses.set(mspId, address)
    }
    this.reporter.commands(project, addresses)
  }

  async #stop(): Promise<void> {
    const cc = ccOf(this.#state().project)
    const { registry, launcher } = this.#world
    await this.#reloader.abort()
    await registry.abortLaunch(canonicalName(cc))
    const reason = new PeerError('NOT_RUNNING', { canonicalName: canonicalName(cc) })
    const stopped = [...this.serving.dismiss(reason), ...this.further.dismiss(reason)]
    await launcher.stop(cc, reason)
    await Promise.all(stopped.map((instance) => instance.stop()))
    this.further.forget()
  }

  async #close(): Promise<void> {
    await this.#watch?.close()
    await this.#reloader.close()
    await this.#world.launchables.close(this.#state().project)
    await this.#attached.close()
    this.reporter.closed()
  }
}
