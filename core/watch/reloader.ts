import type { LaunchReport } from '../facts/launch-report.ts'
import { now } from '../facts/clock.ts'
import { PeerError } from '../contract/error.ts'
import type { Diagnostic } from '../contract/diagnostic.ts'
import type { BuildState, LaunchReason } from '../contract/launch-state.ts'
import type { Mode } from '../contract/mode.ts'
import type { BuiltProject, Project } from '../project/project.ts'

/** What a Reloader works with. */
export interface ReloaderParts {
  /** Content hash of the sources. `changed`: all that may differ since the last time; undefined: unknown. */
  hash(project: Project, changed?: readonly string[]): Promise<string>
  build(project: Project, wanted: WantedBuild, signal: AbortSignal, report: LaunchReport): Promise<BuiltProject>
  /** Resolves when the new chaincode is READY and the old one was let go; undoes itself when it fails or is aborted. */
  launch(built: BuiltProject, signal: AbortSignal, report: LaunchReport): Promise<void>
  begin(launch: { build: number; reason: LaunchReason; files: string[]; startedAt: number; mode: Mode }): LaunchReport
  emit(build: BuildState): void
  /** Whether a chaincode serves as this project. */
  serves(project: Project): boolean
  /** Places in the sources that an error names. */
  diagnose(project: Project, error: PeerError): Diagnostic[]
}

export interface WantedBuild {
  number: number
  reason: LaunchReason
  /** Content hash of the sources when the build was wanted. */
  hash: string
}

/** What was asked for, and of which sources. */
interface Request {
  project: Project
  reason: LaunchReason
  /** Nothing is known to have changed. */
  isLook: boolean
  since: number
}

/** One build and its launch. */
interface Attempt {
  project: Project
  build: BuildState
  controller: AbortController
  /** Settles as the attempt does; handled. */
  outcome: Promise<void>
}

/**
 * save → build → launch. The newest save wins: it aborts the one under way, which has ended before the next begins. The
 * old chaincode serves until the new one is READY; a build that fails or crashes at its start leaves it serving.
 */
export class Reloader {
  readonly #parts: ReloaderParts
  #number = 0
  /** The newest request; older ones now wait for it too. */
  #latest: { promise: Promise<void> } | undefined
  /** Why the newest request was made, until it has seen the sources. */
  #unseen: LaunchReason | undefined
  #attempt: Attempt | undefined
  /** The newest attempt, under way or ended. */
  #last: Attempt | undefined
  #good: { built: BuiltProject; hash: string } | undefined
  /** Files changed since the last good build. */
  readonly #changed = new Set<string>()
  /** Files to be hashed again; undefined: all. */
  #unhashed: Set<string> | undefined
  readonly #closed = new AbortController()

  constructor(parts: ReloaderParts) {
    this.#parts = parts
  }

  /** What serves, or would if it hadn't ended. */
  lastGood(): BuiltProject | undefined {
    return this.#good?.built
  }

