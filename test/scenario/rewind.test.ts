import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StatusCode, type GatewayError } from '@hyperledger/fabric-gateway'
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
  const marks = async () =>
    (await api.readCalls({ limit: 9 })).flatMap(({ kind, takenBack }) => (kind === 'submit' ? [takenBack] : []))
  expect(await marks()).toEqual([true, undefined])
  expect(await api.readBlock({ channel, number: before })).toBeUndefined()
  await chaincode.submit('Put', 'b', '3')
  expect(await api.restoreBranch({ channel, id: branch })).toMatchObject({ height: before + 1 })
  expect([await chaincode.evaluate('Get', 'a'), await chaincode.evaluate('Get', 'b')]).toEqual(['2', ''])
  expect(await marks()).toEqual([true, undefined, undefined])
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

test('what a client had endorsed before a rewind is no lie after it: it conflicts with what it read', async () => {
  const { peer, chaincode, height, api } = await start({ listenAddress: '127.0.0.1:0' })
  await chaincode.submit('Put', 'a', '1')
  const contract = (await application(peer)).getNetwork(channel).getContract(chaincode.name)
  const transaction = await contract.newProposal('Get', { arguments: ['a'] }).endorse()
  await api.rewind({ channel, height: height() - 1 })
  // It has the version that was read.
  await chaincode.submit('Put', 'a', '2')
  const { code } = await (await transaction.submit()).getStatus()
  expect(code).toBe(StatusCode.MVCC_READ_CONFLICT)
})

test('calls in flight while the channel is rewound end one way or the other, and nothing hangs', async () => {
  const { chaincode, height, api } = await start()
  await chaincode.submit('Put', 'a', '0')
  const low = height()
  const calls = Array.from({ length: 40 }, (_, i) =>
    api.submit({ chaincode: chaincode.name, function: 'Put', args: [`k${i}`, String(i)] }),
  )
  const moves = Array.from({ length: 5 }, () => api.rewind({ channel, height: low }))
  const results = await Promise.all(calls)
  await Promise.all(moves)
  expect(results.map(({ validationCode }) => validationCode)).toEqual(results.map(() => 'VALID'))
  // Each is on the chain or in a branch, and the state is that of the chain.
  const { entries } = await api.readState({ channel, namespace: chaincode.name, limit: 100 })
  const written = new Set(entries.map(({ key }) => key))
  for (const [i, { txId, blockNumber = 0 }] of results.entries()) {
    const place = await api.findTransaction({ channel, txId })
    expect([place?.block, written.has(`k${i}`)]).toEqual(place === undefined ? [undefined, false] : [blockNumber, true])
  }
})

test('a rewind across a change of the collections takes them back', async () => {
  const { peer, chaincode, height, api } = await start()
  await chaincode.submit('Put', 'a', '1')
  const low = height()
  const collections = async () =>
    (await api.readCollections({ channel, chaincode: chaincode.name })).map(({ name }) => name)
  const names = await collections()
  expect(names).toContain('open')
  const file = join(chaincode.folder, 'collections_config.json')
  const [shared] = JSON.parse(await readFile(file, 'utf8')) as object[]
  await writeFile(file, JSON.stringify([{ ...shared, name: 'fresh' }]))
  await peer.peer.reread([chaincode.name])
  await peer.eventually('the new collections are defined', ({ channels }) => (channels[channel]?.height ?? 0) > low)
  expect(await collections()).toContain('fresh')
  const { branch = '' } = await api.rewind({ channel, height: low })
  // What the folder says now is defined again, on top of what was there.
  expect([height() > low, (await collections()).includes('fresh')]).toEqual([true, true])
  const history = async (number: number) => (await api.readBlock({ channel, number }))?.transactions[0]?.chaincode
  expect(await history(low)).toBe('_lifecycle')
  await api.restoreBranch({ channel, id: branch })
  expect(await collections()).toContain('fresh')
  await chaincode.submit('Put', 'a', '2')
  expect(await chaincode.evaluate('Get', 'a')).toBe('2')
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
