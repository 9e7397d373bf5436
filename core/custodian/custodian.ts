import { existsSync } from 'node:fs'
import type { LaunchReport } from '../facts/launch-report.ts'
import { now } from '../facts/clock.ts'
import type { OpenedChaincode } from '../chaincode/opened-chaincode.ts'
import type { Launchable } from '../chaincode/runtime-launcher.ts'
import { canonicalName, type CCContext } from '../ccprovider/cc-context.ts'
import { PeerError } from '../contract/error.ts'
import type { LaunchReason, Mode, StartedBy } from '../contract/state.ts'
import type { Instance } from '../container/vm.ts'
import type { InstanceExit } from '../process/print-line.ts'
import { checkNames } from '../project/naming.ts'
import type { BuiltProject, Project } from '../project/project.ts'
import type { Reloader } from '../watch/reloader.ts'
import { AttachedProcess } from './attached-process.ts'
import { sameDefinition } from './chaincode-facts.ts'
import { describesChaincode } from './describing-files.ts'
import { CrashLimit } from './crash-limit.ts'
import { ModeChange } from './mode-change.ts'
import type { CustodianParts, Watch } from './parts.ts'
import { Serving } from './serving.ts'
import { Teller } from './teller.ts'

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
  readonly #change = new ModeChange()
  readonly #serving: Serving
  readonly #tell: Teller
  /** The sources were saved and not built, because nobody wanted it to run. */
  #stale = false
  #project: Project
  /** The mode that the folder and the command line said last: only what they say anew changes it. */
  #saidMode: Mode
  #watch: Watch | undefined
  #reloading: Promise<void> | undefined
  /** The author stopped it: neither a save nor a crash starts it again, a call does. */
  #stopped = false
  #closed: Promise<void> | undefined

  constructor(project: Project, parts: CustodianParts) {
    this.#project = project
    this.#saidMode = project.mode
    this.#parts = parts
    this.#tell = new Teller(project.name, parts)
    const failed = (error: PeerError) => this.#tell.error(error)
    this.#attached = new AttachedProcess(
      () => parts.followOutput(this.#project),
      () => parts.dialServer(() => [this.#project, this.#stopped], failed),
      (exit) => parts.emit({ type: 'process.exited', name: this.#project.name, pid: 0, exit }),
    )
    this.#serving = new Serving({
      name: project.name,
      emit: parts.emit,
      watchMemory: parts.watchMemory,
      ended: (exit) => this.#ended(exit),
    })
    this.#reloader = parts.newReloader({
      project: () => this.#change.aim(this.#project),
      isServing: () => this.#change.to === undefined && parts.support.serves(this.cc),
      begin: (launch) => this.#tell.launch({ ...launch, mode: this.#change.aim(this.#project).mode }),
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

  /** In net mode always Slipway, whoever starts it in dev mode. */
  get startedBy(): StartedBy {
    return this.#project.mode === 'net' ? 'slipway' : this.#project.startedBy
  }

  get connectsFrom(): 'anywhere' | 'container' | 'server' {
    if (this.server !== undefined) return 'server'
    return this.#project.mode === 'net' && this.#change.to === undefined ? 'container' : 'anywhere'
  }

  get server(): string | undefined {
    return this.#project.server
  }

  get command(): string {
    return this.#tell.command(this.#project).text
  }

  /** Tell that it is open, define it with _lifecycle, and begin to run and watch it. */
  async open(launch: boolean): Promise<void> {
    this.#tell.opened(this.#project, this.#parts.watch !== undefined)
    await this.#parts.deploy(this.#project)
    if (this.startedBy === 'you') await this.#attached.expect()
    this.#watch = this.#parts.watch?.(this.#project, (files, since) => void this.#changed(files, since))
    if (!launch || this.startedBy === 'you') return
    void this.#reload('opened', []).catch(() => undefined)
    // What was saved after the first look and before all was watched raised no event.
    void this.#watch?.ready.then(() => this.#look())
  }

  begin(reason: LaunchReason): LaunchReport {
    const build = this.lastGood()?.build ?? 0
    return this.#tell.launch({ build, reason, files: [], startedAt: now(), mode: this.#project.mode })
  }

  reloading(): Promise<void> | undefined {
    return this.#reloading
  }

  reload(): Promise<void> {
    return this.#reload('call', [])
  }

  lastGood(): BuiltProject | undefined {
    return this.#stale ? undefined : this.#good()
  }

  launchable(built: BuiltProject): Launchable {
    return this.#parts.launchable({ ...this.#project, mode: built.project.mode }, built)
  }

  started(instance: Instance, built: BuiltProject): void {
    this.#stopped = false
    this.#reached(built.project.mode)
    this.#serving.take(instance)
    this.#parts.prepareNext(this.#project, built)
  }

  connected(): void {
    this.#attached.connected()
    this.#tell.error(undefined)
    if (this.startedBy === 'you') this.#serving.letGo()
  }

  /** What of its container is told. */
  get serving(): Pick<Serving, 'instance' | 'containerChanged' | 'containerStats'> {
    return this.#serving
  }

  /** Run if it does not: see ChaincodeSupport.launch for what it throws. */
  async launch(signal?: AbortSignal): Promise<void> {
    // One that its author starts is connected to again.
    if (this.startedBy === 'you') this.#stopped = false
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
    const { instance } = this.#serving
    await this.#parts.support.stop(this.cc, reason)
    await instance?.stop()
  }

  /** One click: Slipway starts it from now on, or the author does. */
  async setStartedBy(startedBy: StartedBy): Promise<void> {
    if (startedBy === this.#project.startedBy) return
    // It is for dev mode, whenever that comes again.
    if (this.#project.mode === 'net') return this.#set({ startedBy })
    if (startedBy === 'you') {
      await this.stop()
      await this.#parts.dropPrepared(this.#project)
    }
    this.#stopped = false
    this.#set({ startedBy })
    await (startedBy === 'you' ? this.#attached.expect() : this.#attached.close())
    this.#tell.error(undefined)
    if (startedBy === 'slipway') void this.#reload('restart', []).catch(() => undefined)
  }

  /**
   * Dev or net. What serves goes on until the other one is ready; where that fails it stays, and so does the mode. One
   * that its author starts in dev mode is waited for in the same way: the container serves until it registers.
   * @throws PeerError what building and launching it throws; ABORTED where it is changed back meanwhile
   */
  async setMode(mode: Mode): Promise<void> {
    const { name, startedBy } = this.#project
    if (mode === this.#change.to) return this.#reloading
    if (mode === this.#project.mode) return this.#stay()
    if (this.#stopped || (mode === 'dev' && startedBy === 'you')) {
      await this.#reloader.abort()
      this.#set({ mode })
      if (this.startedBy === 'you') await this.#attached.expect()
      this.#tell.error(undefined)
    } else {
      this.#change.begin(mode)
      await this.#reload('mode', [])
    }
    if (this.#project.mode === mode) this.#parts.rememberMode(name, mode)
  }

  /**
   * Be known under another version: what registers as the old one is no longer expected.
   * @throws PeerError NAME_INVALID, LIFECYCLE, what building and launching it throws
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
    if (this.startedBy === 'slipway' && !this.#stopped) await this.#changed(['.'], now())
  }

  async #changed(files: string[], since: number): Promise<void> {
    // The watch tells of a folder that is gone, and of its return; until then there is nothing to build.
    if (!existsSync(this.#project.folder)) return
    if (files.some((file) => file === '.' || describesChaincode(file))) {
      try {
        await this.#reread()
      } catch (error) {
        this.#tell.error(error)
        return
      }
    }
    this.#change.saved(files)
    if ((this.startedBy === 'you' && this.#change.to === undefined) || this.#stopped) {
      this.#stale = true
      return
    }
    await this.#reload('saved', files, since).catch(() => undefined)
  }

  /** The folder may say something new of itself; its name stays, since the ledger's namespace hangs on it. */
  async #reread(): Promise<void> {
    const before = this.cc
    const known = this.#project
    const read = await this.#parts.reread(this.#project, this.#saidMode)
    const { name, channel, startedBy, mode, server } = this.#project
    const channels = [channel, ...read.channels.filter((other) => other !== channel)]
    this.#project = { ...read, name, channel, channels, startedBy, mode }
    this.#set({})
    if (this.startedBy === 'you' && read.server !== server) await this.#attached.expect()
    if (read.mode !== this.#saidMode && !this.#stopped) await this.#follow(read.mode)
    const sameVersion = this.cc.version === before.version
    if (sameVersion && sameDefinition(known, this.#project)) return
    await this.#parts.deploy(this.#project)
    if (sameVersion) return
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
        this.#tell.error(undefined)
      },
      (error: unknown) => {
        const newest = this.#reloading === reloading
        if (newest) this.#reloading = undefined
        this.#tell.error(error)
        // What was saved while the mode was changed is still to be built in the old one.
        const missed = newest ? this.#change.end() : []
        if (missed.length > 0 && this.startedBy === 'slipway' && !this.#stopped) {
          void this.#reload('restart', missed).catch(() => undefined)
        } else this.#revive('restart')
        throw error
      },
    )
    this.#reloading = reloading
    return reloading
  }

  /** Start the last good build again where nothing serves, unless it keeps crashing. */
  #revive(reason: 'restart' | 'crashed'): void {
    const built = this.#good()
    if (this.startedBy === 'you' || built === undefined || this.#stopped || this.#reloading !== undefined) return
    const { support } = this.#parts
    // A call may have noticed sooner that nothing serves, and launch it already: that one is not to be aborted.
    if (support.serves(this.cc) || support.launches(this.cc) || !this.#crashes.mayRestart()) return
    const reviving = support.relaunch(this.cc, built, this.begin(reason), new AbortController().signal)
    reviving.catch((error: unknown) => this.#tell.error(error))
  }

  /** What served has ended by itself: said at once, and started again unless it keeps crashing. */
  #ended({ words, lastLines }: InstanceExit): void {
    if (this.#stopped || this.#closed !== undefined) return
    // Another one has taken over its name: it went because of that.
    if (this.#parts.support.serves(this.cc)) return
    this.#tell.error(new PeerError('CHAINCODE_STOPPED', { canonicalName: canonicalName(this.cc), words, lastLines }))
    this.#revive('crashed')
  }

  disconnected(reason: PeerError): void {
    if (this.startedBy === 'you') void this.#attached.disconnected(reason)
  }

  /** What is built of the mode that serves. */
  #good(): BuiltProject | undefined {
    const built = this.#reloader.lastGood()
    return built?.project.mode === this.#project.mode ? built : undefined
  }

  /** The one that was started in that mode is ready. */
  #reached(mode: Mode): void {
    if (mode === this.#project.mode) return
    this.#change.end()
    this.#set({ mode })
    if (mode === 'dev') return
    void this.#attached.close()
    void this.#parts.dropPrepared(this.#project)
  }

  /** The mode is not to be changed after all. */
  async #stay(): Promise<void> {
    if (this.#change.to === undefined) return
    const missed = this.#change.end()
    if (missed.length > 0 && this.startedBy === 'slipway') await this.#reload('saved', missed)
    else await this.#reloader.abort()
  }

  /** slipway.yaml says another mode than before. What is saved is built in it; one its author starts needs no build. */
  async #follow(mode: Mode): Promise<void> {
    this.#saidMode = mode
    if (mode === this.#project.mode) this.#change.end()
    else if (mode === 'dev' && this.#project.startedBy === 'you') await this.setMode(mode)
    else this.#change.begin(mode)
  }

  #set(given: Partial<Pick<Project, 'startedBy' | 'version' | 'mode'>>): void {
    this.#project = { ...this.#project, ...given }
    this.#tell.changed(this.#project)
  }

  #notOurs(): PeerError {
    const address = this.server ?? this.#parts.address
    return new PeerError('NOT_CONNECTED', { canonicalName: canonicalName(this.cc), address, command: this.command })
  }
}
