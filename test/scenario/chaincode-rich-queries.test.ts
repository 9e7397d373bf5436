// @module-tag slow
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { QueryResponse, QueryResponseMetadata } from '../../core/protos/index.ts'
import { attachedPeer, nextTransaction, seed, textOf, typeOf } from '../support/attached.ts'
import { fixture } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { requests } from '../support/requests.ts'
import { openFolder } from './author.ts'

const DOCUMENTS: [string, string][] = Array.from({ length: 7 }, (_, n) => [
  `d${n}`,
  `{"n":${n},"text":"${'a'.repeat(40)}"}`,
])

/** A transaction of a chaincode played by hand, on seven documents. */
async function transaction() {
  const { attached, chaincode } = await attachedPeer()
  await seed(attached, chaincode, DOCUMENTS)
  const call = attached.call('rich')
  const tx = await nextTransaction(chaincode)
  const prefix = `GET_QUERY_RESULT failed: transaction ID: ${tx.message.getTxid()}: `
  return {
    /** The keys found, or what is said instead. */
    async ask(query: string, page?: { size: number; bookmark?: string }) {
      const answer = await tx.ask('GET_QUERY_RESULT', requests.richQuery(query, page))
      if (typeOf(answer) === 'ERROR') return { error: textOf(answer).replace(prefix, '') }
      const response = QueryResponse.deserializeBinary(answer.getPayload_asU8())
      const { length } = response.getResultsList()
      const about = QueryResponseMetadata.deserializeBinary(response.getMetadata_asU8())
      return { found: length, count: about.getFetchedRecordsCount(), bookmark: about.getBookmark() }
    },
    async end() {
      await tx.complete('went on')
      expect(await call.result).toMatchObject({ payload: 'went on' })
    },
  }
}

const nested = (depth: number) => `{"selector":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`
const couch = (error: string, reason: string) =>
  `error handling CouchDB request. Error:${error},  Status Code:400,  Reason:${reason}`

