import { expect, test } from 'vitest'
import type { Ledger } from '../../../core/ledger/ledger.ts'
import { parseIndex } from '../../../core/mango/index-definition.ts'
import { cases, documents } from '../mango/cases.ts'
import { commit, NS, put } from './envelopes.ts'

/** A ledger of its own on some engine; closed when the test is over. */
export type NewLedger = () => Promise<Ledger>

export function index(name: string, fields: string[], partial?: object) {
  const definition = { fields, ...(partial === undefined ? {} : { partial_filter_selector: partial }) }
  return parseIndex({ index: definition, ddoc: `${name}Doc`, name, type: 'json' } as never, (text) => text)
}

/** Keys that a query finds, in its order. */
export async function found(ledger: Ledger, query: object): Promise<string[]> {
  const simulator = ledger.newTxSimulator('reader')
  try {
    const results = await simulator.executeQuery(NS, JSON.stringify(query))
    const keys: string[] = []
    for (let one = await results.next(); one !== undefined; one = await results.next()) keys.push(one.key)
    await results.close()
    return keys
  } finally {
    simulator.done()
  }
}

/** Values that a query finds. */
async function values(ledger: Ledger, query: object): Promise<string[]> {
  const simulator = ledger.newTxSimulator('reader')
  try {
    const results = await simulator.executeQuery(NS, JSON.stringify(query))
    const texts: string[] = []
    for (let one = await results.next(); one !== undefined; one = await results.next()) {
      texts.push(Buffer.from(one.value).toString())
    }
    return texts
  } finally {
    simulator.done()
  }
}

async function page(ledger: Ledger, query: object, pageSize: number, bookmark: string) {
  const simulator = ledger.newTxSimulator('reader')
  try {
    const asked = { bookmark, pageSize, limit: pageSize }
    const { results, ...rest } = await simulator.executeQueryWithPagination(NS, JSON.stringify(query), asked)
    return { keys: results.map(({ key }) => key), ...rest }
  } finally {
    simulator.done()
  }
}

const people = Object.fromEntries(
  ['eve', 'ann', 'Zoe', 'bob', 'Åsa', 'dee', 'cyd'].map((name, i) => [
    `p${i}`,
    JSON.stringify({ name, age: i * 10, docType: i % 2 === 0 ? 'even' : 'odd' }),
  ]),
)

