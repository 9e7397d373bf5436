import { describe, expect, onTestFinished, test } from 'vitest'
import type { LogsState } from '../../../core/contract/state.ts'
import type { NewLine } from '../../../core/logs/line-blocks.ts'
import { newLogStore, type LogStore } from '../../../core/logs/log-store.ts'

function open(limits?: { lines: number; characters: number }): { store: LogStore; told: LogsState[] } {
  const told: LogsState[] = []
  const store = newLogStore((fact) => {
    if (fact.type === 'logs') told.push(fact.logs)
  }, limits)
  onTestFinished(() => store.close())
  return { store, told }
}

function line(text: string, more: Partial<NewLine> = {}): NewLine {
  return { at: 1000, source: 'chaincode', chaincode: 'marbles', stream: 'stdout', text, ...more }
}

const texts = (store: LogStore, query: Partial<Parameters<LogStore['read']>[0]> = {}) =>
  store.read({ filter: {}, from: 0, limit: 2000, ...query }).lines.map(({ text }) => text)

describe('the log', () => {
  test('gives back what it was given, numbered from 1', () => {
    const { store } = open()
    const places = [{ file: 'src/a.ts', line: 3, column: 7 }]
    store.append(line('one'))
    store.append({ at: 1001, source: 'build', text: 'two', build: 4, chaincode: 'marbles', places })
    store.append({ at: 1002, source: 'peer', text: 'three' })
    expect(store.read({ filter: {}, from: 0, limit: 10 })).toEqual({
      total: 3,
      from: 0,
      lines: [
        { seq: 1, at: 1000, source: 'chaincode', chaincode: 'marbles', stream: 'stdout', text: 'one' },
        { seq: 2, at: 1001, source: 'build', chaincode: 'marbles', build: 4, text: 'two', places },
        { seq: 3, at: 1002, source: 'peer', text: 'three' },
      ],
    })
    expect(store.state()).toEqual({ count: 3, first: 1 })
  })

  test('is read in pages, from either end', () => {
    const { store } = open()
    for (let i = 0; i < 10_000; i++) store.append(line(`line ${i}`))
    expect(texts(store, { from: 4095, limit: 2 })).toEqual(['line 4095', 'line 4096'])
    expect(texts(store, { from: -2, limit: 10 })).toEqual(['line 9998', 'line 9999'])
    expect(texts(store, { from: -20_000, limit: 1 })).toEqual(['line 0'])
    expect(texts(store, { from: 20_000, limit: 1 })).toEqual([])
    expect(texts(store, { from: 0, limit: 1_000_000 })).toHaveLength(2000)
  })

  test('is empty to begin with and after it was cleared, and goes on numbering', () => {
    const { store } = open()
    expect(store.read({ filter: {}, from: -10, limit: 10 })).toEqual({ total: 0, from: 0, lines: [] })
    expect(store.state()).toEqual({ count: 0, first: 1 })
    store.append(line('gone'))
    expect(texts(store, { filter: { search: 'gone' } })).toEqual(['gone'])
    store.clear()
    expect(texts(store)).toEqual([])
    expect(texts(store, { filter: { search: 'gone' } })).toEqual([])
    store.append(line('here'))
    expect(store.state()).toEqual({ count: 2, first: 2 })
    expect(store.read({ filter: {}, from: 0, limit: 1 }).lines[0]).toMatchObject({ seq: 2, text: 'here' })
  })
})

