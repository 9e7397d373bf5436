// @module-tag slow
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { CallResult } from '../../core/contract/call.ts'
import type { Mode } from '../../core/contract/mode.ts'
import { unmarshalReadWriteSet } from '../../core/ledger/rwset-proto.ts'
import { committedReadWriteSets } from '../support/committed-rwsets.ts'
import { fixture, type FixtureName } from '../support/fixtures.ts'
import { netPeers } from '../support/net-mode.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { openFixture, openFolder } from './author.ts'

// Compilers in containers, of which a small machine runs only one at a time.
vi.setConfig({ testTimeout: 600_000 })

type FeatureFixture = Extract<FixtureName, `feature-${string}`>

interface Step {
  kind: 'submit' | 'evaluate'
  fn: string
  args: string[]
  /** What it answers; whatever it is, all languages answer the same. */
  answer: string | undefined
  /** The caller, instead of the default user, and what is passed beside the arguments. */
  identity?: string
  transient?: Record<string, string>
}

const submit = (fn: string, args: string[], answer?: string): Step => ({ kind: 'submit', fn, args, answer })
const evaluate = (fn: string, args: string[], answer?: string): Step => ({ kind: 'evaluate', fn, args, answer })
/** The same, called by somebody of the other organisation. */
const byAlice = (step: Step): Step => ({ ...step, identity: 'alice@Org2MSP' })
const putPrivate = (collection: string, key: string, value: string): Step => ({
  ...submit('PutPrivate', [collection, key], 'ok'),
  transient: { value },
})
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const asset = (n: number) => `{"docType":"asset","n":${n},"owner":"${n % 2 === 1 ? 'bob' : 'ann'}"}`
const seen = (count: number, first = '', last = '') => JSON.stringify({ count, first, last })
const byOwner = (owner: string) =>
  JSON.stringify({ selector: { docType: 'asset', owner, n: { $gte: 4 } }, sort: [{ docType: 'asc' }, { n: 'asc' }] })
const unsorted = (owner: string) => JSON.stringify({ selector: { owner } })

