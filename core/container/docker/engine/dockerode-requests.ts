import type { Agent, IncomingMessage } from 'node:http'
import { addAbortSignal, type Duplex, type Readable } from 'node:stream'
import Dockerode from 'dockerode'
import type { EngineAddress } from './engine.ts'
import { engineError, EngineRefusal, type Asked } from './engine-errors.ts'
import type { Reach } from './reach.ts'
import { readText } from './read-answer.ts'

/** One request of the engine's API; the path without a version, so that each engine speaks its newest. */
export interface EngineRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  /** Objects go as JSON; what is undefined is left out. */
  query?: Readonly<Record<string, unknown>>
  body?: object
  /** A tar, in place of a body. */
  file?: Readable | Buffer
  /** How long the engine may take to begin its answer; for `json` to end it. Default: DEADLINE_MS; `Infinity`: none. */
  deadlineMs?: number
}

/** The engine's API, each failure told as a PeerError, each wait ended by its signal with the signal's reason. */
export interface EngineRequests {
  readonly address: EngineAddress
  /** The whole answer. */
  json<T>(request: EngineRequest, asked: Asked, signal?: AbortSignal): Promise<T>
  /** The answer as it comes; destroyed when the signal is aborted. */
  stream(request: EngineRequest, asked: Asked, signal?: AbortSignal): Promise<IncomingMessage>
  /** A connection that became a two-way pipe; `input`: it takes bytes too. */
  pipe(request: EngineRequest & { input: boolean }, asked: Asked, signal?: AbortSignal): Promise<Duplex>
}

/** A hung engine must not hang us: long enough for a `create` on a busy disk. */
const DEADLINE_MS = 60_000

const GOOD = { 200: true, 201: true, 204: true, 304: true } as const

/**
 * Requests through dockerode's own connection. Its methods are not used: where the connection breaks within an answer
 * their promises never settle (docker-modem 5.0.7 listens to `end` alone), which is just what happens when an engine
 * is killed. So every answer is asked for as a stream, and read here.
 */
export function dockerodeRequests(address: EngineAddress, reach: Reach, agent: Agent): EngineRequests {
  const { modem } = new Dockerode(modemOptions(reach, agent)) as { modem: Modem }

  async function dial(
    request: EngineRequest & { input?: boolean },
    asked: Asked,
    signal: AbortSignal | undefined,
    read: (answer: Answer) => Promise<unknown>,
  ): Promise<unknown> {
    signal?.throwIfAborted()
    const deadline = new AbortController()
    const { deadlineMs = DEADLINE_MS } = request
    const timer = deadlineMs === Infinity ? undefined : setTimeout(() => deadline.abort(), deadlineMs)
    const ends = signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal])
    try {
      return await read(await ask(modem, request, ends))
    } catch (error) {
      signal?.throwIfAborted()
      const late = deadline.signal.aborted && new Error(`It did not answer within ${deadlineMs / 1000} s.`)
      throw engineError(late || error, address, asked)
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    address,
    json: async <T>(request: EngineRequest, asked: Asked, signal?: AbortSignal) =>
      (await dial(request, asked, signal, async (answer) => jsonIn(await readText(answer)))) as T,
    stream: async (request, asked, signal) =>
      (await dial(request, asked, signal, async (answer) => answer)) as IncomingMessage,
    pipe: async (request, asked, signal) => (await dial(request, asked, signal, async (answer) => answer)) as Duplex,
  }
}

type Answer = Readable
/** The part of docker-modem that is used. */
interface Modem {
  dial(options: object, callback: (error: unknown, answer: unknown) => void): void
}

function modemOptions(reach: Reach, agent: Agent): Dockerode.DockerOptions {
  // All are named: what is not is taken from the environment.
  const options = {
    socketPath: undefined,
    host: undefined,
    port: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    timeout: undefined,
    pathPrefix: '/',
    protocol: 'http',
    agent,
  }
  const where =
    reach.kind === 'socket'
      ? { socketPath: reach.path }
      : reach.kind === 'tcp'
        ? { host: reach.host, port: reach.port, protocol: reach.tls === undefined ? 'http' : 'https' }
        : { host: 'docker', port: 80 }
  return { ...options, ...where } as unknown as Dockerode.DockerOptions
}

function ask(modem: Modem, request: EngineRequest & { input?: boolean }, signal: AbortSignal): Promise<Answer> {
  const { method, path, query, body, file, input } = request
  return new Promise((resolve, reject) => {
    const options = {
      method,
      path: query === undefined ? path : `${path}?`,
      options: { _query: query === undefined ? {} : given(query), _body: body ?? {} },
      ...(file === undefined ? {} : { file }),
      ...(input === undefined ? {} : { hijack: true, openStdin: input, allowEmpty: true }),
      isStream: true,
      statusCodes: GOOD,
      abortSignal: signal,
    }
    // What is not sent any more need not be read either.
    if (file !== undefined && !Buffer.isBuffer(file)) addAbortSignal(signal, file).on('error', () => undefined)
    modem.dial(options, (error, answer) => {
      if (error !== null && error !== undefined) return reject(refusalIn(error))
      const stream = answer as Answer
      // An upgraded connection knows nothing of the signal any more.
      const end = () => stream.destroy()
      if (signal.aborted) end()
      signal.addEventListener('abort', end, { once: true })
      stream.once('close', () => signal.removeEventListener('abort', end))
      // Whoever reads it sees its end; an error that nobody listens to would end the process.
      stream.on('error', () => undefined)
      resolve(stream)
    })
  })
}

function given(query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))
}

function jsonIn(text: string): unknown {
  return text.trim() === '' ? undefined : (JSON.parse(text) as unknown)
}

/** docker-modem puts the engine's words behind the status: `(HTTP code 404) unexpected - No such image: x `. */
function refusalIn(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  const { statusCode } = error as { statusCode?: number }
  if (statusCode === undefined) return error
  return new EngineRefusal(statusCode, error.message.replace(/^\(HTTP code \d+\) unexpected - /, '').trim())
}
