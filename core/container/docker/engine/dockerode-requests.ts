import type { Agent, IncomingMessage } from 'node:http'
import { addAbortSignal, type Duplex, type Readable } from 'node:stream'
import Dockerode from 'dockerode'
import type { EngineAddress } from './engine.ts'
import { EngineRefusal, type Asked } from './engine-errors.ts'
import type { Reach } from './reach.ts'
import { readText } from './read-answer.ts'
import { withinDeadline } from './request-deadline.ts'
import { withoutUndefined } from '../../../contract/without-undefined.ts'

/** A request of the engine's API. The path has no version, so each engine uses its newest. */
export interface EngineRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  /** Objects are sent as JSON; undefined values are left out. */
  query?: Readonly<Record<string, unknown>>
  body?: object
  /** A tar, instead of a body. */
  file?: Readable | Buffer
  /** How long the engine may take to begin its answer (for `json`, to end it). Default: a minute; `Infinity`: none. */
  deadlineMs?: number
}

/** The engine's API. Each failure is a PeerError; a signal ends each wait with the signal's reason. */
export interface EngineRequests {
  readonly address: EngineAddress
  /** The whole answer. */
  json<T>(request: EngineRequest, asked: Asked, signal?: AbortSignal): Promise<T>
  /** The answer as it comes; destroyed when the signal is aborted. */
  stream(request: EngineRequest, asked: Asked, signal?: AbortSignal): Promise<IncomingMessage>
  /** The connection upgraded to a two-way pipe; `input`: bytes will be written to it. */
  pipe(request: EngineRequest & { input: boolean }, asked: Asked, signal?: AbortSignal): Promise<Duplex>
}

/** Those that need only whole answers. */
export type JsonRequests = Pick<EngineRequests, 'address' | 'json'>

const SUCCESS = { 200: true, 201: true, 204: true, 304: true } as const

/**
 * Requests through dockerode's connection. Its methods are not used: their promises never settle if the connection
 * breaks inside an answer (docker-modem 5.0.7 listens only to `end`), as it does when an engine is killed. So every
 * answer is requested as a stream, and read here.
 */
export function dockerodeRequests(address: EngineAddress, reach: Reach, agent: Agent): EngineRequests {
  const { modem } = new Dockerode(modemOptions(reach, agent)) as { modem: Modem }

  async function dial(
    request: EngineRequest & { input?: boolean },
    asked: Asked,
    signal: AbortSignal | undefined,
    read: (answer: Answer) => Promise<unknown>,
  ): Promise<unknown> {
    const { deadlineMs } = request
    return withinDeadline({ address, asked, deadlineMs, signal }, async (ends) => read(await ask(modem, request, ends)))
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
  // All are listed: docker-modem takes the others from the environment.
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
  const place =
    reach.kind === 'socket'
      ? { socketPath: reach.path }
      : reach.kind === 'tcp'
        ? { host: reach.host, port: reach.port, protocol: reach.tls === undefined ? 'http' : 'https' }
        : { host: 'docker', port: 80 }
  return { ...options, ...place } as unknown as Dockerode.DockerOptions
}

function ask(modem: Modem, request: EngineRequest & { input?: boolean }, signal: AbortSignal): Promise<Answer> {
  const { method, path, query, body, file, input } = request
  return new Promise((resolve, reject) => {
    const options = {
      method,
      path: query === undefined ? path : `${path}?`,
      options: { _query: withoutUndefined(query ?? {}), _body: body ?? {} },
      file,
      hijack: input !== undefined,
      openStdin: input === true,
      allowEmpty: input !== undefined,
      isStream: true,
      statusCodes: SUCCESS,
      abortSignal: signal,
    }
    // Stop reading the file once it is no longer being sent.
    if (file !== undefined && !Buffer.isBuffer(file)) addAbortSignal(signal, file).on('error', () => undefined)
    modem.dial(options, (error, answer) => {
      if (error !== null && error !== undefined) return reject(refusalIn(error))
      const stream = answer as Answer
      // The signal no longer reaches an upgraded connection.
      const end = () => stream.destroy()
      if (signal.aborted) end()
      signal.addEventListener('abort', end, { once: true })
      stream.once('close', () => signal.removeEventListener('abort', end))
      // The reader sees the stream close; without a listener an error would end the process.
      stream.on('error', () => undefined)
      resolve(stream)
    })
  })
}

function jsonIn(text: string): unknown {
  return text.trim() === '' ? undefined : (JSON.parse(text) as unknown)
}

/** docker-modem writes the engine's words after the status: `(HTTP code 404) unexpected - No such image: x `. */
function refusalIn(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  const { statusCode } = error as { statusCode?: number }
  if (statusCode === undefined) return error
  return new EngineRefusal(statusCode, error.message.replace(/^\(HTTP code \d+\) unexpected - /, '').trim())
}
