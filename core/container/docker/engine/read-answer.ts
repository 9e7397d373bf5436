import { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { BrokenAnswer } from './engine-errors.ts'

/** Read an answer to its end. @throws BrokenAnswer if the connection breaks before it */
export function readAll(answer: Readable, onChunk: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    answer.on('data', onChunk)
    answer.on('error', reject)
    answer.on('close', () => {
      const isComplete = answer instanceof IncomingMessage ? answer.complete : answer.readableEnded
      if (isComplete) resolve()
      else reject(new BrokenAnswer('The connection broke inside the answer.'))
    })
  })
}

export async function readText(answer: Readable): Promise<string> {
  const chunks: Buffer[] = []
  await readAll(answer, (chunk) => chunks.push(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