  /**
   * Resolves when what the sources say now is READY, by this request or by a newer one; rejects with what prevented it.
   * A save that changed no content, or a call while a launch is under way, starts nothing new. The file `.` stands for
   * a look at everything: on its own it doesn't start a first build, or one that has already failed.
   * `since`: when the first file changed, if that was earlier.
   */
  request(project: Project, reason: LaunchReason, files: readonly string[] = [], since: number = now()): Promise<void> {
    if (this.#closed.signal.aborted) return Promise.reject(new PeerError('ABORTED', { what: 'The launch' }))
    this.#noteChanged(reason, files)
    const joins = reason === 'call' || reason === 'opened'
    if (joins && this.#attempt !== undefined && this.#latest !== undefined) return this.#latest.promise
    const request = { promise: Promise.resolve() }
    this.#latest = request
    const isLook = reason === 'saved' && files.every((file) => file === '.')
    // A look takes over the reason of the request before it.
    const wanted = isLook ? (this.#unseen ?? reason) : reason
    this.#unseen = wanted
    request.promise = this.#handle(request, { project, reason: wanted, isLook: isLook && wanted === 'saved', since })
    // Perhaps only a newer request is awaited.
    request.promise.catch(() => undefined)
    return request.promise
  }

  async #handle(request: object, { project, reason, isLook, since }: Request): Promise<void> {
    const unhashed = this.#unhashed
    this.#unhashed = new Set()
    const hash = await this.#hash(project, unhashed)
    const newer = this.#newerThan(request)
    if (newer !== undefined) return newer
    this.#unseen = undefined

    if (reason === 'saved') {
      if (isOf(this.#attempt, project, hash)) return this.#attempt.outcome
      if (this.#isGood(project, hash)) {
        // Saved back: what is being built isn't needed any more.
        await this.abort()
        this.#changed.clear()
        return
      }
      if (isLook && (this.#last === undefined || isOf(this.#last, project, hash))) return this.#last?.outcome
    }
    await this.abort()
    const later = this.#newerThan(request)
    if (later !== undefined) return later
    this.#closed.signal.throwIfAborted()
    const attempt = this.#begin(project, reason, hash, since)
    try {
      await attempt.outcome
    } catch (error) {
      const replaced = attempt.controller.signal.aborted ? this.#newerThan(request) : undefined
      if (replaced === undefined) throw error
      return replaced
    }
  }

  #noteChanged(reason: LaunchReason, files: readonly string[]): void {
    for (const file of files) this.#changed.add(file)
    if (reason !== 'saved' || files.includes('.')) this.#unhashed = undefined
    else for (const file of files) this.#unhashed?.add(file)
  }

  #newerThan(request: object): Promise<void> | undefined {
    return this.#latest === request ? undefined : this.#latest?.promise
  }

  async #hash(project: Project, changed: Set<string> | undefined): Promise<string> {
    try {
      return await this.#parts.hash(project, changed === undefined ? undefined : [...changed])
    } catch (error) {
      // Everything must be looked at the next time.
      this.#unhashed = undefined
      throw error
    }
  }

  /** What the sources say now was the last good build in this mode, and it still serves. */
  #isGood(project: Project, hash: string): boolean {
    const isBuilt = this.#good?.hash === hash && this.#good.built.project.mode === project.mode
    return isBuilt && this.#parts.serves(project)
  }

  #begin(project: Project, reason: LaunchReason, hash: string, startedAt: number): Attempt {
    const files = [...this.#changed].filter((file) => file !== '.').sort()
    const number = ++this.#number
    const shown = files.slice(0, 20)
    const build: BuildState = { number, state: 'building', reason, startedAt, files: shown, hash, diagnostics: [] }
    const controller = new AbortController()
    const attempt: Attempt = { project, build, controller, outcome: Promise.resolve() }
    const report = this.#parts.begin({ build: number, reason, files, startedAt, mode: project.mode })
    if (reason === 'saved') {
      report.past('source-changed', startedAt, files.length === 1 ? files[0] : `${files.length} files`)
    }
    attempt.outcome = this.#run(attempt, { number, reason, hash }, files, report)
    attempt.outcome.catch(() => undefined)
    this.#attempt = attempt
    this.#last = attempt
    return attempt
  }

  async #run(attempt: Attempt, wanted: WantedBuild, files: string[], report: LaunchReport): Promise<void> {
    const { project } = attempt
    const { hash, startedAt } = attempt.build
    const { signal } = attempt.controller
    const emit = (changes: Partial<BuildState>) => {
      attempt.build = { ...attempt.build, ...changes }
      this.#parts.emit(attempt.build)
    }
    try {
      emit({})
      const built = await this.#parts.build(project, wanted, signal, report)
      signal.throwIfAborted()
      emit({ state: 'launching' })
      await this.#parts.launch(built, signal, report)
      this.#good = { built, hash }
      for (const file of files) this.#changed.delete(file)
      emit({ state: 'serving', durationMs: now() - startedAt })
      report.end()
    } catch (thrown) {
      const error = PeerError.from(thrown)
      const state = error.code === 'ABORTED' ? 'aborted' : 'failed'
      const diagnostics = this.#parts.diagnose(project, error)
      emit({ state, durationMs: now() - startedAt, error: error.toJSON(), diagnostics })
      report.end(error)
      throw error
    } finally {
      if (this.#attempt === attempt) this.#attempt = undefined
    }
  }

  /** Abort what is under way and wait until it has ended. */
  async abort(): Promise<void> {
    const attempt = this.#attempt
    if (attempt === undefined) return
    attempt.controller.abort(new PeerError('ABORTED', { what: `Build ${attempt.build.number}` }))
    // Whoever asked for it learns its outcome; here only its end matters.
    await Promise.allSettled([attempt.outcome])
  }

  /** As abort, and refuse every later request. Idempotent. */
  async close(): Promise<void> {
    this.#closed.abort(new PeerError('ABORTED', { what: 'The launch' }))
    await this.abort()
    await Promise.allSettled([this.#latest?.promise])
  }
}

/** Whether this attempt builds what the sources of the project say. */
function isOf(attempt: Attempt | undefined, project: Project, hash: string): attempt is Attempt {
  return attempt?.build.hash === hash && attempt.project.mode === project.mode
}
