import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { Agent } from 'node:http'
import { Duplex, type Readable, type Writable } from 'node:stream'
import type { SshTarget } from './reach.ts'

type Ssh = ChildProcessByStdio<Writable, Readable, Readable>

const MAX_STDERR = 4_096
const TERM_GRACE_MS = 1_000

/**
 * Connections to an engine on another machine, made as docker makes them: the ssh program runs
 * `docker system dial-stdio` there, so the author's ssh configuration, keys and agent apply. A handshake takes a while,
 * so an idle connection is kept for the next request.
 */
export function sshConnections(target: SshTarget): Agent {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 2 })
  return Object.assign(agent, { createConnection: () => new SshConnection(connect(target)) })
}

function connect({ host, user, port, path }: SshTarget): Ssh {
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

/** ssh's stdin and stdout as one socket, with the few methods beyond a Duplex that Node's HTTP client calls. */
class SshConnection extends Duplex {
  readonly #ssh: Ssh
  #stderr = ''

  constructor(ssh: Ssh) {
    super()
    this.#ssh = ssh
    ssh.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR)
    })
    ssh.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) ssh.stdout.pause()
    })
    // `close` reports its end, after its stderr was read as well.
    ssh.stdin.on('error', () => undefined)
    ssh.once('error', (error) => this.destroy(new Error(`The ssh program could not be run: ${error.message}`)))
    ssh.once('close', (code) => {
      if (code === 0) return this.push(null)
      const lastLine = this.#stderr.trim().split('\n').at(-1) ?? ''
      this.destroy(new Error(`ssh ended with code ${String(code)}: ${lastLine || 'it printed nothing.'}`))
    })
  }

  override _read(): void {
    this.#ssh.stdout.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // If it takes no more, ssh reports the reason when it ends.
    this.#ssh.stdin.write(chunk, () => done())
  }

  override _final(done: () => void): void {
    this.#ssh.stdin.end(done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#ssh.stdin.destroy()
    this.#ssh.kill()
    const kill = setTimeout(() => this.#ssh.kill('SIGKILL'), TERM_GRACE_MS)
    kill.unref()
    this.#ssh.once('close', () => clearTimeout(kill))
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
    const { stdin, stdout, stderr } = this.#ssh
    // Pipes of a child process are sockets, though their types do not say so.
    for (const part of [this.#ssh, stdin, stdout, stderr])
      change(part as unknown as { ref(): unknown; unref(): unknown })
  }
}
