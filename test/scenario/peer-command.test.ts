// @module-tag slow
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { issueTls } from '../../core/msp/tls-ca.ts'
import { peerCommand, type Printed } from '../support/peer-command.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { openFixture } from './author.ts'

const CHANNEL = 'mychannel'
const ON = ['-C', CHANNEL]
const { test } = needs('peer')

async function network(settings: Parameters<typeof testPeer>[0] = {}): Promise<{ peer: TestPeer; name: string }> {
  const served = { listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0' }
  const peer = await testPeer({ version: '2.5', ...served, ...settings })
  const { name, ready } = await openFixture(peer, 'feature-node', { watch: false })
  await ready()
  await peer.api.issueIdentity({ name: 'Admin', role: 'admin' })
  return { peer, name }
}

/** What it printed on stdout. Fails with all that it printed if it failed. */
function printed(result: Printed): string {
  expect(result).toMatchObject({ code: 0 })
  return result.stdout
}

const call = (...Args: string[]) => ['-c', JSON.stringify({ Args })]

test('invoke and query, with the orderer that the channel’s configuration names', async () => {
  const { peer, name } = await network()
  const user = await peerCommand(peer, 'User1')
  const invoke = ['chaincode', 'invoke', ...ON, '-n', name]
  const committed = await user.peer(...invoke, ...call('Put', 'a', '1'), '--waitForEvent')
  expect(committed).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('committed with status (VALID)') as string,
  })
  const orderer = ['-o', peer.state().services.orderer ?? '']
  expect(await user.peer(...invoke, ...call('Put', 'b', '2'), ...orderer)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Chaincode invoke successful. result: status:200 payload:"ok"') as string,
  })
  const query = ['chaincode', 'query', ...ON, '-n', name]
  expect(printed(await user.peer(...query, ...call('Get', 'a')))).toBe('1\n')
  const refused = await user.peer(...query, ...call('Nope'))
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('endorsement failure during query') as string,
  })
  const [newest] = await peer.api.readCalls({ limit: 1 })
  expect(newest).toMatchObject({ kind: 'evaluate', client: { service: 'protos.Endorser' } })
})

test('channel list, getinfo, fetch and join', async () => {
  const { peer } = await network()
  const user = await peerCommand(peer, 'User1')
  const admin = await peerCommand(peer, 'Admin')
  expect(printed(await user.peer('channel', 'list'))).toContain(CHANNEL)
  const height = peer.state().channels[CHANNEL]?.height ?? 0
  const info = printed(await user.peer('channel', 'getinfo', '-c', CHANNEL))
  expect(JSON.parse(info.slice(info.indexOf('{')))).toMatchObject({ height })
  const orderer = ['-o', peer.state().services.orderer ?? '']
  for (const block of ['newest', 'oldest', '0', 'config']) {
    printed(await user.peer('channel', 'fetch', block, `${block}.block`, '-c', CHANNEL))
    printed(await user.peer('channel', 'fetch', block, `orderers-${block}.block`, '-c', CHANNEL, ...orderer))
  }
  const beyond = await user.peer('channel', 'fetch', String(height + 1), 'none.block', '-c', CHANNEL)
  expect(beyond).toMatchObject({ code: 1, stderr: expect.stringContaining('NOT_FOUND') as string })
  const again = ['channel', 'join', '-b', join(user.folder, '0.block')]
  expect(await user.peer(...again)).toMatchObject({ code: 1, stderr: expect.stringContaining('Admins') as string })
  expect(await admin.peer(...again)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('already exists') as string,
  })
})

