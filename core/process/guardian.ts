import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { parse } from 'node:path'
import type { Writable } from 'node:stream'
import { GUARDIAN_SH, GUARDIAN_PS1 } from './guardian-scripts.ts'

/** Ends what Slipway started when Slipway itself ends, however that happens: SIGKILL, a crash, the out-of-memory killer. */
export interface Guard {
  /** End this process and all it started. Resolves once that is certain. */
  watch(pid: number): Promise<void>
  /** It has ended: its number may soon be somebody else's. */
  forget(pid: number): void
}

export interface Guardian extends Guard {
  /** From now on, also run `afterwards`. */
  arm(): void
  /** Slipway ends in good order, and has ended everything itself. Idempotent. */
  close(): Promise<void>
}

/** One that ends as soon as it is started isn't started again. */
const LIVED_MS = 1_000

/**
 * A small process, a shell of about 1 MB, that is told of every process and reads from a pipe that only Slipway holds
 * open. When Slipway is gone the system closes the pipe; then it kills what it knows. Node can't ask the system itself
 * for that (PR_SET_PDEATHSIG, job objects), and none of the shims ends by itself.
 *
 * `afterwards`: program and arguments that run then, if it was armed; all paths absolute.
 */
export function startGuardian(afterwards: readonly string[] = []): Guardian {
  return new PipeGuardian(afterwards)
}

interface Running {
  process: ChildProcess
  pipe: Writable
  since: number
}

class PipeGuardian implements Guardian {
  readonly #afterwards: readonly string[]
  readonly #pids = new Set<number>()
  #armed = false
  #closed = false
  #running: Running | undefined

  constructor(afterwards: readonly string[]) {
    this.#afterwards = afterwards
    // PowerShell is no small process: it is started when it is needed.
    if (!windows) this.#start()
  }

  async watch(pid: number): Promise<void> {
    this.#pids.add(pid)
    await this.#tell(`watch ${pid}`)
  }

  forget(pid: number): void {
    if (this.#pids.delete(pid)) void this.#tell(`forget ${pid}`)
  }

  arm(): void {
    if (this.#armed || this.#afterwards.length === 0) return
    this.#armed = true
    void this.#tell('arm 0')
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (this.#running === undefined) return
    const { process: guardian, pipe } = this.#running
    // Until now it kept nobody from ending.
    guardian.ref()
    const ended = once(guardian, 'exit')
    pipe.end('bye 0\n')
    await ended
  }

  /** Resolves once it is in the pipe, from which it is read whatever becomes of us. */
  #tell(line: string): Promise<void> {
    // A new one is told everything.
    const pipe = this.#running?.pipe ?? this.#start()?.pipe
    if (pipe === undefined) return Promise.resolve()
    return new Promise((resolve) => pipe.write(`${line}\n`, () => resolve()))
  }

  #start(): Running | undefined {
    if (this.#closed) return undefined
    const guardian = newGuardian(this.#afterwards)
    if (guardian === undefined) return undefined
    const { stdin: pipe } = guardian
    const running = { process: guardian, pipe, since: performance.now() }
    this.#running = running
    const ended = () => {
      if (this.#running !== running) return
      this.#running = undefined
      if (performance.now() - running.since > LIVED_MS && this.#pids.size > 0) this.#start()
    }
    guardian.once('exit', ended)
    // Without it, the next start still ends what it finds in processes.json.
    guardian.once('error', ended)
    pipe.on('error', () => undefined)
    guardian.unref()
    // A child's pipe is a socket, which the types don't say.
    ;(pipe as Writable & { unref?: () => void }).unref?.()
    for (const pid of this.#pids) pipe.write(`watch ${pid}\n`)
    if (this.#armed) pipe.write('arm 0\n')
    return running
  }
}

/** Undefined if the system has no more processes, or files for its pipe, which then isn't even made. The next call tries again. */
function newGuardian(afterwards: readonly string[]) {
  const [program, args, env] = command(afterwards)
  try {
    const guardian = spawn(program, args, {
      // Away from the terminal, whose signals are for Slipway; on Windows also out of the job that ends with us.
      detached: true,
      windowsHide: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env,
      // It must not hold anybody's folder.
      cwd: parse(process.execPath).root,
    })
    if (guardian.pid !== undefined) return guardian
    guardian.once('error', () => undefined)
  } catch {
    // Some refusals Node throws.
  }
  return undefined
}

const windows = process.platform === 'win32'

function command(afterwards: readonly string[]): [program: string, args: string[], env: NodeJS.ProcessEnv] {
  if (!windows) return ['/bin/sh', ['-c', GUARDIAN_SH, 'slipway-guardian', ...afterwards], process.env]
  const script = Buffer.from(GUARDIAN_PS1, 'utf16le').toString('base64')
  const args = ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-EncodedCommand', script]
  return ['powershell.exe', args, { ...process.env, SLIPWAY_AFTERWARDS: JSON.stringify(afterwards) }]
}
