import { expect, test } from 'vitest'
import type { FixtureName } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { openFixture } from './author.ts'

const CHANNEL = 'mychannel'

/** A chaincode whose calls go into blocks of two; the timeout is far longer than a test has. */
async function start(fixture: FixtureName, ...first: [fn: string, ...args: string[]]) {
  const peer = await testPeer()
  const chaincode = await openFixture(peer, fixture, { watch: false })
  await chaincode.submit(...first)
  await peer.api.setOrderer({ batchTimeout: 600_000, maxMessageCount: 2 })
  const height = () => peer.state().channels[CHANNEL]?.height ?? 0
  const submit = (fn: string, ...args: string[]) => peer.api.submit({ chaincode: chaincode.name, function: fn, args })
  return { peer, chaincode, submit, height }
}

test('of two calls in one block that count on from the same number one is in vain', async () => {
  const { chaincode, submit, height } = await start('javascript-contract', 'Put', 'n', '1')
  const before = height()
  const calls = await Promise.all([submit('Increment', 'n', '0'), submit('Increment', 'n', '0')])
  const valid = calls.find(({ validationCode }) => validationCode === 'VALID')
  const conflicting = calls.find(({ validationCode }) => validationCode === 'MVCC_READ_CONFLICT')
  expect(calls.map(({ blockNumber }) => blockNumber)).toEqual([before, before])
  expect(height()).toBe(before + 1)
  expect(conflicting?.conflict).toMatchObject({ key: 'n', byTxId: valid?.txId })
  expect(await chaincode.evaluate('Get', 'n')).toBe('2')
})

test('of two calls in one block the second is in vain where the first put a key into the range it read', async () => {
  const { submit } = await start('misbehaving', 'seed', 'k', '3')
  // A range takes one answer more from the peer than a write, on the same stream, so it is ordered second.
  const [writes, counts] = await Promise.all([submit('put', 'k00000a', 'v'), submit('count', 'k', 'l')])
  expect([writes.validationCode, counts.validationCode]).toEqual(['VALID', 'PHANTOM_READ_CONFLICT'])
  expect(counts.blockNumber).toBe(writes.blockNumber)
  expect(counts.conflict).toMatchObject({ key: 'k00000a', byTxId: writes.txId })
})

test('a call that waits for company is committed once blocks are to be cut at once again', async () => {
  const { peer, chaincode, submit, height } = await start('misbehaving', 'seed', 'k', '3')
  const before = height()
  const alone = submit('put', 'k', 'v')
  await chaincode.evaluate('version')
  expect(height()).toBe(before)
  await peer.api.setOrderer({ batchTimeout: 0, maxMessageCount: 500 })
  expect((await alone).validationCode).toBe('VALID')
  expect(await chaincode.evaluate('get', 'k')).toBe('v')
})
