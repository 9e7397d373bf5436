import type { IncomingMessage } from 'node:http'

const MOST_BYTES = 4 * 1024

/** The body of a request of ours; undefined if it is long, cut short or not JSON. */
export async function readSmallJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request) {
      size += (chunk as Buffer).length
      if (size > MOST_BYTES) return undefined
      chunks.push(chunk as Buffer)
    }
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown
  } catch {
    return undefined
  }
}
