export interface SourceAgeParts {
  /** Content hash of the sources as they are now. */
  hash: () => Promise<string>
  /** When the sources became other ones than those that the process was started from; undefined: they aren't. */
  report: (savedAt: number | undefined) => void
}

/** Whether the sources still are what they were when the author's own process connected. */
export class SourceAge {
  readonly #parts: SourceAgeParts
  #atConnect: Promise<string | undefined> | undefined

  constructor(parts: SourceAgeParts) {
    this.#parts = parts
  }

  /** A process has connected: what the sources say now is what it runs, as far as anybody can see. */
  connected(): void {
    this.#atConnect = this.#hash()
    this.#parts.report(undefined)
  }

  /** Something was saved; the same content again makes nothing older. */
  async saved(at: number): Promise<void> {
    const atConnect = this.#atConnect
    if (atConnect === undefined) return
    const [before, now] = [await atConnect, await this.#hash()]
    if (before === undefined || now === undefined || this.#atConnect !== atConnect) return
    this.#parts.report(before === now ? undefined : at)
  }

  /** Undefined while they can't be read; the watch reports that. */
  #hash(): Promise<string | undefined> {
    return this.#parts.hash().catch(() => undefined)
  }
}
