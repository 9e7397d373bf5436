import { spawn, type ChildProcess } from 'node:child_process'
import { Agent } from 'node:http'
import { Duplex, type Writable } from 'node:stream'
import { messageOf } from '../../../contract/error-message.ts'
import type { SshTarget } from './reach.ts'

const MAX_STDERR = 4_096
const TERM_GRACE_MS = 1_000

/**
 * Connections to an engine on another machine, made as docker makes them: the ssh program runs
 * `docker system dial-stdio` there, so the author's ssh configuration, keys and agent apply. A handshake takes a while,
 * so an idle connection is kept for the next request.
 */
export function sshConnections(target: SshTarget): Agent {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 2 })
  return Object.assign(agent, { createConnection: () => new SshConnection(() => connect(target)) })
}

function connect({ host, user, port, path }: SshTarget): ChildProcess {
  const args = [
    // Nobody is there to answer questions: better an error than an endless wait.
    ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=20', '-T'],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['--', host, 'docker'],
    ...(path === undefined ? [] : ['--host', `unix://${path}`]),
    ...['system', 'dial-stdio'],
  ]
  return spawn('ssh', args, { stdio: 'pipe', windowsHide: true })
}

/**
 * ssh's stdin and stdout as one socket, with the few methods beyond a Duplex that Node's HTTP client calls. Where the
 * system refuses to start it, for want of files for its pipes say, the connection is broken, with the reason.
 */
class SshConnection extends Duplex {
  readonly #ssh: ChildProcess | undefined
  #stderr = ''

  constructor(start: () => ChildProcess) {
    super()
    try {
      this.#ssh = start()
      this.#follow(this.#ssh)
    } catch (error) {
      // Whoever asked for it listens from now on.
      process.nextTick(() => this.#notStarted(error))
    }
  }

  #notStarted(cause: unknown): void {
    this.destroy(new Error(`The ssh program could not be run: ${messageOf(cause)}`, { cause }))
  }

  #follow(ssh: ChildProcess): void {
    const { stdin, stdout, stderr } = ssh
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR)
    })
    stdout?.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) stdout.pause()
    })
    // `close` reports its end, after its stderr was read as well.
    stdin?.on('error', () => undefined)
    ssh.once('error', (error) => this.#notStarted(error))
    ssh.once('close', (code) => {
      if (code === 0) return this.push(null)
      const lastLine = this.#stderr.trim().split('\n').at(-1) ?? ''
      this.destroy(new Error(`ssh ended with code ${String(code)}: ${lastLine || 'it printed nothing.'}`))
    })
  }

  get #stdin(): Writable | undefined {
    return this.#ssh?.stdin ?? undefined
  }

  override _read(): void {
    this.#ssh?.stdout?.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // If it takes no more, ssh reports the reason when it ends.
    if (this.#stdin === undefined) return done()
    this.#stdin.write(chunk, () => done())
  }

  override _final(done: () => void): void {
    if (this.#stdin === undefined) return done()
    this.#stdin.end(done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const ssh = this.#ssh
    if (ssh?.pid !== undefined) {
      ssh.stdin?.destroy()
      ssh.kill()
      const kill = setTimeout(() => ssh.kill('SIGKILL'), TERM_GRACE_MS)
      kill.unref()
      ssh.once('close', () => clearTimeout(kill))
    }
    done(error)
  }

  /** ssh keeps the connection alive as its configuration says. */
  setKeepAlive(): this {
    return this
  }

  setNoDelay(): this {
    return this
  }

  setTimeout(): this {
    return this
  }

  /** An idle connection doesn't keep the process from ending. */
  unref(): this {
    this.#forParts((part) => part.unref())
    return this
  }

  ref(): this {
    this.#forParts((part) => part.ref())
    return this
  }

  #forParts(change: (part: { ref(): unknown; unref(): unknown }) => void): void {
    const ssh = this.#ssh
    // Pipes of a child process are sockets, though their types do not say so.
    for (const part of [ssh, ssh?.stdin, ssh?.stdout, ssh?.stderr]) {
      if (part != null) change(part as unknown as { ref(): unknown; unref(): unknown })
    }
  }
}
