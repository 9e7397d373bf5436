import { expect, onTestFinished, test } from 'vitest'
import { lengthenChain } from '../bench/long-chain.ts'
import { testPeer } from '../support/peer.ts'
import { application } from './application.ts'
import { openFixture } from './author.ts'

const CHANNEL = 'mychannel'
const served = { listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0' }
/** Far more than the blocks that are read at once (core/services/replayed-blocks.ts). */
const HEIGHT = 2300

test('a listener that is far behind gets each block once, in order, and those that come meanwhile', async () => {
  const before = await testPeer(served)
  const { name } = await openFixture(before, 'feature-node')
  const contract = (await application(before)).getNetwork(CHANNEL).getContract(name)
  await contract.submitTransaction('Announce', 'told', 'once')
  const first = (before.state().channels[CHANNEL]?.height ?? 0) - 1
  await before.peer.close()
  await lengthenChain(before.dataDir, HEIGHT, true)

  const peer = await testPeer({ ...served, dataDir: before.dataDir })
  await openFixture(peer, 'feature-node')
  const network = (await application(peer)).getNetwork(CHANNEL)
  const start = peer.state().channels[CHANNEL]?.height ?? 0
  const events = await network.getChaincodeEvents(name, { startBlock: BigInt(first) })
  onTestFinished(() => events.close())
  const numbers: number[] = []
  for await (const { blockNumber, payload } of events) {
    numbers.push(Number(blockNumber))
    if (numbers.length === 1) await network.getContract(name).submitTransaction('Announce', 'told', 'meanwhile')
    if (Buffer.from(payload).toString() === 'meanwhile') break
  }
  // What opening the chaincode wrote after the long chain announces nothing.
  const announced = Array.from({ length: HEIGHT - first }, (_, i) => first + i)
  expect(numbers.slice(0, -1)).toEqual(announced)
  expect(numbers.at(-1)).toBeGreaterThanOrEqual(start)

  const blocks = await network.getBlockEvents({ startBlock: 0n })
  onTestFinished(() => blocks.close())
  const height = peer.state().channels[CHANNEL]?.height ?? 0
  const delivered: number[] = []
  for await (const block of blocks) {
    if (delivered.push(block.getHeader()?.getNumber() ?? -1) === height) break
  }
  expect(delivered).toEqual(Array.from({ length: height }, (_, number) => number))
})
