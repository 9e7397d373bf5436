import { existsSync } from 'node:fs'
import type { ChaincodeSupport } from '../chaincode/chaincode-support.ts'
import { now, reportLaunch, type LaunchReport } from '../chaincode/launch-report.ts'
import type { OpenedChaincode } from '../chaincode/opened-chaincode.ts'
import type { Launchable } from '../chaincode/runtime-launcher.ts'
import { canonicalName, type CCContext } from '../ccprovider/cc-context.ts'
import { PeerError } from '../contract/error.ts'
import type { PeerFact } from '../contract/events.ts'
import type { LaunchReason, StartedBy } from '../contract/state.ts'
import type { AttachedOutput } from '../container/process/attached-output.ts'
import type { Instance, InstanceExit } from '../container/vm.ts'
import { commandFor } from '../platforms/command.ts'
import { checkNames } from '../platforms/naming.ts'
import type { BuiltProject, Project } from '../platforms/project.ts'
import type { Reloader } from '../watch/reloader.ts'
import { AttachedProcess } from './attached-process.ts'
import { openedState, settingsOf } from './chaincode-facts.ts'
import { CrashLimit } from './crash-limit.ts'

/** What a Custodian is given of the peer. */
export interface CustodianParts {
  address: string
  mspId: string
  emit: (fact: PeerFact) => void
  support: ChaincodeSupport
  /** Install with LSCC, and deploy or upgrade on the channel where that is new. */
  deploy: (project: Project) => Promise<void>
  launchable: (project: Project, built: BuiltProject) => Launchable
  /** Keep a process ready for the next start, now that this build is; or no longer. */
  prepareNext: (project: Project, built: BuiltProject) => void
  dropPrepared: (project: Project) => Promise<void>
  /** Tell its process's memory now and then, until the returned function is called. */
  watchMemory: (name: string, pid: number) => () => void
  newReloader: (custodian: ReloadSteps) => Reloader
  /** File that the shown command writes the chaincode's output to, relative to the folder where it is inside. */
  outputFile: (project: Project) => string
  followOutput: (project: Project) => Promise<AttachedOutput>
  /** Watch the sources; `undefined` where watching is off. */
  watch: ((project: Project, changed: (files: string[], since: number) => void) => Watch) | undefined
  /** Read the folder anew, after its own description may have changed. */
  reread: (project: Project) => Promise<Project>
  nextLaunchId: () => number
}

export interface Watch {
  /** Resolves when every change from now on is seen, or when it was told why not. */
  readonly ready: Promise<void>
  close(): Promise<void>
}

/** What the reloader calls back. */
export interface ReloadSteps {
  project(): Project
  begin(launch: { build: number; reason: LaunchReason; files: string[]; startedAt: number }): LaunchReport
  launch(built: BuiltProject, signal: AbortSignal, report: LaunchReport): Promise<void>
}

/** Files that say what the chaincode is, beside its code. */
const describing = /^(slipway\.ya?ml|package\.json|go\.mod|pom\.xml|build\.gradle(\.kts)?|settings\.gradle(\.kts)?)$/

/**
 * Keeps one opened chaincode running as its author wants it: builds and launches it, again on every save and after
 * a crash, and steps back where the author starts it. (Fabric's custodian of core/chaincode/lifecycle does the same
 * for the chaincodes of committed definitions.)
 */
export class Custodian implements OpenedChaincode {
  readonly #parts: CustodianParts
  readonly #reloader: Reloader
  readonly #crashes = new CrashLimit()
  readonly #attached: AttachedProcess
  /** Something is told to be wrong. */
  #wrong = false
  /** The sources were saved and not built, because nobody wanted it to run. */
  #stale = false
  #project: Project
  #watch: Watch | undefined
  #instance: Instance | undefined
  #reloading: Promise<void> | undefined
  /** The author stopped it: neither a save nor a crash starts it again, a call does. */
  #stopped = false
  #closed: Promise<void> | undefined

  constructor(project: Project, parts: CustodianParts) {
    this.#project = project
    this.#parts = parts
    this.#attached = new AttachedProcess(
      () => parts.followOutput(this.#project),
      (exit) => parts.emit({ type: 'process.exited', name: this.#project.name, pid: 0, exit }),
    )
    this.#reloader = parts.newReloader({
      project: () => this.#project,
      begin: (launch) => this.#report(launch),
      launch: async (built, signal, report) => {
        await parts.support.relaunch(this.cc, built, report, signal)
      },
    })
  }

  get cc(): CCContext {
    const { channel, name, version } = this.#project
    return { channel, name, version, systemChaincode: false }
  }

  get project(): Project {
    return this.#project
  }

  get startedBy(): StartedBy {
    return this.#project.startedBy
  }