/** One ledger's life: the same calls in the same order in every language. */
const steps: Step[] = [
  submit('Seed', ['asset', '0', '12'], 'ok'),
  evaluate('Get', ['asset000003'], asset(3)),
  evaluate('Walk', ['range', 'asset', 'asset~', ''], seen(12, `asset000000=${asset(0)}`, `asset000011=${asset(11)}`)),
  evaluate('Walk', ['range', 'x', 'a', ''], seen(0)),
  submit('SeedComposite', ['pair', '0', '3'], 'ok'),
  evaluate('Walk', ['composite', 'pair', '', '']),
  // What an application must not build on, a peer has to hold against phantoms: a range in a transaction that writes.
  submit('Walk', ['range', 'asset000002', 'asset000005', '']),
  submit('Walk', ['query', byOwner('bob'), '', '']),
  // Without one that serves it, all documents are gone through.
  evaluate('Walk', ['query', unsorted('ann'), '', '']),
  evaluate('Page', ['range', 'asset', 'asset~', '5', '']),
  evaluate('Page', ['range', 'asset', 'asset~', '5', 'asset000010']),
  evaluate('Page', ['composite', 'pair', '', '2', '']),
  evaluate('Page', ['query', byOwner('ann'), '', '2', '']),
  submit('Put', ['note', 'one'], 'ok'),
  submit('Put', ['note', 'zwei: ä😀'], 'ok'),
  submit('Delete', ['note'], 'ok'),
  submit('Put', ['note', 'three'], 'ok'),
  evaluate('History', ['note'], seen(4, 'three,false', 'one,false')),
  submit('Announce', ['Sold', 'to ann'], 'ok'),
  submit('SetPolicy', ['note', 'Org1MSP'], 'ok'),
  evaluate('GetPolicy', ['note']),
  evaluate('GetPolicy', ['asset000000'], ''),
  evaluate('WhoAmI', ['department']),
  submit('Call', ['other', '', 'Put', 'k', 'of feature'], JSON.stringify({ status: 200, message: '', payload: 'ok' })),
  evaluate('Call', ['other', '', 'Get', 'k', ''], JSON.stringify({ status: 200, message: '', payload: 'of feature' })),
  submit('Call', ['elsewhere', 'otherchannel', 'Get', 'k', '']),
  // Private data: members have the values, everyone has the hashes.
  putPrivate('shared', 'k', 'between us'),
  evaluate('GetPrivate', ['shared', 'k'], 'between us'),
  byAlice(evaluate('GetPrivate', ['shared', 'k'], 'between us')),
  putPrivate('own', 'k', 'mine'),
  byAlice(evaluate('GetPrivate', ['own', 'k'])),
  byAlice(evaluate('GetPrivateHash', ['own', 'k'], sha256('mine'))),
  putPrivate('open', 'k', 'for a while'),
  byAlice(evaluate('GetPrivate', ['open', 'k'])),
  byAlice(putPrivate('_implicit_org_Org2MSP', 'k', 'hers')),
  byAlice(evaluate('GetPrivate', ['_implicit_org_Org2MSP', 'k'], 'hers')),
  evaluate('GetPrivate', ['_implicit_org_Org2MSP', 'k']),
  evaluate('GetPrivate', ['nowhere', 'k']),
  submit('SeedPrivate', ['shared', 'asset', '0', '12'], 'ok'),
  evaluate('GetPrivate', ['open', 'k'], 'for a while'),
  evaluate(
    'Walk',
    ['privateRange', 'asset', 'asset~', 'shared'],
    seen(12, `asset000000=${asset(0)}`, `asset000011=${asset(11)}`),
  ),
  evaluate('Walk', ['privateQuery', unsorted('bob'), '', 'shared']),
  submit('SetPrivatePolicy', ['shared', 'k', 'Org1MSP'], 'ok'),
  evaluate('GetPrivate', ['open', 'k'], ''),
  evaluate('GetPrivatePolicy', ['shared', 'k']),
  evaluate('GetPrivate', ['shared', 'k'], 'between us'),
  submit('DeletePrivate', ['shared', 'asset000001'], 'ok'),
  submit('PurgePrivate', ['shared', 'asset000002'], 'ok'),
  evaluate('GetPrivateHash', ['shared', 'asset000002'], ''),
  byAlice(evaluate('WhoAmI', ['department'], '{"mspId":"Org2MSP","name":"alice","value":"audit"}')),
  evaluate('Walk', ['query', '{"selector": 1}', '', '']),
  evaluate('Page', ['query', byOwner('ann'), '', '2', 'forged']),
]

/** What came of a step, without what is another one at each call. */
interface Told extends Pick<CallResult, 'status' | 'payload' | 'events' | 'readWriteSet'> {
  call: string
  validationCode: string | undefined
}

interface Life {
  told: Told[]
  /** What refused calls say. Java's contract API keeps the peer's words to itself, so it is not compared. */
  refusals: string[]
  /** Marshalled, in hexadecimal, by block. */
  rwsets: string[][]
}

