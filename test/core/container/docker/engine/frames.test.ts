import { expect, test } from 'vitest'
import { frameReader } from '../../../../../core/container/docker/engine/frames.ts'

type Piece = [stream: 'out' | 'err', text: string]

/** As the engine multiplexes them: https://docs.docker.com/reference/api/engine, "Stream format" of attach. */
function framed(pieces: Piece[]): Buffer {
  return Buffer.concat(
    pieces.flatMap(([stream, text]) => {
      const payload = Buffer.from(text)
      const header = Buffer.alloc(8)
      header[0] = stream === 'out' ? 1 : 2
      header.writeUInt32BE(payload.length, 4)
      return [header, payload]
    }),
  )
}

/** What is heard of bytes that come in chunks of this size, neighbours of one stream joined. */
function read(bytes: Buffer, size: number): { heard: Piece[]; calls: number } {
  const heard: Piece[] = []
  let calls = 0
  const add = (stream: 'out' | 'err') => (chunk: Buffer) => {
    calls += 1
    const last = heard.at(-1)
    if (last?.[0] === stream) last[1] += chunk.toString('latin1')
    else heard.push([stream, chunk.toString('latin1')])
  }
  const reader = frameReader({ stdout: add('out'), stderr: add('err') })
  for (let at = 0; at < bytes.length; at += size) reader(Buffer.from(bytes.subarray(at, at + size)))
  return { heard, calls }
}

test('frames are taken apart wherever they are split, and the streams stay in order', () => {
  const pieces: Piece[] = [
    ['out', 'one\n'],
    ['err', 'two\n'],
    ['err', ''],
    ['out', ''],
    ['out', 'three\nfour\n'],
    ['err', 'x'.repeat(300)],
    ['out', '\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0008'],
    ['err', 'end'],
  ]
  const expected = pieces.filter(([, text]) => text !== '')
  const bytes = framed(pieces)
  for (let size = 1; size <= bytes.length; size++)
    expect(read(bytes, size).heard, `chunks of ${size}`).toEqual(expected)
})

test('a chunk of many frames of one stream is handed on as one', () => {
  const lines = Array.from({ length: 1_000 }, (_, n): Piece => ['out', `line ${n}\n`])
  const { heard, calls } = read(framed(lines), 1_000_000)
  expect(calls).toBe(1)
  expect(heard).toEqual([['out', lines.map(([, text]) => text).join('')]])
})
