import type { Agent, IncomingMessage } from 'node:http'
import type { EngineFacts } from './engine.ts'
import type { EnginePlace } from './engine-address.ts'
import { engineError, EngineRefusal } from './engine-errors.ts'
import { engineFacts } from './engine-facts.ts'
import { jsonLines } from './json-lines.ts'
import { plainRequest } from './plain-requests.ts'
import type { Reach } from './reach.ts'
import { connectionsTo } from './connections.ts'

/** A hung engine is as good as none. ssh must reach its machine first, and Docker Desktop wake up. */
const DEADLINE_MS = { socket: 5_000, tcp: 8_000, ssh: 30_000 }
/** One that answers may take its time to describe itself: Podman runs other programs for it. */
const DESCRIBE_MS = 30_000
/** A connection over a network is tested after this much silence. */
const KEEP_ALIVE_MS = 10_000
const MAX_ANSWER = 1024 * 1024

/**
 * Ask the engine at a place about itself, without dockerode, which takes a moment to load: dev mode only needs to know
 * whether an engine runs.
 * @throws DOCKER_STOPPED, DOCKER_PERMISSION, DOCKER_TOO_OLD, DOCKER_UNREACHABLE, DOCKER_LOST; the signal's reason
 */
export async function probeEngine(
  { address, reach }: EnginePlace,
  signal?: AbortSignal,
  deadlineMs = DEADLINE_MS[reach.kind],
): Promise<EngineFacts> {
  const agent = await connectionsTo(reach)
  const within = async <T>(ms: number, work: (ends: AbortSignal) => Promise<T>) => {
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), ms)
    try {
      return await work(signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]))
    } catch (error) {
      throw deadline.signal.aborted ? new Error(`It did not answer within ${ms / 1000} s.`) : error
    } finally {
      clearTimeout(timer)
    }
  }
  try {
    await within(deadlineMs, (ends) => ping(reach, agent, ends))
    return await within(DESCRIBE_MS, (ends) =>
      engineFacts(async (path) => readWhole(await get(reach, agent, path, ends)), address),
    )
  } catch (error) {
    signal?.throwIfAborted()
    throw engineError(error, address, { doing: 'asking for its version' })
  } finally {
    agent.destroy()
  }
}

/** Whether anything answers, which any HTTP status shows: some proxies in front of an engine refuse a ping. */
async function ping(reach: Reach, agent: Agent, signal: AbortSignal): Promise<void> {
  try {
    await readWhole(await get(reach, agent, '/_ping', signal))
  } catch (error) {
    if (!(error instanceof EngineRefusal)) throw error
  }
}

/**
 * Follow a stream of JSON lines, such as `/events`. Resolves when the stream breaks or the signal is aborted: it never
 * ends otherwise.
 */
export async function followLines(
  reach: Reach,
  path: string,
  signal: AbortSignal,
  onValue: (value: unknown) => void,
): Promise<void> {
  const agent = await connectionsTo(reach)
  try {
    const answer = await get(reach, agent, path, signal)
    answer.socket.setKeepAlive(true, KEEP_ALIVE_MS)
    // A stream that only waits must not keep a command from ending.
    answer.socket.unref()
    answer.on('data', jsonLines(onValue))
    await new Promise<void>((resolve) => {
      answer.once('error', () => resolve())
      answer.once('close', () => resolve())
    })
  } catch {
    // It couldn't be opened: as if it had broken at once.
  } finally {
    agent.destroy()
  }
}

function get(reach: Reach, agent: Agent, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  return plainRequest(reach, agent, { method: 'GET', path }, signal)
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
    // Not an engine: engineFacts finds no version in it.
    return undefined
  }
}
