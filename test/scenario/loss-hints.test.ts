// @module-tag slow
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CallRequest } from '../../core/contract/call.ts'
import { fixture } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { edit, openFixture, openFolder } from './author.ts'

const LOSSES = new Set([
  'policy-lost',
  'writes-elsewhere',
  'callee-event',
  'event-replaced',
  'hashes-only',
  'wrote-nothing',
])

/** A peer of two organisations with a contract that uses everything, and what hints of loss its calls get. */
async function scene(more?: (folder: string) => Promise<void>) {
  const peer = await testPeer({ organisations: ['Org1MSP', 'Org2MSP'] })
  const folder = await fixture('feature-node', 'installed')
  await writeFile(join(folder, 'slipway.yaml'), `endorsementPolicy: "OR('Org1MSP.peer', 'Org2MSP.peer')"\n`)
  await more?.(folder)
  const feature = await openFolder(peer, { folder, name: 'feature', watch: false })
  await feature.build(1, 'serving')
  return { peer, submit: lossesOf(peer, 'submit'), evaluate: lossesOf(peer, 'evaluate') }
}

function lossesOf({ api }: TestPeer, kind: 'submit' | 'evaluate') {
  return async (fn: string, args: string[], request: Partial<CallRequest> = {}) => {
    const result = await api[kind]({ chaincode: 'feature', function: fn, args, ...request })
    expect(result.message).toBe('')
    const hints = result.hints.filter(({ name }) => LOSSES.has(name))
    return { ...result, losses: hints.map(({ name, key }) => (key === undefined ? name : `${name} ${key}`)), hints }
  }
}

test('a policy for a key without a value', async () => {
  const { submit, evaluate } = await scene()
  expect((await submit('SetPolicy', ['none', 'Org1MSP'])).losses).toEqual(['policy-lost none'])
  expect((await evaluate('GetPolicy', ['none'])).payload).toBe('')
  await submit('Put', ['one', 'v'])
  expect((await submit('SetPolicy', ['one', 'Org1MSP'])).losses).toEqual([])
  expect((await evaluate('GetPolicy', ['one'])).payload).not.toBe('')
  expect((await submit('SetPrivatePolicy', ['shared', 'none', 'Org1MSP'])).losses).toEqual(['policy-lost none'])
  await submit('PutPrivate', ['shared', 'one'], { transient: { value: 'v' } })
  expect((await submit('SetPrivatePolicy', ['shared', 'one', 'Org1MSP'])).losses).toEqual([])
})

test('a called chaincode’s event, and its writes on another channel', async () => {
  const { peer, submit } = await scene()
  await openFixture(peer, 'feature-node', { name: 'near', watch: false })
  await openFixture(peer, 'feature-node', { name: 'far', channel: 'otherchannel', watch: false })
  const near = await submit('Call', ['near', '', 'Announce', 'Sold', 'it'])
  expect(near.losses).toContain('callee-event')
  expect(near.events).toEqual([])
  expect((await submit('Call', ['near', '', 'Put', 'k', 'v'])).losses).toEqual([])
  expect((await submit('Call', ['far', 'otherchannel', 'Put', 'k', 'v'])).losses).toContain('writes-elsewhere')
  expect((await submit('Call', ['far', 'otherchannel', 'Get', 'k', ''])).losses).not.toContain('writes-elsewhere')
  const read = await peer.api.readState({ channel: 'otherchannel', namespace: 'far', limit: 5 })
  expect(read.entries.map(({ key }) => key)).not.toContain('k')
})

test('a search of a collection whose hashes alone the peer has', async () => {
  const { peer, submit, evaluate } = await scene()
  await peer.api.issueIdentity({ name: 'alice', mspId: 'Org2MSP' })
  await submit('SeedPrivate', ['open', 'asset', '0', '3'])
  const walk = ['privateRange', 'asset', 'asset~', 'open']
  const hers = await evaluate('Walk', walk, { identity: 'alice@Org2MSP' })
  expect(JSON.parse(hers.payload)).toMatchObject({ count: 0 })
  expect(hers.losses).toEqual(['hashes-only'])
  const own = await evaluate('Walk', walk)
  expect(JSON.parse(own.payload)).toMatchObject({ count: 3 })
  expect(own.losses).toEqual([])
})

test('the first of two events', async () => {
  const { submit } = await scene((folder) =>
    edit(
      join(folder, 'index.js'),
      'ctx.stub.setEvent(name, Buffer.from(payload))',
      "ctx.stub.setEvent('First', Buffer.from('1'))\n    ctx.stub.setEvent(name, Buffer.from(payload))",
    ),
  )
  const { events, losses, hints } = await submit('Announce', ['Second', '2'])
  expect(events.map(({ name }) => name)).toEqual(['Second'])
  expect(losses).toEqual(['event-replaced'])
  expect(hints[0]?.words).toMatch(/index\.js:\d+, and again in index\.js:\d+/)
})

test('a read that was submitted', async () => {
  const { submit, evaluate } = await scene()
  expect((await submit('Get', ['k'])).losses).toEqual(['wrote-nothing'])
  expect((await evaluate('Get', ['k'])).losses).toEqual([])
})

needs('go').test('metadata that no peer reads', async () => {
  const peer = await testPeer()
  const folder = await fixture('feature-go', 'installed')
  const contract = JSON.stringify({ info: { title: 'Mine', version: '9' }, contracts: {}, components: {} })
  await mkdir(join(folder, 'contract-metadata'))
  await writeFile(join(folder, 'contract-metadata', 'metadata.json'), contract)
  const go = await openFolder(peer, { folder, watch: false })
  await go.build(1, 'serving')
  const { hints, payload } = await peer.api.evaluate({
    chaincode: go.name,
    function: 'org.hyperledger.fabric:GetMetadata',
    args: [],
  })
  expect(payload).not.toContain('"Mine"')
  expect(hints).toMatchObject([{ name: 'metadata-unread' }])
  expect(await peer.api.readContract({ name: go.name })).toMatchObject({ unread: expect.any(String) as unknown })
})
