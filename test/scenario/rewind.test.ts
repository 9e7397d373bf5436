import type { GatewayError } from '@hyperledger/fabric-gateway'
import { status } from '@grpc/grpc-js'
import { expect, test } from 'vitest'
import { PeerError } from '../../core/contract/error.ts'
import { testPeer } from '../support/peer.ts'
import { application } from './application.ts'
import { openFixture } from './author.ts'

const channel = 'mychannel'

async function start(settings: Parameters<typeof testPeer>[0] = {}) {
  const peer = await testPeer(settings)
  const chaincode = await openFixture(peer, 'feature-node', { watch: false })
  const height = () => peer.state().channels[channel]?.height ?? 0
  return { peer, chaincode, height, api: peer.api }
}

test('state, blocks and calls go back and forward, and nothing is added where nothing is missing', async () => {
  const { chaincode, height, api } = await start()
  await chaincode.submit('Put', 'a', '1')
  const before = height()
  await api.setCheckpoint({ channel, name: 'one' })
  await chaincode.submit('Put', 'a', '2')
  const { branch = '', ...moved } = await api.rewind({ channel, height: before })
  expect(moved).toEqual({ from: before + 1, height: before })
  expect(height()).toBe(before)
  expect(await chaincode.evaluate('Get', 'a')).toBe('1')
  expect(await api.readBlock({ channel, number: before })).toBeUndefined()
  await chaincode.submit('Put', 'b', '3')
  expect(await api.restoreBranch({ channel, id: branch })).toMatchObject({ height: before + 1 })
  expect([await chaincode.evaluate('Get', 'a'), await chaincode.evaluate('Get', 'b')]).toEqual(['2', ''])
  expect(await api.restoreCheckpoint({ channel, name: 'one' })).toMatchObject({ height: before })
  expect(await chaincode.evaluate('Get', 'a')).toBe('1')
  expect((await api.readBranches({ channel })).length).toBe(2)
})

test('an open chaincode is defined again where its definition was rewound; a reset leaves the definitions alone', async () => {
  const { chaincode, height, api } = await start()
  const defined = height()
  await chaincode.submit('Put', 'a', '1')
  expect(await api.resetChannel({ channel })).toMatchObject({ from: defined + 1, height: defined })
  expect(await chaincode.evaluate('Get', 'a')).toBe('')
  expect(await api.resetChannel({ channel })).toEqual({ from: defined, height: defined })
  const moved = await api.rewind({ channel, height: 1 })
  expect(moved.height).toBe(height())
  expect(moved.height).toBeGreaterThan(1)
  await chaincode.submit('Put', 'a', '2')
  expect(await chaincode.evaluate('Get', 'a')).toBe('2')
})

test('what waits for its block is committed before the rewind, and a client’s streams end as if the peer had restarted', async () => {
  const { peer, chaincode, height, api } = await start({
    listenAddress: '127.0.0.1:0',
    ordererListenAddress: '127.0.0.1:0',
  })
  await chaincode.submit('Put', 'a', '1')
  await api.setOrderer({ batchTimeout: 600_000, maxMessageCount: 500 })
  const network = (await application(peer)).getNetwork(channel)
  const streams = [await network.getChaincodeEvents(chaincode.name, { startBlock: 0n }), await network.getBlockEvents()]
  const ends = streams.map(async (stream) => {
    try {
      for await (const _one of stream);
      return undefined
    } catch (error) {
      return (error as GatewayError).code
    }
  })
  const before = height()
  // Returns once the orderer has it.
  await network.getContract(chaincode.name).submitAsync('Put', { arguments: ['a', '2'] })
  const { branch = '', ...moved } = await api.rewind({ channel, height: before })
  expect(moved).toEqual({ from: before + 1, height: before })
  expect(await chaincode.evaluate('Get', 'a')).toBe('1')
  expect(await Promise.all(ends)).toEqual([status.UNAVAILABLE, status.UNAVAILABLE])
  await api.restoreBranch({ channel, id: branch })
  expect([await chaincode.evaluate('Get', 'a'), height()]).toEqual(['2', before + 1])
})

test('an unknown channel and what the ledger refuses have their codes', async () => {
  const { api } = await start()
  const refused = async (done: Promise<unknown>) => PeerError.from(await done.catch((error: unknown) => error)).code
  expect(await refused(api.rewind({ channel: 'nope', height: 1 }))).toBe('CHANNEL_UNKNOWN')
  expect(await refused(api.rewind({ channel, height: 0 }))).toBe('REWIND_HEIGHT')
  expect(await refused(api.setCheckpoint({ channel: 'nope', name: 'x' }))).toBe('CHANNEL_UNKNOWN')
  expect(await refused(api.restoreCheckpoint({ channel, name: 'x' }))).toBe('CHECKPOINT_UNKNOWN')
  expect(await refused(api.restoreBranch({ channel, id: '00' }))).toBe('BRANCH_UNKNOWN')
})
