import { expect, test } from 'vitest'
import { type Entry, ranked } from '../../renderer/palette/entries.ts'
import { rank } from '../../renderer/palette/rank.ts'

test('the same comes before a beginning, a beginning before words, words before what holds the text', () => {
  const texts = ['asset', 'assetTransfer', 'Create Asset', 'reassetting', 'a big sea of tea']
  const order = (loose: boolean) =>
    texts
      .map((text) => ({ text, score: rank('asset', text, { loose }) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .map(({ text }) => text)
  expect(order(false)).toEqual(['asset', 'assetTransfer', 'Create Asset', 'reassetting'])
  expect(rank('rslog', 'Restart the log', { loose: true })).toBeGreaterThan(0)
  expect(rank('rslog', 'Restart the log')).toBe(0)
})

test('words are those of people and of programs, in any order, and by their first letters', () => {
  for (const typed of ['create as', 'asset create', 'ca']) expect(rank(typed, 'CreateAsset')).toBeGreaterThan(3)
  expect(rank('theme dark', 'Theme: dark')).toBeGreaterThan(3)
  expect(rank('', 'anything')).toBe(0)
})

test('of each kind the best are kept, and what can be done goes first among equals', () => {
  const entry = (kind: Entry['kind'], title: string): Entry => ({
    id: title + kind,
    kind,
    group: kind,
    title,
    run: () => undefined,
  })
  const keys = Array.from({ length: 30 }, (_, index) => entry('key', `asset${index}`))
  const groups = ranked('asset', [...keys, entry('function', 'asset'), entry('key', 'asset'), entry('log', 'no')])
  expect(groups.map(({ name }) => name)).toEqual(['function', 'key'])
  expect(groups[1]?.entries[0]?.title).toBe('asset')
  expect(groups[1]?.entries).toHaveLength(8)
  expect(ranked('', keys)[0]?.entries).toHaveLength(30)
})
