// @module-tag slow
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { encodeModification } from '../../core/ledger/history.ts'
import { ledgerKeys } from '../../core/ledger/ledger-keys.ts'
import { openLedgers } from '../../core/ledger/ledgers.ts'
import type { TxSimulator } from '../../core/ledger/ledger.ts'
import { packageCollections } from '../../core/privdata/collection-config.ts'
import { legacyCollectionsKey } from '../../core/privdata/definition-keys.ts'
import { CHANNEL, commit } from '../core/ledger/envelopes.ts'
import { fixture, type FixtureName } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { removeFolder } from '../support/temp.ts'
import { openFolder } from './author.ts'

vi.setConfig({ testTimeout: 600_000, hookTimeout: 300_000 })

/** Around Fabric's batch of 100, and its totalQueryLimit. */
const SIZES = [0, 1, 99, 100, 101, 200, 100_000]
const NAME = 'feature'
const COLLECTION = 'shared'

const padded = (n: number) => String(n).padStart(6, '0')
const prefixOf = (size: number) => `s${size}-`
const documentOf = (size: number, n: number) => Buffer.from(`{"docType":"${prefixOf(size)}","n":${n}}`)

/** The ledger as it stands before any chaincode runs: by far the fastest way to that many keys. */
async function seed(dataDir: string): Promise<void> {
  const ledgers = await openLedgers(dataDir, { organisations: () => ['Org1MSP'] })
  try {
    const ledger = ledgers.ledger(CHANNEL)
    const policy = "OR('Org1MSP.member')"
    const all = async (write: (simulator: TxSimulator, size: number, n: number) => void) => {
      const { transactions } = await commit(ledger, (simulator) => {
        for (const size of SIZES) for (let n = 0; n < size; n++) write(simulator, size, n)
      })
      expect(transactions[0]?.validationCode).toBe('VALID')
    }
    const { namespace, key } = legacyCollectionsKey(NAME)
    await commit(ledger, (simulator) =>
      simulator.setState(namespace, key, packageCollections([{ name: COLLECTION, policy }])),
    )
    await all((simulator, size, n) => simulator.setState(NAME, `${prefixOf(size)}${padded(n)}`, documentOf(size, n)))
    await all((simulator, size, n) =>
      simulator.setState(NAME, `\0c${prefixOf(size)}\0all\0${padded(n)}\0`, Buffer.from('c')),
    )
    await all((simulator, size, n) =>
      simulator.setPrivateData(NAME, COLLECTION, `${prefixOf(size)}${padded(n)}`, documentOf(size, n)),
    )
    // A version is a transaction of its own; written past the ledger, since 100,000 of them take minutes.
    const keys = ledgerKeys(CHANNEL)
    for (const size of SIZES) {
      const operations = Array.from({ length: size }, (_, i) => ({
        type: 'put' as const,
        key: keys.history(NAME, `h${prefixOf(size)}`, { block: i, tx: 0 }),
        value: encodeModification({ txId: `tx${i}`, timestamp: i, isDelete: false, value: Buffer.from(`v${i}`) }),
      }))
      await ledgers.store.write(operations, { sync: false })
    }
  } finally {
    await ledgers.close()
  }
}

let dataDir = ''
beforeAll(async () => {
  const { mkdtemp, realpath } = await import('node:fs/promises')
  const { tmpdir } = await import('node:os')
  const { join } = await import('node:path')
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'slipway-iterators-')))
  dataDir = join(folder, '.slipway')
  await seed(dataDir)
  return () => removeFolder(folder)
})

/** Every kind of query, at every size, to its end. Each has as many results as were written, the first and the last. */
async function drains(name: FixtureName): Promise<void> {
  const peer = await testPeer({ dataDir, chaincode: { executetimeout: 300_000 } })
  const chaincode = await openFolder(peer, {
    folder: await fixture(name, 'built'),
    name: NAME,
    version: '1.0',
    channel: CHANNEL,
    watch: false,
  })
  await chaincode.ready()
  const walked = async (...args: string[]) => JSON.parse(await chaincode.evaluate('Walk', ...args)) as Seen
  const paged = async (...args: string[]) => JSON.parse(await chaincode.evaluate('Page', ...args)) as Page
  for (const size of SIZES) {
    const prefix = prefixOf(size)
    const [from, to, type] = [prefix, `${prefix}~`, `c${prefix}`]
    const selector = JSON.stringify({ selector: { docType: prefix, n: { $gte: 0 } } })
    const found = {
      range: await walked('range', from, to, ''),
      composite: await walked('composite', type, '', ''),
      query: await walked('query', selector, '', ''),
      privateRange: await walked('privateRange', from, to, COLLECTION),
      privateQuery: await walked('privateQuery', selector, '', COLLECTION),
      history: JSON.parse(await chaincode.evaluate('History', `h${prefix}`)) as Seen,
    }
    const counts = Object.entries(found).map(([kind, { count }]) => [kind, count])
    expect([size, ...counts]).toEqual([size, ...Object.keys(found).map((kind) => [kind, size])])
    if (size > 0) {
      const [first, last] = [documentOf(size, 0).toString(), documentOf(size, size - 1).toString()]
      for (const kind of ['range', 'query', 'privateRange', 'privateQuery'] as const) {
        expect([kind, found[kind].first, found[kind].last]).toEqual([
          kind,
          `${prefix}${padded(0)}=${first}`,
          `${prefix}${padded(size - 1)}=${last}`,
        ])
      }
      expect([found.history.first, found.history.last]).toEqual([`v${size - 1},false`, 'v0,false'])
    }
    // In one page that holds all, and in one that leaves the last for another.
    for (const [kind, a, b] of [
      ['range', from, to],
      ['composite', type, ''],
      ['query', selector, ''],
    ] as const) {
      const whole = await paged(kind, a, b, String(Math.max(1, size)), '')
      expect([kind, size, whole.results.count, whole.fetched]).toEqual([kind, size, size, size])
      // The largest are drained once: three more rounds of it say nothing new.
      if (size < 2 || size > 1000) continue
      const most = await paged(kind, a, b, String(size - 1), '')
      expect([kind, size, most.results.count]).toEqual([kind, size, size - 1])
      const rest = await paged(kind, a, b, String(size), most.bookmark)
      expect([kind, size, rest.results.count, rest.results.first]).toEqual([kind, size, 1, whole.results.last])
    }
  }
  await peer.api.closeChaincode({ name: NAME })
  await peer.peer.close()
}

interface Seen {
  count: number
  first: string
  last: string
}

interface Page {
  results: Seen
  fetched: number
  bookmark: string
}

describe('iterators of every kind at 0, 1, 99, 100, 101, 200 and 100,000 results', () => {
  test('fabric-shim for Node', () => drains('feature-node'))
  needs('go').test('fabric-chaincode-go/v2', () => drains('feature-go'))
  needs('java').test('fabric-chaincode-shim for Java', () => drains('feature-java'))
})
