import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { nameNetworks } from '../support/network.ts'
import { testPeer } from '../support/peer.ts'
import { openFolder } from './author.ts'

const NAME = 'feature-node'

test('a network is called, and its blocks and events read by Deliver, through the api', async () => {
  const settings = { listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0', organisations: ['Org1MSP'] }
  const network = await testPeer(settings)
  await (await openFolder(network, { folder: await fixture(NAME, 'installed'), watch: false })).build(1, 'serving')
  const folder = await fixture(NAME, 'installed')
  await cp(join(network.dataDir, 'msp', 'User1'), join(folder, 'user'), { recursive: true })
  const member = { peer: network.state().services.peers['Org1MSP'] ?? '', mspId: 'Org1MSP', identity: 'user' }
  await nameNetworks(folder, {
    test: { ...member, allowSubmit: true },
    shared: member,
    lost: { ...member, channel: 'nosuch' },
    caller: { ...member, admin: 'missing' },
    deployer: { ...member, identity: 'missing', admin: 'user' },
    neither: { ...member, identity: 'missing' },
  })
  const here = await testPeer()
  await (await openFolder(here, { folder, watch: false })).build(1, 'serving')
  expect(here.chaincode(NAME).networks).toEqual([
    { name: 'test', allowSubmit: true, channel: 'mychannel' },
    { name: 'shared', allowSubmit: false, channel: 'mychannel' },
    { name: 'lost', allowSubmit: false, channel: 'nosuch' },
    { name: 'caller', allowSubmit: false, channel: 'mychannel' },
    { name: 'deployer', allowSubmit: false, channel: 'mychannel' },
    { name: 'neither', allowSubmit: false, channel: 'mychannel' },
  ])

  const of = { opened: NAME, network: 'test' }
  expect(await here.api.readNetwork(of)).toMatchObject({ address: member.peer, tls: false, identity: 'User1@Org1MSP' })
  // Whoever only calls needs no administrator, and the reverse.
  const description = { address: member.peer, channel: 'mychannel' }
  const half = await here.api.readNetwork({ opened: NAME, network: 'caller' })
  expect(half).toMatchObject({ ...description, failures: { admin: { code: 'NETWORK_INVALID' } } })
  expect([half.identity, half.admin, half.failures.identity]).toEqual(['User1@Org1MSP', undefined, undefined])
  const other = await here.api.readNetwork({ opened: NAME, network: 'deployer' })
  expect(other).toMatchObject({ ...description, failures: { identity: { code: 'NETWORK_INVALID' } } })
  expect([other.identity, other.admin, other.failures.admin]).toEqual([undefined, 'User1@Org1MSP', undefined])
  const neither = here.api.readNetwork({ opened: NAME, network: 'neither' })
  await expect(neither).rejects.toMatchObject({ code: 'NETWORK_INVALID' })
  const { height } = await here.api.readNetworkBlocks({ ...of, limit: 0 })
  expect(height).toBe(network.state().channels['mychannel']?.height)
  const coming = here.api.awaitNetworkBlock({ ...of, height })
  const put = { chaincode: NAME, function: 'Put', args: ['k', 'v'] }
  const result = await here.api.submitToNetwork({ ...of, ...put })
  expect(result).toMatchObject({ status: 200, validationCode: 'VALID', blockNumber: height })
  expect(await coming).toEqual({ height: height + 1 })
  expect(await here.api.evaluateOnNetwork({ ...of, ...put, function: 'Get', args: ['k'] })).toMatchObject({
    payload: 'v',
  })
  const shared = { ...of, network: 'shared' }
  await expect(here.api.submitToNetwork({ ...shared, ...put })).rejects.toMatchObject({ code: 'NETWORK_READ_ONLY' })
  await expect(here.api.deployToNetwork(shared)).rejects.toMatchObject({ code: 'NETWORK_READ_ONLY' })

  for (const name of ['first', 'second'])
    await here.api.submitToNetwork({ ...of, ...put, function: 'Announce', args: [name, `{"n":"${name}"}`] })
  const { blocks } = await here.api.readNetworkBlocks({ ...of, limit: 500 })
  expect(blocks).toEqual(await network.api.readBlocks({ channel: 'mychannel', from: height + 2, limit: 500 }))
  expect((await here.api.readNetworkBlocks({ ...of, from: 1, limit: 1 })).blocks).toEqual([blocks.at(-2)])
  for (const number of [0, height]) {
    const block = await network.api.readBlock({ channel: 'mychannel', number })
    expect(await here.api.readNetworkBlock({ ...of, number })).toEqual(block)
  }
  expect(await here.api.readNetworkBlock({ ...of, number: height + 3 })).toBeUndefined()
  const events = await here.api.readNetworkEvents({ ...of, limit: 10 })
  expect(events.events.map(({ name }) => name)).toEqual(['second', 'first'])
  expect(events).toEqual(await network.api.readEvents({ channel: 'mychannel', limit: 10 }))
  await expect(here.api.readNetworkBlocks({ ...of, network: 'lost', limit: 1 })).rejects.toMatchObject({
    code: 'NETWORK_REFUSED',
    details: { status: 'NOT_FOUND' },
  })

  // Whoever waits for a block may stop waiting.
  const abort = new AbortController()
  const waiting = here.api.awaitNetworkBlock({ ...of, height: height + 3 }, abort.signal)
  abort.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})
