import { connect, type Socket } from 'node:net'
import { waitFor } from '../facts/wait.ts'
import type { Debugged } from './debugged.ts'
import type { Runtime } from './runtime.ts'

/** How long an editor may wait for a process that has just started, or that listens on another port in a moment. */
const PORT_MS = 20_000

/** What its door hears of a process. */
export interface ProcessNews {
  /** An editor came or left, or the process stopped for one or went on. */
  changed(process: DebuggedProcess): void
  ended(process: DebuggedProcess): void
}

/** One process under its debugger, and the editors that are connected to it. */
export class DebuggedProcess implements Debugged {
  readonly #runtime: Runtime
  readonly #news: ProcessNews
  /** All connections, also those that only ask. */
  readonly #editors = new Set<Socket>()
  readonly #attached = new Set<Socket>()
  readonly #pausedFor = new Set<Socket>()
  #waiting: ((port: number | undefined) => void)[] = []
  #port: number | undefined
  #hasEnded = false

  constructor(runtime: Runtime, news: ProcessNews) {
    this.#runtime = runtime
    this.#news = news
  }

  get clients(): number {
    return this.#attached.size
  }

  get stands(): boolean {
    return this.#pausedFor.size > 0
  }

  started(argv: readonly string[], env: Record<string, string>): { argv: string[]; env: Record<string, string> } {
    return this.#runtime.started(argv, env)
  }

  printed(line: string): void {
    const heard = this.#runtime.heard(line)
    if (heard === undefined || this.#hasEnded) return
    if (heard === 'waits-to-end') return this.#dropEditors()
    this.#port = heard.port
    for (const take of this.#waiting.splice(0)) take(heard.port)
  }

  ended(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    for (const take of this.#waiting.splice(0)) take(undefined)
    this.#dropEditors()
    this.#news.ended(this)
  }

  /** Connect this editor to it, and listen. The socket is closed where the process can't be reached. Never rejects. */
  async serve(editor: Socket): Promise<void> {
    const gone = new AbortController()
    editor.once('close', () => gone.abort())
    editor.on('error', () => editor.destroy())
    if (this.#runtime.oneEditor && this.#editors.size > 0) return void editor.destroy()
    this.#editors.add(editor)
    const port = await waitFor(this.#portNow(), { signal: gone.signal, deadlineMs: PORT_MS }).catch(() => undefined)
    if (port === undefined || editor.destroyed || this.#hasEnded) return this.#left(editor)
    const process = connect({ host: '127.0.0.1', port, noDelay: true })
    // A JVM that has answered an editor listens on another port when that one has left; else it is still at this one.
    const forget = () => {
      if (this.#port === port) this.#port = undefined
    }
    if (this.#runtime.oneEditor) process.once('data', forget)
    editor.setNoDelay(true)
    const listener = this.#runtime.listen({
      attached: () => this.#attachedNow(editor),
      paused: (stands) => this.#paused(editor, stands),
    })
    process.on('data', listener.fromProcess)
    editor.on('data', listener.fromEditor)
    process.pipe(editor)
    editor.pipe(process)
    process.on('error', () => process.destroy())
    process.once('close', () => editor.destroy())
    editor.once('close', () => {
      process.destroy()
      this.#left(editor)
    })
  }

  #portNow(): Promise<number | undefined> {
    if (this.#hasEnded || this.#port !== undefined) return Promise.resolve(this.#port)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #attachedNow(editor: Socket): void {
    if (!this.#editors.has(editor)) return
    this.#attached.add(editor)
    this.#news.changed(this)
  }

  #paused(editor: Socket, stands: boolean): void {
    if (!this.#editors.has(editor) || stands === this.#pausedFor.has(editor)) return
    if (stands) this.#pausedFor.add(editor)
    else this.#pausedFor.delete(editor)
    this.#news.changed(this)
  }

  #left(editor: Socket): void {
    editor.destroy()
    this.#editors.delete(editor)
    this.#pausedFor.delete(editor)
    if (this.#attached.delete(editor)) this.#news.changed(this)
  }

  #dropEditors(): void {
    for (const editor of this.#editors) editor.destroy()
  }
}