/** What every engine of rich queries must do alike: the embedded one and a real CouchDB. */
export function stateQueriesContract(newLedger: NewLedger): void {
  test('answers every selector of the table', async () => {
    const ledger = await newLedger()
    await put(ledger, Object.fromEntries(Object.entries(documents).map(([id, one]) => [id, JSON.stringify(one)])))
    for (const { selector, finds } of cases) {
      // At the top an empty list finds nothing, although it matches (mango_cursor.erl, maybe_noop_range).
      expect([selector, (await found(ledger, { selector })).sort().join(' ')]).toEqual([selector, finds])
    }
  })

  test('a value that isn’t a JSON object is found by its key and by what it lacks, and returned as it was put', async () => {
    const ledger = await newLedger()
    await put(ledger, {
      text: 'text',
      list: '[1]',
      number: '5',
      object: '{"a":1}',
      broken: '{"a":1',
      padded: ' {"a":1}',
    })
    expect(await found(ledger, { selector: {} })).toEqual(['broken', 'list', 'number', 'object', 'padded', 'text'])
    expect(await found(ledger, { selector: { a: { $exists: true } } })).toEqual(['object', 'padded'])
    expect(await found(ledger, { selector: { a: { $exists: false }, _id: { $gt: 'b' } } })).toEqual([
      'broken',
      'list',
      'number',
      'text',
    ])
    expect(await values(ledger, { selector: { _id: { $in: ['broken', 'padded', 'text'] } } })).toEqual([
      '{"a":1',
      '{"a":1}',
      'text',
    ])
  })

  // couchdoc_conv.go, keyValToCouchDoc, v2.5.16, and what Go's encoding/json makes of these values.
  test('a number beyond all float64s makes it an attachment, beside the fields that Go found', async () => {
    const ledger = await newLedger()
    const value = '{"a":1e400,"b":{"c":[-1e999,2]},"d":"x"}'
    await put(ledger, { beyond: value, tiny: '{"a":1e-400,"d":"y"}' })
    expect(await found(ledger, { selector: { a: null } })).toEqual(['beyond'])
    expect(await found(ledger, { selector: { 'b.c.1': 2, d: 'x' } })).toEqual(['beyond'])
    expect(await found(ledger, { selector: { a: 0 } })).toEqual(['tiny'])
    expect(await values(ledger, { selector: { d: 'x' } })).toEqual([value])
    expect(await values(ledger, { selector: { d: 'x' }, fields: ['b', 'd'] })).toEqual(['{"b":{"c":[null,2]},"d":"x"}'])
    expect(await values(ledger, { selector: { d: 'x' }, fields: ['_attachments'] })).toEqual([value])
  })

  test('bytes that are no character, and half a surrogate pair, are U+FFFD in a string and no JSON elsewhere', async () => {
    const ledger = await newLedger()
    const bytes = (start: string, middle: number[], end: string) =>
      Buffer.concat([Buffer.from(start), Buffer.from(middle), Buffer.from(end)])
    // Two bytes of a character of three, one that begins none, and a surrogate as UTF-8: a U+FFFD for each byte.
    const inside = bytes('{"a":"', [0xe2, 0x82, 0x41, 0xff, 0xed, 0xa0, 0x80], '€"}')
    const outside = bytes('{"a":1', [0xff], '}')
    await commit(ledger, (simulator) => {
      simulator.setState(NS, 'inside', inside)
      simulator.setState(NS, 'outside', outside)
      simulator.setState(NS, 'half', Buffer.from('{"a":"\\ud800","b":"\\\\ud800","c":"\\ud83d\\ude00"}'))
    })
    expect(await found(ledger, { selector: { a: '\uFFFD\uFFFDA\uFFFD\uFFFD\uFFFD\uFFFD€' } })).toEqual(['inside'])
    expect(await values(ledger, { selector: { _id: 'inside' } })).toEqual([
      '{"a":"\uFFFD\uFFFDA\uFFFD\uFFFD\uFFFD\uFFFD€"}',
    ])
    expect(await found(ledger, { selector: { a: { $exists: false } } })).toEqual(['outside'])
    expect(await found(ledger, { selector: { a: '\uFFFD', b: '\\ud800', c: '\u{1F600}' } })).toEqual(['half'])
  })

  test('an index serves the sort, in ICU order, both ways', async () => {
    const ledger = await newLedger()
    ledger.setIndexes(NS, [index('byName', ['name'])])
    await put(ledger, people)
    const query = { selector: { name: { $gt: null } } }
    const names = ['p1', 'p4', 'p3', 'p6', 'p5', 'p0', 'p2']
    expect(await found(ledger, { ...query, sort: ['name'] })).toEqual(names)
    expect(await found(ledger, { ...query, sort: [{ name: 'desc' }] })).toEqual([...names].reverse())
  })

  test('a sort without an index is refused in the words of Fabric and CouchDB', async () => {
    const ledger = await newLedger()
    await put(ledger, people)
    await expect(found(ledger, { selector: { name: { $gt: null } }, sort: ['name'] })).rejects.toThrow(
      'error handling CouchDB request. Error:no_usable_index,  Status Code:400,  Reason:No index exists for this sort, try indexing by the sort fields.',
    )
  })

  test('pages one after another are the whole', async () => {
    const ledger = await newLedger()
    ledger.setIndexes(NS, [index('byType', ['docType', 'age'])])
    await put(ledger, people)
    for (const selector of [{ docType: 'even' }, { age: { $gte: 0 } }]) {
      const all = await found(ledger, { selector })
      const paged: string[] = []
      for (let bookmark = '', keys = ['']; keys.length > 0; paged.push(...keys)) {
        ;({ keys, bookmark } = await page(ledger, { selector }, 2, bookmark))
      }
      expect(paged).toEqual(all)
      expect(all.length).toBeGreaterThan(2)
    }
  })

  test.each(['bm', 'nil', 'W10', '!!!', 'bnVsbA', 'x'.repeat(5000)])('the bookmark %s is refused', async (bookmark) => {
    const ledger = await newLedger()
    await put(ledger, people)
    await expect(page(ledger, { selector: {} }, 2, bookmark)).rejects.toThrow('Error:invalid_bookmark,')
  })

  test('what was asked for is followed by the next block, and a simulation sees its own state', async () => {
    const ledger = await newLedger()
    ledger.setIndexes(NS, [index('byAge', ['age'])])
    await put(ledger, people)
    const query = { selector: { age: { $gte: 30 } }, sort: ['age'] }
    expect(await found(ledger, query)).toEqual(['p3', 'p4', 'p5', 'p6'])
    await commit(ledger, (simulator) => {
      simulator.deleteState(NS, 'p4')
      simulator.setState(NS, 'p0', Buffer.from('{"age":45}'))
      simulator.setState(NS, 'p5', Buffer.from('{"age":1}'))
      simulator.setState(NS, 'new', Buffer.from('{"age":99}'))
    })
    expect(await found(ledger, query)).toEqual(['p3', 'p0', 'p6', 'new'])
  })

  test('fields, skip and a limit that Fabric overwrites', async () => {
    const ledger = await newLedger()
    await put(ledger, people)
    const simulator = ledger.newTxSimulator('reader')
    const query = { selector: { name: 'bob' }, fields: ['name', 'age', 'nothing'], limit: 0 }
    const results = await simulator.executeQuery(NS, JSON.stringify(query))
    expect(Buffer.from((await results.next())?.value ?? []).toString()).toBe('{"age":30,"name":"bob"}')
    await results.close()
    simulator.done()
    expect(await found(ledger, { selector: {}, skip: 5, limit: 1 })).toEqual(['p5', 'p6'])
  })

  test('values are rewritten as Go writes them; an empty list of fields leaves nothing', async () => {
    const ledger = await newLedger()
    await put(ledger, { k: '{ "z": 1.0, "a": {"y": [1e2, "<"], "b": 12345678901234567890 } }' })
    expect(await values(ledger, { selector: {} })).toEqual([
      '{"a":{"b":12345678901234567000,"y":[100,"\\u003c"]},"z":1}',
    ])
    expect(await values(ledger, { selector: {}, fields: [] })).toEqual(['{}'])
    expect(await values(ledger, { selector: {}, fields: ['_id', 'a.b', '_rev'] })).toEqual([
      '{"a":{"b":12345678901234567000}}',
    ])
  })

  test('keys are compared by their bytes', async () => {
    const ledger = await newLedger()
    await put(ledger, { a: '{}', B: '{}', é: '{}' })
    expect(await found(ledger, { selector: { _id: { $gt: 'B' } } })).toEqual(['a', 'é'])
    expect(await found(ledger, { selector: { $or: [{ _id: { $lt: 'a' } }, { _id: 'é' }] } })).toEqual(['B', 'é'])
  })

  test('where there is an index, CouchDB fails at some values inside of lists', async () => {
    const ledger = await newLedger()
    ledger.setIndexes(NS, [index('byAge', ['age'])])
    await put(ledger, people)
    for (const arg of [[null], [[]], { a: 1, b: 2 }]) {
      await expect(found(ledger, { selector: { name: { $ne: arg } } })).rejects.toThrow('function_clause')
    }
    expect(await found(ledger, { selector: { name: { $ne: [1] } } })).toHaveLength(7)
  })

  test('use_index: taken where it can be, else something else is and it is said', async () => {
    const ledger = await newLedger()
    ledger.setIndexes(NS, [
      index('byAge', ['age']),
      index('byName', ['name']),
      index('adults', ['age'], { age: { $gte: 20 } }),
    ])
    await put(ledger, people)
    const told = async (query: object) => {
      const simulator = ledger.newTxSimulator('reader')
      await (await simulator.executeQuery(NS, JSON.stringify(query))).close()
      const [report] = simulator.queries()
      simulator.done()
      return [report?.index, report?.warnings.length]
    }
    const selector = { age: { $gte: 0 }, name: { $gt: null } }
    expect(await told({ selector, use_index: 'byNameDoc' })).toEqual(['byNameDoc/byName', 0])
    expect(await told({ selector, use_index: ['_design/byAgeDoc', 'byAge'] })).toEqual(['byAgeDoc/byAge', 0])
    expect(await told({ selector, use_index: 'adultsDoc' })).toEqual(['adultsDoc/adults', 0])
    expect(await told({ selector: { age: { $gte: 0 } }, use_index: 'byNameDoc' })).toEqual(['byAgeDoc/byAge', 1])
    expect(await told({ selector: { city: 'x' } })).toEqual([undefined, 1])
    await expect(told({ selector, use_index: 'none', allow_fallback: false })).rejects.toThrow('Error:invalid_index,')
  })

  test('what a query found is read, so that a change of it conflicts', async () => {
    const ledger = await newLedger()
    await put(ledger, people)
    const block = await commit(ledger, async (simulator) => {
      const results = await simulator.executeQuery(NS, '{"selector":{"docType":"odd"}}')
      while ((await results.next()) !== undefined);
      await results.close()
      simulator.setState(NS, 'seen', Buffer.from('1'))
      await put(ledger, { p3: '{}' })
    })
    expect(block.transactions[0]?.validationCode).toBe('MVCC_READ_CONFLICT')
  })
}
