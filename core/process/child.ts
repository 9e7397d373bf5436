import { spawn, type ChildProcess, type Serializable } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { now } from '../facts/clock.ts'
import { waitFor } from '../facts/wait.ts'
import { gated, refusal } from './gate.ts'
import type { Guard } from './guardian.ts'
import type { ProcessEnd } from './print-line.ts'
import { newOutputLines } from './output-lines.ts'
import { spawned } from './spawned.ts'

/** Between TERM and KILL. */
const GRACE_MS = 2_000
/** How long to read on after the process has ended: a grandchild may keep the pipes open. */
const DRAIN_MS = 500

export interface ChildOptions {
  argv: string[]
  cwd: string
  /** The whole environment. */
  env: Record<string, string>
  line(line: { at: number; stream: 'stdout' | 'stderr'; text: string }): void
  /** When it ends, also end whatever it started. Not for build tools, whose daemons must live on. */
  reap: boolean
  /** Ends it, and all it started, if Slipway is gone; without one it may live on. */
  guard?: Guard | undefined
  /** Receives messages over an IPC channel, from a Node child. */
  message?: ((message: unknown) => void) | undefined
}

/** A running process and everything it started. */
export interface Child {
  readonly pid: number
  readonly startedAt: number
  /** Resolves when it has ended and its output was read; never rejects. */
  readonly exited: Promise<ProcessEnd>
  /** What it has printed: the first and the last lines, oldest first. */
  kept(): string[]
  send(message: Serializable): void
  /** It was idle until now: its reported lifetime begins here. */
  begin(): void
  /** TERM, then KILL two seconds later, to it and everything it started. Idempotent. */
  stop(): Promise<void>
  /** KILL at once. Idempotent. */
  kill(): Promise<void>
}

/**
 * Start a process without a shell, in its own process group, so that everything it starts can be ended with it.
 * Throws the system's error (`code` ENOENT, EACCES…) if it can't be started.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const child = await spawnChild(options)
  if (options.message !== undefined) child.on('message', options.message)
  const startedAt = now()
  let begunAt = startedAt
  const lines = newOutputLines(options.line)
  const drained = Promise.all([read(child.stdout, lines.stdout), read(child.stderr, lines.stderr)])
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  // Throws an 'error' that comes before 'spawn', such as a missing program.
  await once(child, 'spawn')
  // A later error is about a signal or message that couldn't be delivered: it has ended, as `exited` reports.
  child.on('error', () => child.unref())
  const pid = child.pid ?? 0
  const guard = isGuarded(options) ? options.guard : undefined
  await guard?.watch(pid)
  child.stdin?.on('error', () => undefined).end('go\n')

  let stopping: Promise<void> | undefined
  const exited = ended.then(async ({ code, signal }): Promise<ProcessEnd> => {
    const at = now()
    if (options.reap || stopping !== undefined) signalTree(child, 'SIGKILL')
    guard?.forget(pid)
    await waitFor(drained, { deadlineMs: DRAIN_MS }).catch(() => undefined)
    child.stdout?.destroy()
    child.stderr?.destroy()
    lines.end()
    const lived = at - begunAt
    const words = stopping === undefined ? endWords({ code, signal }, lived) : `was stopped after ${seconds(lived)}`
    return { at, code, signal, words }
  })

  const end = async (graceMs: number) => {
    signalTree(child, graceMs === 0 ? 'SIGKILL' : 'SIGTERM')
    if (graceMs > 0) await waitFor(ended, { deadlineMs: graceMs }).catch(() => signalTree(child, 'SIGKILL'))
    await exited
  }
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  return {
    pid,
    startedAt,
    exited,
    kept: lines.kept,
    send: (message) => {
      if (child.connected) child.send(message, (error) => error === null || child.unref())
    },
    begin: () => (begunAt = now()),
    stop() {
      if (stopping === undefined && hasEnded()) return exited.then(() => undefined)
      return (stopping ??= end(GRACE_MS))
    },
    kill() {
      if (stopping === undefined && hasEnded()) return exited.then(() => undefined)
      if (stopping !== undefined) signalTree(child, 'SIGKILL')
      return (stopping ??= end(0))
    },
  }
}

async function spawnChild({ argv, cwd, env, guard, message }: ChildOptions): Promise<ChildProcess> {
  const isGated = guard !== undefined && process.platform !== 'win32'
  if (isGated) {
    const missing = await refusal(argv[0] ?? '', { cwd, env })
    if (missing !== undefined) throw missing
  }
  const [program = '', ...args] = isGated ? gated(argv, env) : argv
  const stdin = isGated ? 'pipe' : 'ignore'
  const child = spawn(program, args, {
    cwd,
    env,
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: message === undefined ? [stdin, 'pipe', 'pipe'] : [stdin, 'pipe', 'pipe', 'ipc'],
  })
  if (child.pid === undefined) await refused(child)
  return child
}

/** Throws why the system didn't start it; where that has no more files it hasn't even its pipes. */
async function refused(child: ChildProcess): Promise<never> {
  const [error] = (await once(child, 'error')) as [Error]
  throw error
}

/** On Windows a program that is no script ends with Slipway by itself: Node ties it to a job object. */
function isGuarded({ argv }: ChildOptions): boolean {
  return process.platform !== 'win32' || argv[0] === 'cmd.exe'
}

/** Resolves at the end of the stream. */
function read(stream: Readable | null, take: (chunk: Buffer) => void): Promise<void> {
  if (stream === null) return Promise.resolve()
  stream.on('data', take)
  return new Promise((resolve) => {
    stream.once('close', resolve)
    // Nothing more can be read from a broken pipe.
    stream.once('error', () => stream.destroy())
  })
}

/** Signal a process and everything it started. Does nothing if it is gone. */
function signalTree(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return
  if (process.platform === 'win32') {
    taskkill(child.pid).catch(() => child.kill())
    return
  }
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') child.kill(signal)
  }
}

/** KILL the head of a group and everything in it. Does nothing if it is gone. */
export function killTree(pid: number): void {
  if (process.platform === 'win32') return void taskkill(pid).catch(() => undefined)
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It is gone.
  }
}

/** Windows has no TERM for console programs; /T ends the whole tree. */
function taskkill(pid: number): Promise<unknown> {
  return spawned('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
}

/** How a process ended that nobody stopped, after this many milliseconds. */
export function endWords({ code, signal }: Pick<ProcessEnd, 'code' | 'signal'>, lived: number): string {
  const after = `after ${seconds(lived)}`
  return signal === null ? `exited with code ${String(code)} ${after}` : `was killed by ${signal} ${after}`
}

/** `0.03 s`, `0.4 s`, `12 s`, `3 min`. */
export function seconds(ms: number): string {
  const s = ms / 1000
  if (s >= 120) return `${Math.round(s / 60)} min`
  return s >= 10 ? `${Math.round(s)} s` : `${s.toFixed(s < 0.1 ? 2 : 1)} s`
}
