import { describe, expect, test } from 'vitest'
import { lineSplitter, MAX_LINE_BYTES } from '../../../core/logs/lines.ts'

function linesOf(...chunks: (string | Uint8Array)[]): string[] {
  const lines: string[] = []
  const splitter = lineSplitter((text) => lines.push(text))
  for (const chunk of chunks) splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  splitter.end()
  splitter.end()
  return lines
}

describe('a byte stream becomes lines', () => {
  test('whatever the chunks are', () => {
    const text = 'one\r\ntwo — ü€😀\n\nfour\rstill four\nlast without newline'
    const wanted = ['one', 'two — ü€😀', '', 'four\rstill four', 'last without newline']
    const bytes = Buffer.from(text)
    for (const size of [1, 2, 3, 5, bytes.length]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      )
      expect(linesOf(...chunks)).toEqual(wanted)
    }
  })

  test('nothing where nothing came, an empty line where only a newline came', () => {
    expect(linesOf()).toEqual([])
    expect(linesOf('')).toEqual([])
    expect(linesOf('\n')).toEqual([''])
    expect(linesOf('\r\n')).toEqual([''])
  })

  test('a chunk may be used again by the one who pushed it', () => {
    const chunk = Buffer.from('abc')
    const lines: string[] = []
    const splitter = lineSplitter((text) => lines.push(text))
    splitter.push(chunk)
    chunk.fill(0x78)
    splitter.push(Buffer.from('\n'))
    expect(lines).toEqual(['abc'])
  })

  test('bytes that are not UTF-8 do not stop it', () => {
    expect(linesOf(Uint8Array.of(0x61, 0xff, 0x62, 0x0a, 0x63))).toEqual(['a\ufffdb', 'c'])
  })
})

describe('a long line', () => {
  test('of exactly the cap is whole, with either newline', () => {
    const line = 'x'.repeat(MAX_LINE_BYTES)
    expect(linesOf(line + '\n', line + '\r\nnext')).toEqual([line, line, 'next'])
  })

  test('over the cap is cut, says so, and its rest is gone', () => {
    const [first, second, ...more] = linesOf('x'.repeat(MAX_LINE_BYTES + 1) + '\nnext\n')
    expect(first).toMatch(/^x{16384} … \[cut: .*\]$/)
    expect([second, ...more]).toEqual(['next'])
    expect(linesOf('x'.repeat(MAX_LINE_BYTES), 'yyy', 'zzz', '\nnext').slice(1)).toEqual(['next'])
  })

  test('is given out once it is too long, not at its end', () => {
    const lines: string[] = []
    const splitter = lineSplitter((text) => lines.push(text))
    for (let i = 0; i < 200; i++) splitter.push(Buffer.alloc(512 * 1024, 'x'))
    expect(lines).toHaveLength(1)
    splitter.push(Buffer.from('\nnext\n'))
    expect(lines.slice(1)).toEqual(['next'])
  })

  test('is not cut inside a character', () => {
    const [first] = linesOf('x' + '€'.repeat(MAX_LINE_BYTES))
    expect(first).not.toContain('\ufffd')
    expect(first).toContain('cut')
  })
})
