import { describe, expect, test } from 'vitest'
import type { PeerSettings, StateDatabase } from '../../core/config/peer-config.ts'
import { QueryResponse, QueryResponseMetadata, type ChaincodeMessage } from '../../core/protos/index.ts'
import { attachedPeer, nextTransaction, textOf, typeOf, type RawTransaction } from '../support/attached.ts'
import { requests } from '../support/requests.ts'

/** Nothing listens there: only rich queries need it. */
const couchDBConfig = { couchDBAddress: '127.0.0.1:1', maxRetries: 0 }

async function scene(stateDatabase: StateDatabase) {
  const settings: Partial<PeerSettings> = { ledger: { state: { stateDatabase, couchDBConfig } } }
  const { attached, chaincode } = await attachedPeer(settings)
  return {
    /** The hints about CouchDB of a call that does this. */
    async hints(work: (transaction: RawTransaction) => Promise<void>) {
      const call = attached.submit('work')
      const transaction = await nextTransaction(chaincode)
      await work(transaction)
      await transaction.complete('done')
      const { hints } = await call.result
      const about = hints.filter(({ name }) => name.startsWith('couchdb-'))
      return about.map(({ name, key, words }) => ({ name, key, words }))
    },
  }
}

/** statecouchdb/couchdoc_conv.go, validateKey and checkReservedFieldsNotPresent, v2.5.16. */
const refused: [what: string, key: string, value: string, words: string][] = [
  ['a key that begins with _', '_x', 'v', 'invalid key [_x], cannot begin with "_"'],
  ['an empty key', '', 'v', 'invalid key. Empty string is not supported as a key by couchdb'],
  ['_id in a document', 'a', '{"_id":"b"}', 'field [_id] is not valid for the CouchDB state database'],
  ['_rev in a document', 'a', '{ "_rev" : 1}', 'field [_rev] is not valid for the CouchDB state database'],
  ['~version', 'a', '{"~version":""}', 'field [~version] is not valid for the CouchDB state database'],
  ['an escaped name', 'a', '{"\\u005fid":1}', 'field [_id] is not valid for the CouchDB state database'],
]

describe('what CouchDB refuses', () => {
  test.each(refused)(
    '%s: is accepted where Slipway answers the queries, and told',
    async (_what, key, value, words) => {
      const { hints } = await scene('embedded')
      const told = await hints(async (transaction) => {
        expect(typeOf(await transaction.ask('PUT_STATE', requests.put(key, value)))).toBe('RESPONSE')
        await transaction.ask('PUT_STATE', requests.put('fine', '{"a":{"_id":1},"b":"_x"}'))
      })
      expect(told).toEqual([{ name: 'couchdb-refuses', key, words: expect.stringContaining(words) }])
    },
  )

  test('reading such a key is told too', async () => {
    const { hints } = await scene('embedded')
    const told = await hints(async (transaction) => {
      await transaction.ask('GET_STATE', requests.get('_x'))
    })
    expect(told).toMatchObject([{ name: 'couchdb-refuses', key: '_x' }])
  })

  test.each(refused)('%s: is refused with CouchDB', async (_what, key, value, words) => {
    const { hints } = await scene('CouchDB')
    const told = await hints(async (transaction) => {
      expect(textOf(await transaction.ask('PUT_STATE', requests.put(key, value)))).toContain(words)
    })
    expect(told).toEqual([])
  })

  test('is nothing to a peer with LevelDB', async () => {
    const { hints } = await scene('goleveldb')
    const told = await hints(async (transaction) => {
      for (const [, key, value] of refused) await transaction.ask('PUT_STATE', requests.put(key, value))
    })
    expect(told).toEqual([])
  })
})

/** Keys and bookmark of a page. */
function pageOf(answer: ChaincodeMessage) {
  const response = QueryResponse.deserializeBinary(answer.getPayload_asU8())
  const about = QueryResponseMetadata.deserializeBinary(response.getMetadata_asU8())
  return [about.getFetchedRecordsCount(), about.getBookmark()]
}

describe('the last page of a range', () => {
  // statecouchdb/couchdb.go, readDocRange, v2.5.16: its bookmark is the end key, escaped for the request.
  test.each([
    ['embedded', ['', ''], ['couchdb-bookmark', 'couchdb-bookmark']],
    ['goleveldb', ['', ''], []],
    ['CouchDB', ['c', '\\u0000owner\\u0000\u{10FFFF}'], []],
  ] as const)('%s', async (stateDatabase, [plain, composite], names) => {
    const { hints } = await scene(stateDatabase)
    await hints(async (transaction) => {
      for (const key of ['a', 'b', 'd']) await transaction.ask('PUT_STATE', requests.put(key, 'v'))
    })
    const told = await hints(async (transaction) => {
      const ask = async (start: string, end: string, size: number) =>
        pageOf(await transaction.ask('GET_STATE_BY_RANGE', requests.range(start, end, { size })))
      expect(await ask('a', 'c', 1)).toEqual([1, 'b'])
      expect(await ask('a', 'c', 2)).toEqual([2, plain])
      expect(await ask('\u0000owner\u0000', '\u0000owner\u0000\u{10FFFF}', 5)).toEqual([0, composite])
      expect(await ask('a', '', 5)).toEqual([3, ''])
    })
    expect(told.map(({ name }) => name)).toEqual(names)
  })
})
