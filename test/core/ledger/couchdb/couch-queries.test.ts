import { expect, onTestFinished, test } from 'vitest'
import type { PeerError } from '../../../../core/contract/error.ts'
import type { CouchDBConfig } from '../../../../core/ledger/couchdb/couch-config.ts'
import { couchQueries } from '../../../../core/ledger/couchdb/couch-queries.ts'
import type { Ledger } from '../../../../core/ledger/ledger.ts'
import { openLedgers } from '../../../../core/ledger/ledgers.ts'
import { packageCollections } from '../../../../core/privdata/collection-config.ts'
import { definitionKey } from '../../../../core/privdata/definition-keys.ts'
import { ask, databases, newChannel, realCouchDB } from '../../../support/couchdb.ts'
import { needs } from '../../../support/require.ts'
import { tempFolder } from '../../../support/temp.ts'
import { commit, NS, put, read } from '../envelopes.ts'
import { found, index, stateQueriesContract } from '../state-queries-contract.ts'

interface Opened {
  ledger: Ledger
  told: (string | undefined)[]
  close: () => Promise<void>
}

async function open(dataDir: string, channel: string, config: Partial<CouchDBConfig> = {}): Promise<Opened> {
  const told: (string | undefined)[] = []
  const report = (error: PeerError | undefined) => told.push(error?.code)
  const couch = couchQueries({ ...realCouchDB(), ...config }, dataDir, report)
  const ledgers = await openLedgers(dataDir, {
    queries: (one) => couch.queries(one),
    organisations: () => ['Org1MSP'],
  })
  const close = async () => {
    couch.close()
    await ledgers.close()
  }
  onTestFinished(close)
  return { ledger: ledgers.ledger(channel), told, close }
}

const nobody = { couchDBAddress: '127.0.0.1:1', maxRetries: 0 }
const all = { selector: { a: { $gt: null } } }