test('a chaincode’s whole lifecycle, by hand', async () => {
  const { peer, name } = await network()
  const admin = await peerCommand(peer, 'Admin')
  const lifecycle = (...args: string[]) => admin.peer('lifecycle', 'chaincode', ...args)
  const { folder } = peer.chaincode(name)
  printed(await lifecycle('package', 'hand.tar.gz', '--path', folder, '--lang', 'node', '--label', 'hand_1'))
  expect(await lifecycle('install', 'hand.tar.gz')).toMatchObject({ code: 0 })
  const twice = await lifecycle('install', 'hand.tar.gz')
  expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining('already successfully installed') as string })
  const packageId = printed(await lifecycle('calculatepackageid', 'hand.tar.gz')).trim()
  expect(printed(await lifecycle('queryinstalled'))).toContain(packageId)
  printed(await lifecycle('getinstalledpackage', '--package-id', packageId))
  expect(await readdir(admin.folder)).toContain(`${packageId}.tar.gz`)

  const definition = [...ON, '-n', 'hand', '-v', '1.0', '--sequence', '1']
  expect(await lifecycle('approveformyorg', ...definition, '--package-id', packageId)).toMatchObject({ code: 0 })
  expect(printed(await lifecycle('queryapproved', ...ON, '-n', 'hand'))).toContain(packageId)
  const readiness = JSON.parse(printed(await lifecycle('checkcommitreadiness', ...definition, '-O', 'json'))) as unknown
  expect(readiness).toEqual({ approvals: { Org1MSP: true } })
  expect(await lifecycle('commit', ...definition)).toMatchObject({ code: 0 })
  expect(printed(await lifecycle('querycommitted', ...ON))).toContain('Name: hand, Version: 1.0, Sequence: 1')
  expect(printed(await lifecycle('querycommitted', ...ON, '-n', 'hand'))).toContain('Approvals: [Org1MSP: true]')
  const late = await lifecycle('commit', ...definition)
  expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('must be sequence 2') as string })
})

test('discover lists peers, configuration and endorsers', async () => {
  const { peer, name } = await network()
  const user = await peerCommand(peer, 'User1')
  const on = ['--channel', CHANNEL]
  const { peers, orderer = '' } = peer.state().services
  const found = JSON.parse(printed(await user.discover('peers', ...on))) as unknown
  const shown = { MSPID: 'Org1MSP', Endpoint: peers['Org1MSP'], Chaincodes: ['_lifecycle', name] }
  expect(found).toEqual([expect.objectContaining(shown)])
  const config = JSON.parse(printed(await user.discover('config', ...on))) as { orderers: unknown }
  const [host, port] = orderer.split(':')
  expect(config.orderers).toEqual({ OrdererMSP: { endpoint: [{ host, port: Number(port) }] } })
  const endorsers = JSON.parse(printed(await user.discover('endorsers', ...on, '--chaincode', name))) as unknown
  expect(endorsers).toEqual([expect.objectContaining({ Chaincode: name })])
  const denied = await user.discover('peers')
  expect(denied).toMatchObject({ code: 1, stderr: expect.stringContaining('access denied') as string })
})

test('all of it over mutual TLS', async () => {
  const { peer, name } = await network({ tls: true, clientAuthRequired: true })
  const owner = { mspId: 'Org1MSP', folder: join(peer.dataDir, 'msp') }
  const { certificate, privateKey } = await issueTls(owner, { name: 'User1', use: 'client' })
  const user = await peerCommand(peer, 'User1', {
    CORE_PEER_TLS_ENABLED: 'true',
    CORE_PEER_TLS_ROOTCERT_FILE: join(owner.folder, 'tlsca', 'cert.pem'),
    CORE_PEER_TLS_CLIENTAUTHREQUIRED: 'true',
    CORE_PEER_TLS_CLIENTCERT_FILE: 'client.crt',
    CORE_PEER_TLS_CLIENTKEY_FILE: 'client.key',
  })
  await writeFile(join(user.folder, 'client.crt'), certificate)
  await writeFile(join(user.folder, 'client.key'), privateKey)
  const orderer = ['--tls', '--cafile', join(peer.dataDir, 'orderer', 'tlsca', 'cert.pem'), '--clientauth']
  const client = ['--certfile', 'client.crt', '--keyfile', 'client.key']
  const invoke = ['chaincode', 'invoke', ...ON, '-n', name, ...call('Put', 'a', '1'), '--waitForEvent']
  const address = ['-o', peer.state().services.orderer ?? '']
  expect(await user.peer(...invoke, ...address, ...orderer, ...client)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('committed with status (VALID)') as string,
  })
  printed(await user.peer('channel', 'fetch', 'newest', 'newest.block', '-c', CHANNEL))
})