describe('a filter', () => {
  test('keeps what was printed on one stream', () => {
    const { store } = open()
    store.append(line('said'))
    store.append(line('complained', { stream: 'stderr' }))
    store.append({ at: 1, source: 'peer', text: 'block 1' })
    expect(texts(store, { filter: { stream: 'stderr' } })).toEqual(['complained'])
    expect(texts(store, { filter: { stream: 'stdout' } })).toEqual(['said'])
    expect(texts(store, { filter: { stream: 'stderr', search: 'said' } })).toEqual([])
  })

  test('keeps sources, a chaincode, a text in any case', () => {
    const { store } = open()
    store.append(line('Äpfel'))
    store.append(line('other', { chaincode: 'fabcar' }))
    store.append(line('äpfel built', { source: 'build' }))
    store.append({ at: 1, source: 'peer', text: 'a.b' })
    expect(texts(store, { filter: { sources: ['build', 'peer'] } })).toEqual(['äpfel built', 'a.b'])
    expect(texts(store, { filter: { chaincode: 'marbles' } })).toEqual(['Äpfel', 'äpfel built'])
    expect(texts(store, { filter: { search: 'ÄPF' } })).toEqual(['Äpfel', 'äpfel built'])
    expect(texts(store, { filter: { search: 'a.b' } })).toEqual(['a.b'])
    expect(texts(store, { filter: { search: '(/[-' } })).toEqual([])
    expect(texts(store, { filter: { sources: [] } })).toEqual([])
  })

  test('searches what a terminal shows, not the colours in it', () => {
    const { store } = open()
    store.append(line('\u001b[31mfai\u001b[1mled\u001b[0m'))
    expect(texts(store, { filter: { search: 'failed' } })).toHaveLength(1)
    expect(texts(store, { filter: { search: '31m' } })).toHaveLength(0)
  })

  test('takes in what comes later, narrows as one types, and forgets what went', () => {
    const { store } = open({ lines: 8192, characters: 1_000_000 })
    const found = (search: string) => store.read({ filter: { search }, from: 0, limit: 1 })
    for (let i = 0; i < 4096; i++) store.append(line(i % 2 === 0 ? 'even' : 'event'))
    expect(found('even').total).toBe(4096)
    expect(found('event').total).toBe(2048)
    store.append(line('EVENT'))
    expect(found('event').total).toBe(2049)
    for (let i = 0; i < 8192; i++) store.append(line('odd'))
    expect(found('event')).toMatchObject({ total: 0, lines: [] })
    expect(found('odd')).toMatchObject({ lines: [{ seq: store.state().first }] })
  })
})

describe('the bounds', () => {
  test('of lines', () => {
    const { store } = open({ lines: 10_000, characters: 1_000_000 })
    for (let i = 1; i <= 30_000; i++) store.append(line(String(i)))
    const { count, first } = store.state()
    expect(count).toBe(30_000)
    expect(count - first + 1).toBeLessThanOrEqual(10_000)
    expect(count - first + 1).toBeGreaterThan(10_000 - 4097)
    expect(texts(store, { limit: 1 })).toEqual([String(first)])
  })

  test('of text', () => {
    const { store } = open({ lines: 1_000_000, characters: 4_000_000 })
    for (let i = 0; i < 1000; i++) store.append(line('x'.repeat(16_000)))
    const { count, first } = store.state()
    expect((count - first + 1) * 16_000).toBeLessThanOrEqual(4_000_000)
    expect(count - first).toBeGreaterThan(200)
  })
})

test('the lines of a call are those of its chaincode and its time, though others came between', () => {
  const { store } = open()
  store.append(line('before', { at: 10 }))
  store.append(line('second', { at: 21 }))
  store.append(line('first', { at: 20 }))
  store.append(line('other', { at: 22, chaincode: 'fabcar' }))
  store.append(line('build', { at: 22, source: 'build' }))
  store.append(line('after', { at: 31 }))
  expect(store.between('marbles', 20, 30).map(({ text }) => text)).toEqual(['second', 'first'])
})

test('a line storm is announced twice: its first line, and its end', async () => {
  const { store, told } = open()
  store.append(line('first'))
  expect(told).toEqual([{ count: 1, first: 1 }])
  for (let i = 0; i < 1_000_000; i++) store.append(line('a line like many others'))
  await expect.poll(() => told.at(-1)?.count).toBe(1_000_001)
  expect(told).toHaveLength(2)
})

test('a closed log announces nothing', async () => {
  const closed = open()
  closed.store.append(line('first'))
  closed.store.append(line('pending'))
  closed.store.close()
  closed.store.close()
  closed.store.append(line('after the end'))
  // This one's announcement waits as long as the closed one's would have, and began to wait later.
  const later = open()
  later.store.append(line('first'))
  later.store.append(line('second'))
  await expect.poll(() => later.told.at(-1)?.count).toBe(2)
  expect(closed.told.map(({ count }) => count)).toEqual([1])
  expect(closed.store.state().count).toBe(3)
})