describe('a rich query', () => {
  test('that is malformed is refused in the words of Go or CouchDB, and the transaction goes on', async () => {
    const { ask, end } = await transaction()
    const refused: [query: string, error: string][] = [
      ['', 'EOF'],
      ['{', 'unexpected EOF'],
      ['{"selector":}', "invalid character '}' looking for beginning of value"],
      ['[]', 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
      ['null', 'assignment to entry in nil map'],
      ['{}', couch('missing_required_key', 'Missing required key: selector')],
      ['{"selector":1}', couch('invalid_selector_json', 'Selector must be a JSON object, not: 1')],
      ['{"selector":{"$nosuch":1}}', couch('invalid_operator', 'Invalid operator: $nosuch')],
      ['{"selector":{"a":{"$in":1}}}', couch('bad_arg', 'Bad argument for operator $in: 1')],
      ['{"selector":{"a":{"$regex":"("}}}', couch('bad_arg', 'Bad argument for operator $regex: <<40>>')],
    ]
    for (const [query, error] of refused) expect(await ask(query)).toEqual({ error })
    // What comes behind the query is not looked at.
    expect(await ask('{"selector":{}} nonsense')).toMatchObject({ found: 7 })
    await end()
  })

  test('that is ten thousand levels deep is refused, and the peer goes on', async () => {
    const { ask, end } = await transaction()
    expect(await ask(nested(10_001))).toEqual({ error: "invalid character '{' exceeded max depth" })
    for (const query of [nested(9_000), `{"selector":${'{"$not":'.repeat(9_000)}{}${'}'.repeat(9_000)}}`]) {
      expect((await ask(query)).error).toContain('Error:invalid_selector')
    }
    expect(await ask(nested(500))).toMatchObject({ found: 0 })
    await end()
  })

  test('whose expression would take for ever elsewhere is answered, and one of PCRE’s own refused with the reason', async () => {
    const { ask, end } = await transaction()
    const regex = (pattern: string) => JSON.stringify({ selector: { text: { $regex: pattern } } })
    expect(await ask(regex('^(a+)+$'))).toMatchObject({ found: 7 })
    expect(await ask(regex('^(a+)+b$'))).toMatchObject({ found: 0 })
    expect(await ask(regex('(x+x+)+y'))).toMatchObject({ found: 0 })
    expect((await ask(regex('^(?=a)'))).error).toContain('Error:not_supported')
    expect((await ask(regex('(a)\\1'))).error).toContain('stateDatabase: CouchDB')
    await end()
  })
})

describe('pages of a rich query', () => {
  const all = '{"selector":{}}'

  test.each([
    ['0 with a bookmark of nothing', 0, 'nil', 7],
    ['negative', -1, '', 7],
    ['the smallest of 32 bits', -(2 ** 31), '', 7],
    ['the largest of 32 bits', 2 ** 31 - 1, '', 7],
    ['3', 3, '', 3],
  ])('a size that is %s', async (_what, size, bookmark, found) => {
    const { ask, end } = await transaction()
    const page = await ask(all, { size, bookmark: bookmark === 'nil' ? '' : bookmark })
    expect(page).toMatchObject(size === 0 ? { found } : { found, count: found })
    await end()
  })

  test('a bookmark goes on behind what was given, in whatever query; a forged one is refused', async () => {
    const { ask, end } = await transaction()
    const first = await ask(all, { size: 3 })
    expect(await ask(all, { size: 10, bookmark: first.bookmark ?? '' })).toMatchObject({ found: 4 })
    const foreign = await ask('{"selector":{"n":{"$lt":5}}}', { size: 10, bookmark: first.bookmark ?? '' })
    expect(foreign).toMatchObject({ found: 2 })
    for (const bookmark of ['forged', 'bnVsbA', 'WzEsMl0', `${first.bookmark ?? ''}x`]) {
      expect((await ask(all, { size: 3, bookmark })).error).toContain('Error:invalid_bookmark')
    }
    // CouchDB’s own are of another make.
    const theirs = 'g1AAAAAyeJzLYWBgYMpgSmHgKy5JLCrJTq2MT8lPzkzJBYozGoAkOGASEKEsAE5GDPo'
    expect((await ask(all, { size: 3, bookmark: theirs })).error).toContain('Error:invalid_bookmark')
    await end()
  })

  test('a bookmark of a document that is gone goes on where it was', async () => {
    const { attached, chaincode } = await attachedPeer()
    await seed(attached, chaincode, DOCUMENTS)
    const page = async (bookmark?: string) => {
      const call = attached.call('page')
      const tx = await nextTransaction(chaincode)
      const query = requests.richQuery(all, { size: 3, ...(bookmark === undefined ? {} : { bookmark }) })
      const answer = await tx.ask('GET_QUERY_RESULT', query)
      await tx.complete()
      await call.result
      const response = QueryResponse.deserializeBinary(answer.getPayload_asU8())
      return {
        found: response.getResultsList().length,
        bookmark: QueryResponseMetadata.deserializeBinary(response.getMetadata_asU8()).getBookmark(),
      }
    }
    const { bookmark } = await page()
    const deleting = attached.submit('delete')
    const tx = await nextTransaction(chaincode)
    await tx.ask('DEL_STATE', requests.get('d2'))
    await tx.complete()
    await deleting.result
    expect((await page(bookmark)).found).toBe(3)
  })
})

test('invalid index files are named and fail the build, as a peer would not install them; fixed, they serve', async () => {
  const peer = await testPeer()
  const folder = await fixture('feature-node', 'installed')
  const home = join('META-INF', 'statedb', 'couchdb')
  const files: Record<string, string> = {
    [join(home, 'indexes', 'broken.json')]: '{"index":',
    [join(home, 'indexes', 'empty.json')]: '{}',
    [join(home, 'indexes', 'fields.json')]: '{"index":{"fields":7},"ddoc":"d","name":"n","type":"json"}',
    [join(home, 'indexes', 'list.json')]: '[]',
    [join(home, 'collections', 'own', 'indexes', 'type.json')]: '{"index":{"fields":["a"]},"type":"text"}',
    [join(home, 'indexes', 'good.json')]: '{"index":{"fields":["n"]},"ddoc":"good","name":"good","type":"json"}',
  }
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
  const chaincode = await openFolder(peer, { folder })
  expect((await chaincode.failed(1)).error?.code).toBe('INDEX_INVALID')
  const notices = peer.state().notices.filter(({ error }) => error.code === 'INDEX_INVALID')
  const told = notices.map(({ error }) => error.details['file']).sort()
  expect(told).toEqual(
    Object.keys(files)
      .filter((file) => !file.endsWith('good.json'))
      .sort(),
  )
  const bad = Object.keys(files).filter((file) => !file.endsWith('good.json'))
  for (const file of bad) await rm(join(folder, file))
  await chaincode.eventually('it serves', ({ builds }) => builds.some(({ state }) => state === 'serving'))
  await chaincode.submit('Put', 'k', '{"n":1}')
  const { queries } = await peer.api.evaluate({
    chaincode: chaincode.name,
    function: 'Walk',
    args: ['query', '{"selector":{"n":1}}', '', ''],
  })
  expect(queries).toMatchObject([{ index: 'good/good', returned: 1 }])
})
