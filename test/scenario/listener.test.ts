// @module-tag slow
import { expect, test } from 'vitest'
import { takenAddress } from '../support/free-port.ts'
import { testPeer } from '../support/peer.ts'
import { codeOf, openFixture, startByHand } from './author.ts'

test('a port that is taken: the next free one is, and said so, and chaincode is told that one', async () => {
  const wanted = await takenAddress()
  const peer = await testPeer({ chaincodeListenAddress: wanted })
  expect(peer.state().listener).toMatchObject({ state: 'listening', wanted })
  expect(peer.address()).not.toBe(wanted)
  expect(Number(peer.address().split(':')[1])).toBeGreaterThan(Number(wanted.split(':')[1]))

  const chaincode = await openFixture(peer, 'javascript-shim', { watch: false })
  expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  await peer.api.setStartedBy({ name: chaincode.name, startedBy: 'you' })
  expect(chaincode.state().command.text).toContain(peer.address())
  expect(chaincode.state().command.text).not.toContain(wanted)
  startByHand(chaincode.state().command)
  await chaincode.ready()
  expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
})

test('two peers share a machine', async () => {
  const wanted = await takenAddress()
  const peers = [
    await testPeer({ chaincodeListenAddress: wanted }),
    await testPeer({ chaincodeListenAddress: wanted }),
  ] as const
  expect(peers[0].address()).not.toBe(peers[1].address())
  for (const [i, peer] of peers.entries()) {
    const chaincode = await openFixture(peer, 'misbehaving', { watch: false })
    await chaincode.submit('put', 'k', `of ${i}`)
  }
  for (const [i, { api }] of peers.entries()) {
    expect(await api.evaluate({ chaincode: 'misbehaving', function: 'get', args: ['k'] })).toMatchObject({
      payload: `of ${i}`,
    })
  }
})

test('an address that cannot be listened on is told, and the data can be opened at once with another', async () => {
  const dataDir = (await testPeer()).dataDir.replace(/\.slipway$/, 'other')
  expect(await codeOf(testPeer({ dataDir, chaincodeListenAddress: 'nonsense' }))).toBe('PORT_UNAVAILABLE')
  expect(await codeOf(testPeer({ dataDir, chaincodeListenAddress: '203.0.113.1:7052' }))).toBe('PORT_UNAVAILABLE')
  const peer = await testPeer({ dataDir })
  expect(peer.state().listener.state).toBe('listening')
})
