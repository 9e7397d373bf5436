import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { onTestFinished, expect, test } from 'vitest'
import { Config, OrdererAddresses, type ConfigGroup } from '../../core/protos/config.ts'
import { freePort } from '../support/free-port.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { tempFolder } from '../support/temp.ts'
import { application } from './application.ts'
import { openFixture } from './author.ts'

const CHANNEL = 'mychannel'

/** The addresses that a client is told of, as the `peer` command line asks for them. */
async function told(peer: TestPeer): Promise<{ channel: string[]; organisation: string[] }> {
  const cscc = (await application(peer)).getNetwork(CHANNEL).getContract('cscc')
  const root = Config.deserializeBinary(await cscc.evaluateTransaction('GetChannelConfig', CHANNEL)).getChannelGroup()
  const organisation = root?.getGroupsMap().get('Orderer')?.getGroupsMap().get('OrdererMSP')
  return { channel: addresses(root, 'OrdererAddresses'), organisation: addresses(organisation, 'Endpoints') }
}

function addresses(group: ConfigGroup | undefined, name: string): string[] {
  const value = group?.getValuesMap().get(name)?.getValue_asU8() ?? new Uint8Array()
  return OrdererAddresses.deserializeBinary(value).getAddressesList()
}

test('a channel’s configuration names the orderer, and another port of today adds no block', async () => {
  const port = await freePort()
  const served = { listenAddress: '127.0.0.1:0', ordererListenAddress: `127.0.0.1:${port}` }
  const dataDir = join(await tempFolder('data'), '.slipway')
  const first = await testPeer({ ...served, dataDir, version: '2.5' })
  await openFixture(first, 'feature-node', { watch: false })
  const own = [`127.0.0.1:${port}`]
  expect(await told(first)).toEqual({ channel: own, organisation: own })
  const height = first.state().channels[CHANNEL]?.height
  await first.peer.close()

  const other = createServer().listen(port, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const second = await testPeer({ ...served, dataDir, version: '2.5' })
  const { orderer = '' } = second.state().services
  expect(orderer).not.toBe(own[0])
  expect(await told(second)).toEqual({ channel: [orderer], organisation: [orderer] })
  expect(second.state().channels[CHANNEL]?.height).toBe(height)
})

test('with the capability V3_0 only the orderers’ organisation names it', async () => {
  const peer = await testPeer({ listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0', version: '3.1' })
  await openFixture(peer, 'feature-node', { watch: false })
  const { orderer } = peer.state().services
  expect(await told(peer)).toEqual({ channel: [], organisation: [orderer] })
})