  get command(): string {
    return this.#command().text
  }

  /** Tell that it is open, register it with LSCC, and begin to run and watch it. */
  async open(launch: boolean): Promise<void> {
    this.#parts.emit({
      type: 'chaincode.opened',
      chaincode: openedState(this.#project, this.#command(), this.#parts.watch !== undefined),
    })
    await this.#parts.deploy(this.#project)
    if (this.startedBy === 'you') await this.#attached.expect()
    this.#watch = this.#parts.watch?.(this.#project, (files, since) => void this.#changed(files, since))
    if (!launch || this.startedBy === 'you') return
    void this.#reload('opened', []).catch(() => undefined)
    // What was saved after the first look and before all was watched raised no event.
    void this.#watch?.ready.then(() => this.#look())
  }

  begin(reason: LaunchReason): LaunchReport {
    return this.#report({ build: this.lastGood()?.build ?? 0, reason, files: [], startedAt: now() })
  }

  reloading(): Promise<void> | undefined {
    return this.#reloading
  }

  reload(): Promise<void> {
    return this.#reload('call', [])
  }

  lastGood(): BuiltProject | undefined {
    return this.#stale ? undefined : this.#reloader.lastGood()
  }

  launchable(built: BuiltProject): Launchable {
    return this.#parts.launchable(this.#project, built)
  }

  started(instance: Instance, built: BuiltProject): void {
    const before = this.#instance
    this.#instance = instance
    this.#stopped = false
    const { process } = instance
    const { name } = this.#project
    if (process !== undefined) this.#parts.emit({ type: 'process.started', name, process })
    const forget = process === undefined ? undefined : this.#parts.watchMemory(name, process.pid)
    void instance.exited.then((exit) => {
      forget?.()
      this.#exited(instance, exit)
    })
    this.#parts.prepareNext(this.#project, built)
    void before?.stop()
  }

  connected(): void {
    this.#attached.connected()
    this.#tellError(undefined)
  }

  /** Run if it does not: see ChaincodeSupport.launch for what it throws. */
  async launch(signal?: AbortSignal): Promise<void> {
    await this.#parts.support.launch(this.cc, undefined, signal)
  }

  /** Build and launch anew; the old one serves until the new one is ready. */
  async restart(): Promise<void> {
    if (this.startedBy === 'you') throw this.#notOurs()
    await this.#reload('restart', [])
  }

  /** Stop the process, and whatever is being built or launched. */
  async stop(): Promise<void> {
    this.#stopped = true
    const reason = new PeerError('NOT_RUNNING', { canonicalName: canonicalName(this.cc) })
    // What was being built is still to be built when it is wanted again.
    this.#stale ||= this.#reloading !== undefined
    await this.#reloader.abort()
    const instance = this.#instance
    await this.#parts.support.stop(this.cc, reason)
    await instance?.stop()
  }

  /** One click: Slipway starts it from now on, or the author does. */
  async setStartedBy(startedBy: StartedBy): Promise<void> {
    if (startedBy === this.startedBy) return
    if (startedBy === 'you') {
      await this.stop()
      await this.#parts.dropPrepared(this.#project)
    }
    this.#stopped = false
    this.#set({ startedBy })
    await (startedBy === 'you' ? this.#attached.expect() : this.#attached.close())
    this.#tellError(undefined)
    if (startedBy === 'slipway') void this.#reload('restart', []).catch(() => undefined)
  }

  /**
   * Be known under another version: what registers as the old one is no longer expected.
   * @throws PeerError NAME_INVALID, LSCC, what building and launching it throws
   */
  async setVersion(version: string): Promise<void> {
    if (version === this.#project.version) return
    checkNames({ ...this.#project, version })
    const before = this.cc
    this.#set({ version })
    await this.#parts.deploy(this.#project)
    try {
      if (this.startedBy === 'slipway' && !this.#stopped) await this.#reload('restart', [])
    } finally {
      // The process of the old version goes when that of the new one is ready; one that the author started goes now.
      const reason = new PeerError('STREAM_REPLACED', { canonicalName: canonicalName(this.cc) })
      await this.#parts.support.stop(before, reason)
    }
  }

  /** Stop everything and tell that it is closed. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= (async () => {
      await this.#watch?.close()
      await this.stop()
      await this.#reloader.close()
      await this.#parts.dropPrepared(this.#project)
      await this.#attached.close()
      this.#parts.emit({ type: 'chaincode.closed', name: this.#project.name })
    })()
    return this.#closed
  }

  /** Build if the sources are others than those that were built last. */
  async #look(): Promise<void> {
    if (this.startedBy === 'slipway' && !this.#stopped) await this.#reload('saved', ['.']).catch(() => undefined)
  }

  async #changed(files: string[], since: number): Promise<void> {
    // The watch tells of a folder that is gone, and of its return; until then there is nothing to build.
    if (!existsSync(this.#project.folder)) return
    if (files.some((file) => file === '.' || describing.test(file))) {
      try {
        await this.#reread()
      } catch (error) {
        this.#tellError(error)
        return
      }
    }
    if (this.startedBy === 'you' || this.#stopped) {
      this.#stale = true
      return
    }
    await this.#reload('saved', files, since).catch(() => undefined)
  }

  /** The folder may say something new of itself; its name stays, since the ledger's namespace hangs on it. */
  async #reread(): Promise<void> {
    const before = this.cc
    const { name, channel, startedBy } = this.#project
    this.#project = { ...(await this.#parts.reread(this.#project)), name, channel, startedBy }
    this.#set({})
    if (this.cc.version === before.version) return
    await this.#parts.deploy(this.#project)
    // One that Slipway started serves on until the new version is ready.
    const reason = new PeerError('STREAM_REPLACED', { canonicalName: canonicalName(this.cc) })
    if (startedBy === 'you') await this.#parts.support.stop(before, reason)
  }

  #reload(reason: LaunchReason, files: string[], since?: number): Promise<void> {
    this.#stale = false
    const reloading = this.#reloader.request(reason, files, since).then(
      () => {
        if (this.#reloading === reloading) this.#reloading = undefined
        // What serves is what the sources say, also where nothing had to be built for it.
        this.#tellError(undefined)
      },
      (error: unknown) => {
        if (this.#reloading === reloading) this.#reloading = undefined
        this.#tellError(error)
        this.#revive('restart')
        throw error
      },
    )
    this.#reloading = reloading
    return reloading
  }

  /** Start the last good build again where nothing serves, unless it keeps crashing. */
  #revive(reason: 'restart' | 'crashed'): void {
    const built = this.#reloader.lastGood()
    if (this.startedBy === 'you' || built === undefined || this.#stopped || this.#reloading !== undefined) return
    const { support } = this.#parts
    // A call may have noticed sooner that nothing serves, and launch it already: that one is not to be aborted.
    if (support.serves(this.cc) || support.launches(this.cc) || !this.#crashes.mayRestart()) return
    const reviving = support.relaunch(this.cc, built, this.begin(reason), new AbortController().signal)
    reviving.catch((error: unknown) => this.#tellError(error))
  }

  /** A crash of the process that serves: said at once, and started again unless it keeps crashing. */
  #exited(instance: Instance, exit: InstanceExit): void {
    if (this.#instance !== instance) return
    this.#instance = undefined
    const pid = instance.process?.pid ?? 0
    this.#parts.emit({ type: 'process.exited', name: this.#project.name, pid, exit })
    if (this.#stopped || this.#closed !== undefined) return
    // Another process has taken over its name: it went because of that.
    if (this.#parts.support.serves(this.cc)) return
    const { words, lastLines } = exit
    this.#tellError(new PeerError('CHAINCODE_STOPPED', { canonicalName: canonicalName(this.cc), words, lastLines }))
    this.#revive('crashed')
  }

  disconnected(reason: PeerError): void {
    if (this.startedBy === 'you') void this.#attached.disconnected(reason)
  }

  /** What is wrong now; undefined: nothing any more. */
  #tellError(error: unknown): void {
    const told = error === undefined ? undefined : PeerError.from(error)
    // What was aborted was replaced by something newer, which speaks for itself.
    if (told?.code === 'ABORTED' || (told === undefined && !this.#wrong)) return
    this.#wrong = told !== undefined
    this.#parts.emit({ type: 'chaincode.error', name: this.#project.name, error: told?.toJSON() })
  }

  #report(launch: { build: number; reason: LaunchReason; files: string[]; startedAt: number }): LaunchReport {
    const { name, mode } = this.#project
    return reportLaunch(this.#parts.emit, { ...launch, name, mode, id: this.#parts.nextLaunchId() })
  }

  #set(given: Partial<Pick<Project, 'startedBy' | 'version'>>): void {
    this.#project = { ...this.#project, ...given }
    const changes = settingsOf(this.#project, this.#command())
    this.#parts.emit({ type: 'chaincode.changed', name: this.#project.name, changes })
  }

  #command() {
    return commandFor(this.#project, this.#parts.address, this.#parts.mspId, {
      output: this.#parts.outputFile(this.#project),
    })
  }

  #notOurs(): PeerError {
    const { address } = this.#parts
    return new PeerError('NOT_CONNECTED', { canonicalName: canonicalName(this.cc), address, command: this.command })
  }
}
