import { stat } from 'node:fs/promises'
import path from 'node:path'
import { now } from '../facts/clock.ts'

/** Attempts in a row during which a file must have changed before it is suspected. */
const SUSPECTED = 3
const KEPT = 8
/** A file's time may be that of the system's last tick, and Date.now() is cut to whole milliseconds. */
const TICK_MS = 10
/** Older than any event is late. */
const OLD_MS = 10_000

interface Attempt {
  begun: number
  /** Undefined while it is under way. */
  ended?: number
  /** Others may not have come to where they write. */
  completed: boolean
  /** It began after a pause without any change. */
  afterPause: boolean
  /** Files that changed during it. */
  changed: Set<string>
}

/**
 * Tells a save from what a build, or the chaincode at its start, wrote into the folder itself: nobody says who changed a
 * file. One that changes during a build is taken for a save, and built. One that has changed during three attempts in a
 * row, and never in between, is suspected: the next attempt waits for a pause. If the file changes again during that one,
 * the build itself writes it. Somebody who saves again and again doesn't keep to that: some of it falls between builds.
 */
export class BuildWrites {
  readonly #folder: string
  readonly #found: (file: string) => void
  #attempts: Attempt[] = []
  /** When a file last changed outside an attempt. */
  readonly #outside = new Map<string, number>()
  readonly #written = new Set<string>()

  /** `found`: called when it is known that the build itself writes a file. */
  constructor(folder: string, found: (file: string) => void) {
    this.#folder = folder
    this.#found = found
  }

  /** An attempt begins now. */
  began(afterPause: boolean): void {
    const last = this.#attempts.at(-1)
    // The author's again, if a whole build left it alone.
    if (last?.completed === true) {
      for (const file of this.#written) if (!last.changed.has(file)) this.#written.delete(file)
    }
    const attempt: Attempt = { begun: Date.now() - TICK_MS, completed: false, afterPause, changed: new Set() }
    this.#attempts = [...this.#attempts, attempt].slice(-KEPT)
  }

  /** It ends now. `completed`: what it built serves. */
  ended(completed: boolean): void {
    const last = this.#attempts.at(-1)
    if (last !== undefined) Object.assign(last, { ended: Date.now() + 1, completed })
  }

  /** Of files that changed, the first of them at `since` (as `now()`): those that count as saves, and those that the build wrote. */
  async sort(files: readonly string[], since: number): Promise<{ saved: string[]; written: string[] }> {
    // File times are those of the system's clock.
    const sinceThen = Date.now() - Math.max(now() - since, 0)
    const saved: string[] = []
    const written: string[] = []
    for (const file of files) {
      const attempt = file === '.' ? undefined : await this.#during(file, sinceThen)
      if (attempt === undefined) this.#outside.set(file, sinceThen)
      else this.#note(file, attempt)
      const isWritten = attempt !== undefined && this.#written.has(file)
      ;(isWritten ? written : saved).push(file)
    }
    return { saved, written }
  }

  /** Whether an attempt because of these files must begin after a pause. */
  suspects(files: readonly string[]): boolean {
    return files.some((file) => this.#inARow(file) >= SUSPECTED)
  }

  /** The attempt during which a file changed: by its own time, since events come late on a busy machine. */
  async #during(file: string, since: number): Promise<Attempt | undefined> {
    const changedAt = await stat(path.join(this.#folder, file)).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    )
    // A file that is gone has no time, and a copy may keep that of its original.
    const at = changedAt === undefined || changedAt < since - OLD_MS ? since : changedAt
    return this.#attempts.findLast(({ begun, ended = Infinity }) => at >= begun && at <= ended)
  }

  #note(file: string, attempt: Attempt): void {
    attempt.changed.add(file)
    if (this.#written.has(file) || !attempt.afterPause || this.#inARow(file) <= SUSPECTED) return
    this.#written.add(file)
    this.#found(file)
  }

  /** During how many of the latest attempts it changed, and never in between. */
  #inARow(file: string): number {
    const outside = this.#outside.get(file) ?? 0
    let count = 0
    for (const attempt of this.#attempts.toReversed()) {
      if (attempt.begun < outside) break
      if (attempt.changed.has(file)) count += 1
      else if (attempt.completed) break
    }
    return count
  }
}
