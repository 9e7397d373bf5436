import { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { BrokenAnswer } from './engine-errors.ts'

/** Read an answer to its end. @throws BrokenAnswer where the connection broke before it. */
export function readAll(answer: Readable, heard: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    answer.on('data', heard)
    answer.on('error', reject)
    answer.on('close', () => {
      const whole = answer instanceof IncomingMessage ? answer.complete : answer.readableEnded
      if (whole) resolve()
      else reject(new BrokenAnswer('The connection broke within the answer.'))
    })
  })
}

export async function readText(answer: Readable): Promise<string> {
  const chunks: Buffer[] = []
  await readAll(answer, (chunk) => chunks.push(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
