import { describe, expect, test } from 'vitest'
import { newContainerLines } from '../../../../core/container/docker/container-output.ts'
import { eventually } from '../../../support/eventually.ts'

function collect() {
  const got: string[] = []
  const lines = newContainerLines(({ stream, text }) => got.push(`${stream} ${text}`))
  return { got, lines }
}

describe('a container’s output', () => {
  test('is put together by stream, wherever its frames are cut: lines, UTF-8, colours', () => {
    const { got, lines } = collect()
    const out = Buffer.from('\u001b[31mgrüße 🚢\u001b[0m\nprogress 1 %\rprogress 2 %\r\nthe end')
    const err = Buffer.from('a warning\nand more')
    for (let at = 0; at < Math.max(out.length, err.length); at++) {
      if (at < out.length) lines.stdout(out.subarray(at, at + 1))
      if (at < err.length) lines.stderr(err.subarray(at, at + 1))
    }
    lines.end()
    lines.end()
    expect(got.filter((line) => line.startsWith('stdout'))).toEqual([
      'stdout \u001b[31mgrüße 🚢\u001b[0m',
      'stdout progress 1 %',
      'stdout progress 2 %',
      'stdout the end',
    ])
    expect(got.filter((line) => line.startsWith('stderr'))).toEqual(['stderr a warning', 'stderr and more'])
    expect(lines.received).toBe(out.length + err.length)
  })

  test('keeps the order in which its streams printed', () => {
    const { got, lines } = collect()
    for (let n = 0; n < 100; n++) lines[n % 2 === 0 ? 'stdout' : 'stderr'](Buffer.from(`${n}\n`))
    expect(lines.kept()).toEqual(Array.from({ length: 100 }, (_, at) => String(at)))
    expect(got.map((line) => line.slice(7))).toEqual(Array.from({ length: 100 }, (_, n) => String(n)))
  })

  test('is gone on with where it broke off, when it is read again from its beginning', () => {
    const out = Buffer.from('first\nsame\nsame\nsame\nlast')
    const err = Buffer.from('oops\nsame\n')
    for (let at = 0; at <= out.length; at++) {
      const { got, lines } = collect()
      lines.stdout(out.subarray(0, at))
      lines.stderr(err.subarray(0, at % err.length))
      const rest = lines.fromStart()
      for (let from = 0; from < out.length; from += 3) rest?.stdout(out.subarray(from, from + 3))
      rest?.stderr(err)
      lines.end()
      expect(got.filter((line) => line.startsWith('stdout')).map((line) => line.slice(7))).toEqual(
        out.toString().split('\n'),
      )
      expect(got.filter((line) => line.startsWith('stderr'))).toEqual(['stderr oops', 'stderr same'])
    }
    const { lines } = collect()
    lines.stdout(Buffer.alloc(5 * 1024 * 1024, 'x'))
    expect(lines.fromStart()).toBeUndefined()
  })

  test('comes a moment later, and at once where it is much', async () => {
    const { got, lines } = collect()
    lines.stdout(Buffer.from('soon\n'))
    expect(got).toEqual([])
    await eventually(() => got.length).toBe(1)
    lines.stdout(Buffer.from(`${'x'.repeat(99)}\n`.repeat(4_000)))
    expect(got).toHaveLength(4_001)
    lines.end()
    lines.stdout(Buffer.from('too late\n'))
    expect(got).toHaveLength(4_001)
  })
})
