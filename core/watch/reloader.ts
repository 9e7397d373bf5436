import type { LaunchReport } from '../facts/launch-report.ts'
import { now } from '../facts/clock.ts'
import { PeerError } from '../contract/error.ts'
import type { BuildState, LaunchReason } from '../contract/launch-state.ts'
import type { BuiltProject, Project } from '../project/project.ts'
import type { ReloaderParts, WantedBuild } from './reloader-parts.ts'

/** What was asked for, and of which sources. */
interface Request {
  project: Project
  reason: LaunchReason
  files: readonly string[]
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
  /** Files that a build wrote itself, since the sources were last seen. */
  readonly #written = new Set<string>()
  readonly #closed = new AbortController()

  constructor(parts: ReloaderParts) {
    this.#parts = parts
  }

  /** What serves, or would if it hadn't ended. */
  lastGood(): BuiltProject | undefined {
    return this.#good?.built
  }

  /** Content hash of the sources as they are now. */
  hash(project: Project): Promise<string> {
    return this.#parts.hash(project)
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
    const isOnlyLook = isLook && wanted === 'saved'
    request.promise = this.#handle(request, { project, reason: wanted, files, isLook: isOnlyLook, since })
    // Perhaps only a newer request is awaited.
    request.promise.catch(() => undefined)
    return request.promise
  }

  /** Of files that changed, those that are saves; what a build wrote itself is passed over. */
  async savesOf(files: readonly string[], since: number): Promise<string[]> {
    const { saved, written } = await this.#parts.writes.sort(files, since)
    for (const file of written) this.#written.add(file)
    return saved
  }

  async #handle(request: object, { project, reason, files, isLook, since }: Request): Promise<void> {
    if (this.#written.size > 0) await this.#passOverWritten(project)
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
        this.#reportSavedBack()
        return
      }
      if (isLook && (this.#last === undefined || isOf(this.#last, project, hash))) return this.#last?.outcome
    }
    await this.abort()
    const afterPause = await this.#pauseIfSuspected(reason, files)
    const later = this.#newerThan(request)
    if (later !== undefined) return later
    this.#closed.signal.throwIfAborted()
    this.#parts.writes.began(afterPause)
    const attempt = this.#begin(project, reason, hash, since)
    try {
      await attempt.outcome
    } catch (error) {
      const replaced = attempt.controller.signal.aborted ? this.#newerThan(request) : undefined
      if (replaced === undefined) throw error
      return replaced
    }
  }

  /** Whether there was a pause, to see whether the build itself writes these files. */
  async #pauseIfSuspected(reason: LaunchReason, files: readonly string[]): Promise<boolean> {
    const isSuspected = reason === 'saved' && this.#parts.writes.suspects(files)
    if (isSuspected) await this.#parts.pause(this.#closed.signal)
    return isSuspected
  }

  /** What a build wrote is as if it had been there when it began. */
  async #passOverWritten(project: Project): Promise<void> {
    const files = [...this.#written]
    this.#written.clear()
    const hash = await this.#hash(project, new Set(files))
    if (this.#last === undefined) return
    if (this.#good?.hash === this.#last.build.hash) this.#good.hash = hash
    this.#last.build = { ...this.#last.build, hash }
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

  /** The newest build says so if it failed: it isn't what the sources say any more. */
  #reportSavedBack(): void {
    const last = this.#last
    const serving = this.#good?.built.build
    if (last?.build.state !== 'failed' || serving === undefined || last.build.savedBackTo === serving) return
    last.build = { ...last.build, savedBackTo: serving }
    this.#parts.emit(last.build)
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
    const { writes } = this.#parts
    attempt.outcome = this.#run(attempt, { number, reason, hash }, files, report).then(
      () => writes.ended(true),
      (error: unknown) => {
        writes.ended(false)
        throw error
      },
    )
    attempt.outcome.catch(() => undefined)
    this.#attempt = attempt
    this.#last = attempt
    return attempt
  }

  async #run(attempt: Attempt, wanted: WantedBuild, files: string[], report: LaunchReport): Promise<void> {
    const { project } = attempt
    const { startedAt } = attempt.build
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
      this.#good = { built, hash: attempt.build.hash }
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
