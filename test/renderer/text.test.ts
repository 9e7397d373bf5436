import { describe, expect, test } from 'vitest'
import { bytes, clock, duration, shortPath } from '../../renderer/parts/format.ts'
import { jsonProblem, jsonTokens, prettyJson } from '../../renderer/parts/json.ts'
import { changedOnly, diffLines } from '../../renderer/parts/line-diff.ts'
import { logSpans } from '../../renderer/parts/log-spans.ts'
import { visible } from '../../core/contract/visible.ts'
import { commandWords } from '../../renderer/run/command-tokens.ts'

test('durations and sizes are rounded to a few digits', () => {
  expect([0, 0.42, 9.96, 184.4, 1_900, 9_960, 59_400, 252_000, 7_500_000].map(duration)).toEqual([
    '0 ms',
    '0.4 ms',
    '10 ms',
    '184 ms',
    '1.9 s',
    '10 s',
    '59 s',
    '4 min 12 s',
    '2 h 5 min',
  ])
  expect([12_900, 3_665_000, -5].map(clock)).toEqual(['00:12', '61:05', '00:00'])
  expect([0, 999, 1_000, 78_000_000, 999_600].map(bytes)).toEqual(['0 B', '999 B', '1.0 KB', '78 MB', '1.0 MB'])
  expect(shortPath('/home/ada/work/marbles')).toBe('~/work/marbles')
})

test('invisible characters are escaped', () => {
  expect(visible('\u0000a\tb\n\u{10ffff}')).toBe('\\u0000a\tb\n\\u{10ffff}')
})

describe('JSON', () => {
  test('only objects and arrays are pretty-printed', () => {
    expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}')
    expect(prettyJson('7')).toBeUndefined()
    expect(prettyJson('{"a":')).toBeUndefined()
  })

  test('tokens add up to the line', () => {
    const line = '  "a \\" b": [1, -2.5e3, true, null, "x: 1"],'
    const tokens = jsonTokens(line)
    expect(tokens.map((token) => token.text).join('')).toBe(line)
    expect(tokens.filter((token) => token.kind === 'key').map((token) => token.text)).toEqual(['"a \\" b"'])
  })

  test('a problem says where it is', () => {
    expect(jsonProblem('{\n  "a": 1,\n  b\n}')).toMatch(/^line 3, column 3/)
    expect(jsonProblem('[]')).toBeUndefined()
  })
})

test('a comparison shows the changes with their context', () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index}`)
  const after = before.with(10, 'changed')
  const shown = changedOnly(diffLines(before.join('\n'), after.join('\n')), 1)
  expect(shown.map((line) => `${line.kind} ${line.text}`)).toEqual([
    'same ⋯',
    'same line 9',
    'gone line 10',
    'new changed',
    'same line 11',
    'same ⋯',
  ])
  expect(diffLines('a', 'a')).toEqual([{ kind: 'same', text: 'a' }])
  // What wasn't there had no empty line.
  expect(diffLines('', 'a')).toEqual([{ kind: 'new', text: 'a' }])
  expect(diffLines('a', '')).toEqual([{ kind: 'gone', text: 'a' }])
})

describe('a log line', () => {
  const places = [{ file: 'src/asset.ts', line: 4, column: 2 }]

  test('is split at colours, places and matches, and stays the same text', () => {
    const text = '\u001b[31merror\u001b[0m at Asset.run (/home/ada/src/asset.ts:4:2) in asset'
    const spans = logSpans(text, places, 'ASSET')
    expect(spans.map((span) => span.text).join('')).toBe('error at Asset.run (/home/ada/src/asset.ts:4:2) in asset')
    expect(spans[0]).toMatchObject({ text: 'error', classes: 'red' })
    expect(spans.find((span) => span.place !== undefined)?.text).toBe('/home/ada/src/asset.ts:4:2')
    expect(spans.filter((span) => span.match).map((span) => span.text)).toEqual(['Asset', 'asset'])
  })

  test('places are found in the notation of each compiler', () => {
    for (const written of ['src/asset.ts(4,2)', 'src/asset.ts:4:2', './src/asset.ts:4']) {
      const spans = logSpans(`${written} broken`, places, '')
      expect(spans.find((span) => span.place !== undefined)?.text).toBe(written)
    }
    expect(logSpans('src/asset.ts:41:2', places, '').some((span) => span.place !== undefined)).toBe(false)
  })
})

test('colouring a command keeps every letter', () => {
  const text = 'go build -o marbles . && \\\nCORE_CHAINCODE_ID_NAME=marbles:1.0 ./marbles -peer.address 127.0.0.1:7052'
  const pieces = commandWords(text).flat()
  expect(pieces.map((piece) => piece.text).join('')).toBe(text)
  expect(pieces.filter((piece) => piece.kind === 'env').map((piece) => piece.text)).toEqual(['CORE_CHAINCODE_ID_NAME'])
  expect(pieces.filter((piece) => piece.kind === 'flag').map((piece) => piece.text)).toEqual(['-o', '-peer.address'])
})