needs('couchdb').describe('a real CouchDB', () => {
  stateQueriesContract(async () => (await open(await tempFolder('couch'), newChannel())).ledger)

  test('documents are there as a Fabric peer writes them', async () => {
    const channel = newChannel()
    const { ledger } = await open(await tempFolder('couch'), channel)
    await put(ledger, { 'a/b': '{"z":1,"a":[1.0]}', text: 'hello', '\0c\0d\0': '\0' })
    expect((await found(ledger, { selector: {} })).sort()).toEqual(['\0c\0d\0', 'a/b', 'text'])
    expect(await databases(channel)).toEqual([`${channel}_`, `${channel}_cc`])
    expect(await ask('GET', `/${channel}_cc/a%2Fb`)).toMatchObject({ _id: 'a/b', a: [1], z: 1, '~version': 'CgIAAA==' })
    expect(await ask('GET', `/${channel}_cc/text?attachments=true`)).toMatchObject({
      _attachments: { valueBytes: { content_type: 'application/octet-stream', data: 'aGVsbG8=' } },
    })
    expect(await ask('GET', `/${channel}_/statedb_savepoint`)).toMatchObject({ BlockNum: 0 })
  })

  test('a value that isn’t a document is found by its key, with its bytes', async () => {
    const { ledger } = await open(await tempFolder('couch'), newChannel())
    await put(ledger, { text: 'hello' })
    const simulator = ledger.newTxSimulator('reader')
    const results = await simulator.executeQuery(NS, '{"selector":{"_id":"text"}}')
    expect(Buffer.from((await results.next())?.value ?? []).toString()).toBe('hello')
    simulator.done()
  })

  test('more than a page of CouchDB is fetched in pages, and written in batches', async () => {
    const { ledger } = await open(await tempFolder('couch'), newChannel(), { internalQueryLimit: 7 })
    await put(ledger, Object.fromEntries(Array.from({ length: 1101 }, (_, i) => [`k${10_000 + i}`, '{"a":1}'])))
    expect((await found(ledger, { selector: { a: 1, _id: { $gte: 'k10900' } } })).length).toBe(201)
  })

  test('a restart goes on where it was, and finds what CouchDB has missed', async () => {
    const dataDir = await tempFolder('couch')
    const channel = newChannel()
    const first = await open(dataDir, channel)
    await put(first.ledger, { kept: '{"a":1}', changed: '{"a":1}', deleted: '{"a":1}' })
    expect(await found(first.ledger, all)).toEqual(['changed', 'deleted', 'kept'])
    await first.close()

    const away = await open(dataDir, channel, nobody)
    await put(away.ledger, { changed: '{"b":1}', added: '{"a":2}' })
    await commit(away.ledger, (simulator) => simulator.deleteState(NS, 'deleted'))
    await expect(found(away.ledger, all)).rejects.toMatchObject({ code: 'COUCHDB_UNREACHABLE' })
    expect(read(away.ledger, 'added')).toBe('{"a":2}')
    await away.close()
    expect(away.told).toEqual(['COUCHDB_UNREACHABLE'])

    const kept = await ask('GET', `/${channel}_cc/kept`)
    const again = await open(dataDir, channel)
    expect(await found(again.ledger, all)).toEqual(['added', 'kept'])
    expect(await ask('GET', `/${channel}_cc/kept`)).toEqual(kept)
    expect(again.told).toEqual([])
  })

  test('a deleted ledger starts over', async () => {
    const dataDir = await tempFolder('couch')
    const channel = newChannel()
    const first = await open(dataDir, channel)
    await put(first.ledger, { old: '{"a":1}' })
    expect(await found(first.ledger, all)).toEqual(['old'])
    await first.close()
    const { rm } = await import('node:fs/promises')
    await rm(`${dataDir}/ledger`, { recursive: true })
    const second = await open(dataDir, channel)
    await put(second.ledger, { new: '{"a":1}' })
    expect(await found(second.ledger, all)).toEqual(['new'])
  })

  test('databases of another ledger, or of a Fabric peer, are left alone', async () => {
    const channel = newChannel()
    const first = await open(await tempFolder('couch'), channel)
    await put(first.ledger, { mine: '{"a":1}' })
    expect(await found(first.ledger, all)).toEqual(['mine'])
    const second = await open(await tempFolder('couch'), channel)
    await put(second.ledger, { other: '{"a":1}' })
    await expect(found(second.ledger, all)).rejects.toMatchObject({ code: 'COUCHDB_FOREIGN' })
    expect(await found(first.ledger, all)).toEqual(['mine'])

    const peers = newChannel()
    await ask('PUT', `/${peers}_`)
    await ask('PUT', `/${peers}_/statedb_savepoint`, { BlockNum: 3, TxNum: 0 })
    const third = await open(await tempFolder('couch'), peers)
    await expect(found(third.ledger, all)).rejects.toMatchObject({ code: 'COUCHDB_FOREIGN' })
  })

  test('a wrong password is told as such', async () => {
    const { ledger } = await open(await tempFolder('couch'), newChannel(), { password: 'wrong' })
    await expect(found(ledger, all)).rejects.toMatchObject({ code: 'COUCHDB_DENIED' })
  })

  test('a document that was deleted by hand comes back with the next change of its key', async () => {
    const channel = newChannel()
    const { ledger } = await open(await tempFolder('couch'), channel)
    await put(ledger, { k: '{"a":1}' })
    expect(await found(ledger, all)).toEqual(['k'])
    const { _rev: rev } = (await ask('GET', `/${channel}_cc/k`)) as { _rev: string }
    await ask('DELETE', `/${channel}_cc/k?rev=${rev}`)
    await put(ledger, { k: '{"a":2}' })
    expect(await found(ledger, all)).toEqual(['k'])
  })

  test('a block is not shown to a simulation that began before it', async () => {
    const { ledger } = await open(await tempFolder('couch'), newChannel())
    await put(ledger, { before: '{"a":1}' })
    const simulator = ledger.newTxSimulator('reader')
    await put(ledger, { after: '{"a":1}' })
    const results = await simulator.executeQuery(NS, JSON.stringify(all))
    expect((await results.next())?.key).toBe('before')
    expect(await results.next()).toBeUndefined()
    simulator.done()
    expect(await found(ledger, all)).toEqual(['after', 'before'])
  })

  test('a simulation that takes too long does not stop others, and is told', async () => {
    const { ledger } = await open(await tempFolder('couch'), newChannel())
    const simulator = ledger.newTxSimulator('reader')
    await put(ledger, { after: '{"a":1}' })
    expect(await found(ledger, all)).toEqual(['after'])
    await expect(simulator.executeQuery(NS, JSON.stringify(all))).rejects.toMatchObject({ code: 'COUCHDB_OVERTAKEN' })
    simulator.done()
  }, 20_000)

  test('indexes of a folder replace those it had', async () => {
    const channel = newChannel()
    const { ledger } = await open(await tempFolder('couch'), channel)
    const names = async () => {
      await found(ledger, all)
      const { indexes } = (await ask('GET', `/${channel}_cc/_index`)) as { indexes: { name: string }[] }
      return indexes.map(({ name }) => name)
    }
    await put(ledger, { k: '{"a":1}' })
    ledger.setIndexes(NS, [index('one', ['a']), index('two', ['b'], { c: { $gt: 1 } })])
    expect(await names()).toEqual(['_all_docs', 'one', 'two'])
    ledger.setIndexes(NS, [index('two', ['b'])])
    expect(await names()).toEqual(['_all_docs', 'two'])
  })

  test('private data has a database of its own, also after a restart; its hashes have none', async () => {
    const dataDir = await tempFolder('couch')
    const channel = newChannel()
    const first = await open(dataDir, channel)
    const { namespace, key } = definitionKey(NS, 'Collections')
    const config = packageCollections([{ name: 'Both', policy: "OR('Org1MSP.member')" }])
    await commit(first.ledger, (simulator) => simulator.setState(namespace, key, config))
    await commit(first.ledger, (simulator) => simulator.setPrivateData(NS, 'Both', 'k', Buffer.from('{"a":1}')))
    const query = async (ledger: Ledger) => {
      const simulator = ledger.newTxSimulator('reader', 'Org1MSP')
      const results = await simulator.executeQueryOnPrivateData(NS, 'Both', JSON.stringify(all))
      const found = await results.next()
      simulator.done()
      return found?.key
    }
    expect(await query(first.ledger)).toBe('k')
    expect(await databases(channel)).toEqual([`${channel}_`, `${channel}_cc$$p$both`, `${channel}_lscc`])
    await first.close()
    await ask('DELETE', `/${channel}_`)
    await ask('DELETE', `/${channel}_cc%24%24p%24both`)
    const again = await open(dataDir, channel)
    expect(await query(again.ledger)).toBe('k')
  })

  test('what CouchDB does not take is refused at the put, in the words of Fabric', async () => {
    const { ledger } = await open(await tempFolder('couch'), newChannel())
    const simulator = ledger.newTxSimulator('writer')
    const set = (key: string, value: string) => () => simulator.setState(NS, key, Buffer.from(value))
    expect(set('', '1')).toThrow('invalid key. Empty string is not supported as a key by couchdb')
    expect(set('_a', '1')).toThrow('invalid key [_a], cannot begin with "_"')
    expect(set('a', '{"_a":1}')).toThrow('field [_a] is not valid for the CouchDB state database')
    expect(set('a', '{"~version":1}')).toThrow('field [~version] is not valid for the CouchDB state database')
    expect(() => simulator.getState(NS, '_a')).toThrow('invalid key [_a], cannot begin with "_"')
    expect(set('a_', '{"a":{"_b":1}}')).not.toThrow()
    simulator.done()
  })
})
