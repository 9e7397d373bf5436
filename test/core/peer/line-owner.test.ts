import { expect, test } from 'vitest'
import type { LogLine } from '../../../core/contract/log.ts'
import { ownLines } from '../../../core/peer/line-owner.ts'

const [A, B] = ['1a2b3c4d'.padEnd(64, '0'), '5e6f7081'.padEnd(64, '1')]
const PATIENCE = 20

function line(at: number, text: string): LogLine {
  return { seq: at, at, source: 'chaincode', text }
}

/** Each line's text, or how it is known to be of the call. */
function known(lines: LogLine[], others: { from: number; to: number; txId: string | undefined }[]) {
  return ownLines(lines, { from: 100, to: 200, txId: A }, others, PATIENCE).map(({ text, of }) => [text, of])
}

test('a line is of the transaction that it names, whoever else runs', () => {
  const other = [{ from: 100, to: 200, txId: B }]
  const texts = {
    own: [`reads ${A}`, '[mychannel-1a2b3c4d] Error: no', '[1a2b3c4d] no', '[my-channel-1a2b3c4d] no'],
    others: [`reads ${B}`, '[mychannel-5e6f7081] Error: no', '[5e6f7081] no'],
    // Too long, not in brackets, or of a call that isn't known.
    nobody: [`${A}0`, '1a2b3c4d', `hash ${'c'.repeat(64)}`, '[mychannel-00000000] no'],
  }
  const lines = Object.values(texts).flatMap((all) => all.map((text) => line(150, text)))
  expect(known(lines, other)).toEqual([
    ...texts.own.map((text) => [text, 'named']),
    ...texts.nobody.map((text) => [text, 'shared']),
  ])
})

test('without a name it is known by time, as long as no other call ran', () => {
  const lines = [line(110, 'a'), line(150, 'b'), line(199, 'c')]
  expect(known(lines, [])).toEqual([
    ['a', 'alone'],
    ['b', 'alone'],
    ['c', 'alone'],
  ])
  // One that ended shortly before may have printed the first, one that begins later the last.
  const others = [
    { from: 50, to: 95, txId: undefined },
    { from: 190, to: Infinity, txId: undefined },
  ]
  expect(known(lines, others)).toEqual([
    ['a', 'shared'],
    ['b', 'alone'],
    ['c', 'shared'],
  ])
})
