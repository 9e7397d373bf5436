import { connect, type Socket } from 'node:net'
import { PeerError } from '../contract/error.ts'
import { waitFor } from '../facts/wait.ts'
import type { Contained, ContainedStart, Debugged, DebuggedProgram, Start } from './debugged.ts'
import type { Runtime, WatchedProgram } from './runtime.ts'

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
  #isHeard = false
  /** Of a container: where its port is published. */
  #outside: Promise<number | undefined> | undefined
  #hasEnded = false
  #root: string | undefined
  #isContained = false
  /** Where the debugger is a process of its own. */
  readonly #program: Promise<WatchedProgram | undefined>
  #programKnown: (program: WatchedProgram | Promise<never> | undefined) => void = () => undefined
  #programStands = false
  /** Done once the program goes on without the editors that have left, or its debugger hasn't answered in time. */
  #abandoned: Promise<unknown> = Promise.resolve()
  #isAbandoning = false

  constructor(runtime: Runtime, news: ProcessNews) {
    this.#runtime = runtime
    this.#news = news
    this.#program = new Promise((resolve) => (this.#programKnown = resolve))
    // Told to who asks for the program.
    this.#program.catch(() => undefined)
  }

  get clients(): number {
    return this.#attached.size
  }

  get stands(): boolean {
    return this.#pausedFor.size > 0 || this.#programStands
  }

  /** See DebuggerState. */
  get root(): string | undefined {
    return this.#root
  }

  started(argv: readonly string[], env: Record<string, string>): Promise<Start> {
    // It may follow one in a container.
    this.#news.changed(this)
    return this.#runtime.started(argv, env)
  }

  contained({ argv, env, root, outside }: ContainedStart): Contained {
    this.#isContained = true
    this.#root = root
    this.#news.changed(this)
    if (outside === undefined) return this.#runtime.contained({ argv, env }, { host: '127.0.0.1', port: 0 })
    const publish = this.#runtime.usualPort
    this.#outside = outside(publish)
    return { publish, ...this.#runtime.contained({ argv, env }, { host: '0.0.0.0', port: publish }) }
  }

  printed(line: string): void {
    const heard = this.#runtime.heard(line)
    if (heard === undefined || this.#hasEnded) return
    if (heard === 'waits-to-end') return this.#dropEditors()
    if (this.#runtime.watch !== undefined) {
      // A debugger says it once; then it may be the chaincode's own line.
      if (this.#isHeard) return
      this.#isHeard = true
    }
    if (this.#outside === undefined) return this.#heardAt(heard.port)
    void this.#outside.then((port) => this.#heardAt(port))
  }

  #heardAt(port: number | undefined): void {
    const { watch } = this.#runtime
    if (watch === undefined) return this.#listensAt(port)
    if (port === undefined) {
      const reason = 'its container has ended, or its port isn’t published.'
      return this.#programKnown(Promise.reject(new PeerError('DEBUG_FAILED', { reason })))
    }
    const watching = watch(port, (stands) => this.#programPaused(stands), this.#isContained)
    this.#watch(watching, port)
  }

  #listensAt(port: number | undefined): void {
    if (this.#hasEnded) return
    this.#port = port
    for (const take of this.#waiting.splice(0)) take(port)
  }

  program(): Promise<DebuggedProgram | undefined> {
    return this.#runtime.watch === undefined ? Promise.resolve(undefined) : this.#program
  }

  ended(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#programStands = false
    this.#program.then(
      (program) => program?.close(),
      () => undefined,
    )
    this.#programKnown(undefined)
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
    const port = await waitFor(
      this.#abandoned.then(() => this.#portNow()),
      { signal: gone.signal, deadlineMs: PORT_MS },
    ).catch(() => undefined)
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
    if (!this.#attached.delete(editor)) return
    this.#news.changed(this)
    this.#goOnWithoutEditors()
  }

  /** Editors come to it once it is known what it has started: they may let that begin. */
  #watch(watching: Promise<WatchedProgram>, port: number): void {
    watching.then(
      (program) => {
        this.#programKnown(program)
        if (this.#hasEnded) program.close()
        else this.#listensAt(port)
      },
      (error: unknown) => this.#programKnown(Promise.reject(error as Error)),
    )
  }

  #programPaused(stands: boolean): void {
    if (this.#hasEnded) return
    // At a breakpoint of an editor that has left, or at a panic.
    if (stands && this.#attached.size === 0) return this.#goOnWithoutEditors()
    if (stands === this.#programStands) return
    this.#programStands = stands
    this.#news.changed(this)
  }

  #goOnWithoutEditors(): void {
    if (this.#attached.size > 0 || this.#runtime.watch === undefined || this.#hasEnded || this.#isAbandoning) return
    this.#isAbandoning = true
    const abandoned = this.#program.then((program) => program?.abandon()).catch(() => undefined)
    this.#abandoned = abandoned.then(() => {
      this.#isAbandoning = false
      // Without an editor nobody would let it go on, and no call would run out of time for as long as it stood.
      if (this.#attached.size === 0) this.#programPaused(false)
    })
  }

  #dropEditors(): void {
    for (const editor of this.#editors) editor.destroy()
  }
}
