import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compareKeys } from '../../../core/mango/key-order.ts'
import { collate } from '../../../core/mango/collation.ts'
import { documentOf } from '../../../core/mango/document.ts'
import { find, type Documents } from '../../../core/mango/find.ts'
import { parseIndex } from '../../../core/mango/index-definition.ts'
import { keyMaker, newIndexTree } from '../../../core/mango/index-tree.ts'
import type { Json, JsonObject } from '../../../core/mango/json.ts'
import { MangoError } from '../../../core/mango/mango-error.ts'
import { ReadDocument } from '../../../core/mango/read-document.ts'

interface Outcome {
  ids?: string[]
  values?: Json[]
  index?: string
  warning?: string
  error?: string
  reason?: string
}

/** What a real CouchDB answered; each file says which. */
function measured<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`measured/${name}.json`, import.meta.url), 'utf8')) as T
}

/** `_find` over documents that are here. */
function engine(documents: JsonObject[], indexes: Json[]) {
  const stored = documents
    .map(({ _id: id, ...fields }) => new ReadDocument(id as string, Buffer.from(JSON.stringify(fields)), 0))
    .sort((a, b) => compareKeys(a.id, b.id))
  const here: Documents<number> = {
    getMany: (ids) => Promise.resolve(ids.map((id) => stored.find((one) => one.id === id))),
    async *scan(from, to) {
      const within = (id: string) => compareKeys(id, from) >= 0 && (to === undefined || compareKeys(id, to) <= 0)
      for (const one of stored.filter(({ id }) => within(id))) yield await Promise.resolve(one)
    },
    tree(index) {
      const keyOf = keyMaker(index)
      const entries = stored.map(({ id, value }) => ({ id, key: keyOf(documentOf(id, value)) }))
      return Promise.resolve(newIndexTree(entries.flatMap(({ id, key }) => (key === undefined ? [] : [{ id, key }]))))
    },
  }
  const definitions = indexes.map((index) => parseIndex(index, (text) => text))
  return (body: Json) => find(body, here, definitions)
}

/** The answer in the form in which the measured one is kept. */
async function outcome(answered: ReturnType<ReturnType<typeof engine>>, like: Outcome): Promise<Outcome> {
  try {
    const { documents, warnings, index } = await answered
    return {
      ...('ids' in like ? { ids: documents.map(({ id }) => id) } : {}),
      ...('values' in like ? { values: documents.map(({ value }) => JSON.parse(value.toString()) as Json) } : {}),
      ...('index' in like ? { index: index ?? '' } : {}),
      ...(warnings.length > 0 ? { warning: warnings.join('\n') } : {}),
    }
  } catch (error) {
    if (!(error instanceof MangoError)) throw error
    return { error: error.error, ...('reason' in like ? { reason: error.reason } : {}) }
  }
}

describe('which index is chosen and what it finds', () => {
  const { documents, cases } = measured<{
    documents: JsonObject[]
    cases: ({ indexes: Json[]; query: Json } & Outcome)[]
  }>('plans')
  test.each(cases)('$query with $indexes', async ({ indexes, query, ...expected }) => {
    expect(await outcome(engine(documents, indexes)(query), expected)).toEqual(expected)
  })
})

describe('requests, good and bad', () => {
  const { documents, indexes, cases } = measured<{
    documents: JsonObject[]
    indexes: Json[]
    cases: ({ body: Json; status?: number } & Outcome)[]
  }>('requests')
  test.each(cases)('$body', async ({ body, status: _, ...expected }) => {
    expect(await outcome(engine(documents, indexes)(body), expected)).toEqual(expected)
  })
})

describe('index definitions', () => {
  const { cases } = measured<{ cases: { body: Json; error?: string; reason?: string }[] }>('indexes')
  test.each(cases)('$body', ({ body, ...expected }) => {
    const outcomeOf = () => {
      try {
        parseIndex(body, (text) => text)
        return {}
      } catch (error) {
        if (!(error instanceof MangoError)) throw error
        return { error: error.error, reason: error.reason }
      }
    }
    expect(outcomeOf()).toEqual(expected)
  })
})

describe('bookmarks', () => {
  const { documents, indexes, walks, foreign } = measured<{
    documents: JsonObject[]
    indexes: Json[]
    walks: { query: JsonObject; pages: Outcome[] }[]
    foreign: ({ bookmarkOf: Json; query: JsonObject } & Outcome)[]
  }>('paging')
  const ask = engine(documents, indexes)

  test.each(walks)('pages of $query', async ({ query, pages }) => {
    let bookmark: Json = null
    for (const expected of pages) {
      const answered = ask({ ...query, bookmark })
      const { warning: _, ...page } = await outcome(answered, expected)
      expect(page).toEqual(expected)
      if (page.error === undefined) ({ bookmark } = await answered)
    }
  })

  test.each(foreign)('$query with a bookmark of $bookmarkOf', async ({ bookmarkOf, query, ...expected }) => {
    const { bookmark } = await ask(bookmarkOf)
    const { warning: _, ...page } = await outcome(ask({ ...query, bookmark }), expected)
    expect(page).toEqual(expected)
  })
})

describe('collation', () => {
  const { order, equal } = measured<{ order: Json[]; equal: Json[][] }>('collation')

  test('values stand in the order of an index', () => {
    expect(order.length).toBeGreaterThan(200)
    for (const [i, value] of order.slice(1).entries()) {
      expect([order[i], value, collate(order[i] ?? null, value) <= 0]).toEqual([order[i], value, true])
    }
  })

  test('what is equal, and nothing else, is equal', () => {
    const same = order.flatMap((a) => {
      const those = order.filter((b) => collate(a, b) === 0)
      return those.length > 1 ? [JSON.stringify(those)] : []
    })
    expect(new Set(same)).toEqual(new Set(equal.map((those) => JSON.stringify(those))))
  })
})
