import { request as httpRequest, type Agent, type IncomingMessage } from 'node:http'
import { withoutUndefined } from '../../../contract/without-undefined.ts'
import type { EngineRequest, JsonRequests } from './dockerode-requests.ts'
import { EngineRefusal } from './engine-errors.ts'
import type { EngineAddress } from './engine.ts'
import type { Reach } from './reach.ts'
import { readText } from './read-answer.ts'
import { withinDeadline } from './request-deadline.ts'

/** What has nothing to send. */
type PlainRequest = Pick<EngineRequest, 'method' | 'path' | 'query'>

/**
 * Requests without dockerode, which takes longer to load than all that a search for leftovers does. They send no body.
 */
export function plainRequests(address: EngineAddress, reach: Reach, agent: Agent): JsonRequests {
  return {
    address,
    json: <T>(request: EngineRequest, asked: Parameters<JsonRequests['json']>[1], signal?: AbortSignal) => {
      const { deadlineMs } = request
      return withinDeadline({ address, asked, deadlineMs, signal }, async (ends) => {
        const text = await readText(await plainRequest(reach, agent, request, ends))
        return (text.trim() === '' ? undefined : JSON.parse(text)) as T
      })
    },
  }
}

/** Ask for one answer. @throws EngineRefusal, with the engine's words; what the connection fails with */
export async function plainRequest(
  reach: Reach,
  agent: Agent,
  { method, path, query }: PlainRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const place =
    reach.kind === 'socket'
      ? { socketPath: reach.path }
      : reach.kind === 'tcp'
        ? { host: reach.host, port: reach.port }
        : { host: 'docker' }
  const begin = reach.kind === 'tcp' && reach.tls !== undefined ? (await import('node:https')).request : httpRequest
  return new Promise((resolve, reject) => {
    const request = begin({ ...place, method, path: `${path}${queryOf(query)}`, agent, signal }, (answer) => {
      const { statusCode = 0, statusMessage = '' } = answer
      if (statusCode >= 200 && statusCode < 300) return resolve(answer)
      const refuse = (words: string) => reject(new EngineRefusal(statusCode, words))
      readText(answer).then(
        (text) => refuse(messageIn(text) ?? statusMessage),
        () => refuse(statusMessage),
      )
    })
    request.on('error', reject)
    request.end()
  })
}

/** Undefined: it isn't an engine that refuses, or it says nothing. */
function messageIn(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: unknown }
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}

function queryOf(query: PlainRequest['query']): string {
  const set = Object.entries(withoutUndefined(query ?? {}))
  if (set.length === 0) return ''
  const texts = set.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])
  return `?${new URLSearchParams(texts).toString()}`
}