/** The same names, the same order: so the same block numbers too. */
async function live(name: FeatureFixture, peer: TestPeer, mode: Mode): Promise<Life> {
  const common = { version: '1.0', watch: false, mode }
  const folder = await fixture(name, 'built')
  // What one organisation keeps for itself, the other one's peer can't endorse.
  await writeFile(join(folder, 'slipway.yaml'), `endorsementPolicy: "OR('Org1MSP.peer', 'Org2MSP.peer')"\n`)
  const feature = await openFolder(peer, { folder, name: 'feature', ...common })
  // A compiler in a container takes what the machine gives it: this waits as long as the build may take.
  await peer.api.launch({ name: 'feature' })
  await feature.ready()
  await peer.api.issueIdentity({ name: 'alice', mspId: 'Org2MSP', attributes: { department: 'audit' } })
  const other = { ...common, mode: 'dev' as const }
  await openFixture(peer, 'javascript-contract', { name: 'other', ...other })
  const elsewhere = { name: 'elsewhere', channel: 'otherchannel', ...other }
  await (await openFixture(peer, 'javascript-contract', elsewhere)).submit('Put', 'k', 'over there')
  const told: Told[] = []
  const refusals: string[] = []
  for (const { kind, fn, args, answer, identity, transient } of steps) {
    const result = await peer.api[kind]({
      chaincode: feature.name,
      function: fn,
      args,
      ...(identity === undefined ? {} : { identity }),
      ...(transient === undefined ? {} : { transient }),
    })
    const { status, message, payload, events, readWriteSet, validationCode } = result
    const call = `${kind} ${fn} ${args.join(' ')}`
    if (answer !== undefined) expect([call, status, message, payload]).toEqual([call, 200, '', answer])
    if (status !== 200) refusals.push(message)
    told.push({ call, status, payload, events, readWriteSet, validationCode })
  }
  await peer.peer.close()
  return { told, refusals, rwsets: (await committedReadWriteSets(peer.dataDir, 'mychannel')).filter(isNoDefinition) }
}

/** A definition is not the chaincode's own doing, nor is a configuration. */
function isNoDefinition(rwsets: string[]): boolean {
  if (rwsets.length === 0) return false
  return !rwsets.some((rwset) =>
    unmarshalReadWriteSet(Buffer.from(rwset, 'hex')).some(
      ({ namespace, writes }) => namespace === '_lifecycle' && writes.length > 0,
    ),
  )
}

const organisations = { organisations: ['Org1MSP', 'Org2MSP'] }

describe('a chaincode that uses everything', () => {
  let first: Promise<Life> | undefined
  /** What the others are held against. */
  const inJavaScript = () => (first ??= testPeer(organisations).then((peer) => live('feature-node', peer, 'dev')))

  const isTheSame = async (name: FeatureFixture, peer: TestPeer, mode: Mode) => {
    const [expected, found] = [await inJavaScript(), await live(name, peer, mode)]
    expect(found.told).toEqual(expected.told)
    expect(found.rwsets).toEqual(expected.rwsets)
  }

  test('in JavaScript answers as it should', async () => {
    const { told, refusals, rwsets } = await inJavaScript()
    expect(refusals).toEqual([
      expect.stringContaining('tx creator does not have read access permission on privatedata'),
      expect.stringContaining('private data matching public hash version is not available'),
      expect.stringContaining('private data matching public hash version is not available'),
      expect.stringMatching(/collection mychannel\/feature\/nowhere could not be found$/),
      expect.stringContaining('Error:invalid_selector_json,  Status Code:400'),
      expect.stringContaining('Error:invalid_bookmark,  Status Code:400'),
    ])
    const submitted = told.filter(({ call }) => call.startsWith('submit'))
    expect(submitted.map(({ validationCode }) => validationCode)).toEqual(submitted.map(() => 'VALID'))
    expect(rwsets).toHaveLength(submitted.length)
    expect(told.find(({ call }) => call.startsWith('submit Announce'))?.events).toMatchObject([{ name: 'Sold' }])
    // Who signed: the default user has no such attribute.
    expect(told.find(({ call }) => call.startsWith('evaluate WhoAmI'))?.payload).toMatch(
      /"mspId":"Org1MSP".*"value":""/,
    )
  })

  needs('go').test('in Go: the same answers, and the same bytes of read-write sets', async () =>
    isTheSame('feature-go', await testPeer(organisations), 'dev'),
  )
  needs('java').test('in Java: the same answers, and the same bytes of read-write sets', async () =>
    isTheSame('feature-java', await testPeer(organisations), 'dev'),
  )

  needs('docker').describe('in a container', () => {
    const net = netPeers()
    const settings = { ...organisations, chaincode: { buildtimeout: 500_000 } }

    for (const name of ['feature-node', 'feature-go', 'feature-java'] as const) {
      needs('docker').test(`${name}: the same as a plain process`, async () =>
        isTheSame(name, await net.peer(settings), 'net'),
      )
    }
  })
})
