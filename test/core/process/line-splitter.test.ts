import { describe, expect, test } from 'vitest'
import { MAX_LINE, newLineSplitter } from '../../../core/process/line-splitter.ts'

function split(...chunks: (string | Buffer)[]): string[] {
  const lines: string[] = []
  const splitter = newLineSplitter((text) => lines.push(text))
  for (const chunk of chunks) splitter.write(Buffer.from(chunk))
  splitter.end()
  return lines
}

describe('newLineSplitter', () => {
  test('cuts at every kind of line end, wherever the chunks are cut', () => {
    const text = 'one\ntwo\r\n\nthree\rfour\r\n\r\nlast'
    const wanted = ['one', 'two', '', 'three', 'four', '', 'last']
    expect(split(text)).toEqual(wanted)
    for (let at = 1; at < text.length; at++) expect(split(text.slice(0, at), text.slice(at))).toEqual(wanted)
    expect(split(...text.split(''))).toEqual(wanted)
  })

  test('a progress bar that begins with \\r has no empty lines', () => {
    expect(split('\r10 %\r20 %\r', '30 %\n')).toEqual(['10 %', '20 %', '30 %'])
  })

  test('puts UTF-8 together that was split across chunks', () => {
    const bytes = Buffer.from('grüße 🚢\n')
    expect(split(...Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)))).toEqual(['grüße 🚢'])
  })

  test('cuts a line of 40 MB and says so', () => {
    const lines: string[] = []
    const splitter = newLineSplitter((text) => lines.push(text))
    const chunk = Buffer.alloc(65536, 'x')
    for (let n = 0; n < 640; n++) splitter.write(chunk)
    splitter.write(Buffer.from('\nnext\n'))
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(/^x{16384} … \(\d+ more characters cut\)$/)
    expect(lines[0]?.length).toBeLessThan(MAX_LINE + 100)
    expect(lines[1]).toBe('next')
  })
})
