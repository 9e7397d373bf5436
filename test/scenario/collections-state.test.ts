import { expect, test } from 'vitest'
import { testPeer } from '../support/peer.ts'
import { codeOf, openFixture } from './author.ts'

test('a collection is read by who is a member, and its hashes by who is not', async () => {
  const peer = await testPeer({ organisations: ['Org1MSP', 'Org2MSP'] })
  const { name } = await openFixture(peer, 'feature-node', { watch: false })
  const submit = (...args: string[]) => peer.api.submit({ chaincode: name, function: 'SeedPrivate', args })
  await submit('own', 'k', '0', '3')
  const of = { channel: 'mychannel', namespace: name, collection: 'own' }

  const described = await peer.api.readCollections({ channel: 'mychannel', chaincode: name })
  expect(described.map((one) => [one.name, one.isImplicit])).toEqual([
    ['shared', false],
    ['own', false],
    ['open', false],
    ['_implicit_org_Org1MSP', true],
    ['_implicit_org_Org2MSP', true],
  ])
  expect(described[1]).toMatchObject({
    members: ['Org1MSP'],
    policy: "OR('Org1MSP.member')",
    blockToLive: 0,
    requiredPeerCount: 0,
    memberOnlyRead: true,
    memberOnlyWrite: true,
  })

  const [first, second] = [
    await peer.api.readState({ ...of, mspId: 'Org1MSP', limit: 2 }),
    await peer.api.readState({ ...of, limit: 2, from: 'k000002' }),
  ]
  expect(first.entries.map(({ key }) => key)).toEqual(['k000000', 'k000001'])
  expect([first.next, first.hashed, second.entries.length]).toEqual(['k000002', undefined, 1])

  const hashes = await peer.api.readState({ ...of, mspId: 'Org2MSP', limit: 10 })
  expect(hashes.hashed).toBe(true)
  const { payload } = await peer.api.evaluate({ chaincode: name, function: 'GetPrivateHash', args: ['own', 'k000000'] })
  expect(hashes.entries.map(({ text }) => text)).toContain(payload)
  expect(hashes.entries.map(({ text }) => text.length)).toEqual([64, 64, 64])

  expect(await codeOf(peer.api.readState({ ...of, collection: 'nosuch', limit: 1 }))).toBe('COLLECTION_UNKNOWN')
})
