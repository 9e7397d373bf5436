import { request as httpRequest, type Agent, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { EngineFacts } from './engine.ts'
import type { EnginePlace } from './engine-address.ts'
import { engineError, EngineRefusal } from './engine-errors.ts'
import { engineFacts } from './engine-facts.ts'
import { jsonLines } from './json-lines.ts'
import type { Reach } from './reach.ts'
import { connectionsTo } from './connections.ts'

/** An engine that hangs is as good as none. ssh has to reach its machine first, and Docker Desktop to wake up. */
const DEADLINE_MS = { socket: 5_000, tcp: 8_000, ssh: 30_000 }
/** After so long a silence a connection over a network is tested. */
const KEEP_ALIVE_MS = 10_000
const MAX_ANSWER = 1024 * 1024

/**
 * What the engine at a place says of itself. Asked without dockerode, which takes a moment to load: who only wants to
 * know whether there is an engine, as in dev mode, does not pay for it.
 * @throws DOCKER_STOPPED, DOCKER_PERMISSION, DOCKER_TOO_OLD, DOCKER_UNREACHABLE, DOCKER_LOST; the signal's reason
 */
export async function probeEngine(
  { address, reach }: EnginePlace,
  signal?: AbortSignal,
  deadlineMs = DEADLINE_MS[reach.kind],
): Promise<EngineFacts> {
  const agent = await connectionsTo(reach)
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), deadlineMs)
  const ends = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal])
  try {
    const ask = async (path: string) => readWhole(await get(reach, agent, path, ends))
    return await engineFacts(ask, address)
  } catch (error) {
    signal?.throwIfAborted()
    const reason = late.signal.aborted ? new Error(`It did not answer within ${deadlineMs / 1000} s.`) : error
    throw engineError(reason, address, { doing: 'asking for its version' })
  } finally {
    clearTimeout(timer)
    agent.destroy()
  }
}

/**
 * Follow a stream of JSON lines, such as `/events`, until it breaks or the signal is aborted: then it resolves, as
 * there is nothing else it could end with.
 */
export async function followLines(
  reach: Reach,
  path: string,
  signal: AbortSignal,
  heard: (value: unknown) => void,
): Promise<void> {
  const agent = await connectionsTo(reach)
  try {
    const answer = await get(reach, agent, path, signal)
    answer.socket.setKeepAlive(true, KEEP_ALIVE_MS)
    // A stream that only waits must not keep a command line from ending.
    answer.socket.unref()
    answer.on('data', jsonLines(heard))
    await new Promise<void>((resolve) => {
      answer.once('error', () => resolve())
      answer.once('close', () => resolve())
    })
  } catch {
    // It could not be opened: as if it had broken at once.
  } finally {
    agent.destroy()
  }
}

function get(reach: Reach, agent: Agent, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const where =
      reach.kind === 'socket'
        ? { socketPath: reach.path }
        : reach.kind === 'tcp'
          ? { host: reach.host, port: reach.port }
          : { host: 'docker' }
    const secure = reach.kind === 'tcp' && reach.tls !== undefined
    const asked = (secure ? httpsRequest : httpRequest)({ ...where, path, agent, signal }, (answer) => {
      if (answer.statusCode === 200) return resolve(answer)
      answer.resume()
      reject(new EngineRefusal(answer.statusCode ?? 0, answer.statusMessage ?? ''))
    })
    asked.on('error', reject)
    asked.end()
  })
}

async function readWhole(answer: IncomingMessage): Promise<unknown> {
  answer.setEncoding('utf8')
  let text = ''
  for await (const chunk of answer) {
    text += chunk as string
    if (text.length > MAX_ANSWER) break
  }
  try {
    return JSON.parse(text) as unknown
  } catch {
    // Not an engine: what it says has no version.
    return undefined
  }
}
