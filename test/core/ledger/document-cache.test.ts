import { expect, test } from 'vitest'
import { newDocumentCache } from '../../../core/ledger/document-cache.ts'
import { ReadDocument } from '../../../core/mango/read-document.ts'

const documentOf = (id: string, text = `{"n":"${id}"}`, block = 1) =>
  new ReadDocument(id, Buffer.from(text), { block, tx: 0 })
const written = (key: string, value: string | undefined) => ({
  namespace: 'cc',
  key,
  value: value === undefined ? undefined : Buffer.from(value),
  version: { block: 2, tx: 0 },
  metadata: Buffer.of(),
})

test('keeps documents by namespace as long as there is room', () => {
  const cache = newDocumentCache(20)
  cache.put('cc', documentOf('a'))
  cache.put('other', documentOf('a'))
  cache.put('cc', documentOf('b'))
  expect([cache.get('cc', 'a')?.id, cache.get('other', 'a')?.id]).toEqual(['a', 'a'])
  expect(cache.get('cc', 'b')).toBeUndefined()
  // What is deleted makes room.
  cache.follow({ ...written('a', undefined), namespace: 'other' })
  cache.put('cc', documentOf('b'))
  expect(cache.get('cc', 'b')?.id).toBe('b')
})

test('follows what blocks write, where the namespace is kept', () => {
  const cache = newDocumentCache()
  cache.follow(written('a', '{}'))
  expect(cache.get('cc', 'a')).toBeUndefined()
  cache.put('cc', documentOf('a'))
  cache.put('cc', documentOf('b'))
  cache.follow(written('a', '{"n":"new"}'))
  cache.follow(written('b', undefined))
  cache.follow(written('c', '{"n":"c"}'))
  expect(cache.get('cc', 'a')).toMatchObject({ document: { n: 'new' }, version: { block: 2, tx: 0 } })
  expect(cache.get('cc', 'b')).toBeUndefined()
  expect(cache.get('cc', 'c')?.document).toMatchObject({ n: 'c' })
})

test('a value that grows out of the room is not kept in its old form either', () => {
  const cache = newDocumentCache(20)
  cache.put('cc', documentOf('a'))
  cache.follow(written('a', `{"n":"${'x'.repeat(100)}"}`))
  expect(cache.get('cc', 'a')).toBeUndefined()
})

test('forgets what was parsed once that is too much, and parses it again when asked', () => {
  const cache = newDocumentCache(1000, 20)
  for (const id of ['a', 'b', 'c']) cache.put('cc', documentOf(id))
  const [a, b] = ['a', 'b'].map((id) => cache.get('cc', id))
  expect([a?.document['n'], b?.document['n']]).toEqual(['a', 'b'])
  expect([a?.isParsed, b?.isParsed]).toEqual([true, true])
  expect(cache.get('cc', 'c')?.document['n']).toBe('c')
  expect([a?.isParsed, b?.isParsed]).toEqual([false, false])
  expect(a?.output(undefined).toString()).toBe('{"n":"a"}')
})
