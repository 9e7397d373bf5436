// @module-tag slow
import { createPrivateKey } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client, credentials } from '@grpc/grpc-js'
import { connect, hash, signers, type Contract, type Gateway } from '@hyperledger/fabric-gateway'
import { expect, onTestFinished, test } from 'vitest'
import { testPeer } from '../support/peer.ts'
import { tempFolder } from '../support/temp.ts'
import { openFixture } from './author.ts'

const SOON_MS = 60_000

/** The first file of a folder, as the public samples' applications take certificate and key. */
async function firstIn(...folder: string[]): Promise<string> {
  const [file] = await readdir(join(...folder))
  if (file === undefined) throw new Error(`${join(...folder)} is empty`)
  return readFile(join(...folder, file), 'utf8')
}

/**
 * Connects as the public samples' applications do (fabric-samples, asset-transfer-basic/application-gateway-typescript):
 * certificate, key and TLS root by their paths in the test network's folder, and the peer by its alias.
 */
async function sampleApplication(network: string, endpoint: string): Promise<Gateway> {
  const crypto = join(network, 'organizations', 'peerOrganizations', 'org1.example.com')
  const user = join(crypto, 'users', 'User1@org1.example.com', 'msp')
  const tlsRoot = await readFile(join(crypto, 'peers', 'peer0.org1.example.com', 'tls', 'ca.crt'))
  const client = new Client(endpoint, credentials.createSsl(tlsRoot), {
    'grpc.ssl_target_name_override': 'peer0.org1.example.com',
  })
  onTestFinished(() => client.close())
  const soon = () => ({ deadline: Date.now() + SOON_MS })
  const gateway = connect({
    client,
    identity: { mspId: 'Org1MSP', credentials: Buffer.from(await firstIn(user, 'signcerts')) },
    signer: signers.newPrivateKeySigner(createPrivateKey(await firstIn(user, 'keystore'))),
    hash: hash.sha256,
    evaluateOptions: soon,
    endorseOptions: soon,
    submitOptions: soon,
    commitStatusOptions: soon,
  })
  onTestFinished(() => gateway.close())
  return gateway
}

async function json(contract: Contract, name: string, ...args: string[]): Promise<unknown> {
  return JSON.parse(Buffer.from(await contract.evaluateTransaction(name, ...args)).toString())
}

test('the steps of the public samples’ application run against an exported test network', async () => {
  const peer = await testPeer({ listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0', tls: true })
  const { name } = await openFixture(peer, 'asset-transfer-typescript')
  const network = await tempFolder('test-network')
  await peer.api.writeExport({ folder: network, layout: 'test-network' })
  const port = peer.state().services.peers.Org1MSP?.split(':').at(-1) ?? ''
  const gateway = await sampleApplication(network, `localhost:${port}`)
  const contract = gateway.getNetwork('mychannel').getContract(name)

  await contract.submitTransaction('InitLedger')
  const before = (await json(contract, 'GetAllAssets')) as object[]
  await contract.submitTransaction('CreateAsset', 'asset1700', 'yellow', '5', 'Tom', '1300')
  expect(await json(contract, 'GetAllAssets')).toHaveLength(before.length + 1)
  const commit = await contract.submitAsync('TransferAsset', { arguments: ['asset1700', 'Saptha'] })
  expect(Buffer.from(commit.getResult()).toString()).toBe('Tom')
  expect(await commit.getStatus()).toMatchObject({ successful: true })
  expect(JSON.stringify(await json(contract, 'ReadAsset', 'asset1700'))).toContain('Saptha')
  await expect(contract.submitTransaction('UpdateAsset', 'asset70', 'blue', '5', '300')).rejects.toMatchObject({
    details: [{ mspId: 'Org1MSP', message: expect.stringContaining('asset70') as string }],
  })
})

test('with TLS both layouts name the roots, and mutual TLS comes with certificates for clients', async () => {
  const peer = await testPeer({
    ...{ listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0' },
    ...{ tls: true, clientAuthRequired: true, organisations: ['Org1MSP', 'Org2MSP'] },
  })
  const folder = await tempFolder('export')
  const { files } = await peer.api.writeExport({ folder, layout: 'application' })
  expect(files).toEqual(
    expect.arrayContaining(['tls/Org1MSP-ca.pem', 'tls/OrdererMSP-ca.pem', 'msp/Org2MSP/users/User1/tls/client.key']),
  )
  const profile = JSON.parse(await readFile(join(folder, 'connection-profile.json'), 'utf8')) as {
    peers: Record<string, { url: string; tlsCACerts: { pem: string }; grpcOptions: object }>
  }
  expect(profile.peers['peer0.org2.example.com']).toEqual({
    url: `grpcs://${peer.state().services.peers.Org2MSP ?? ''}`,
    tlsCACerts: { pem: await readFile(join(folder, 'tls/Org2MSP-ca.pem'), 'utf8') },
    grpcOptions: {
      'ssl-target-name-override': 'peer0.org2.example.com',
      hostnameOverride: 'peer0.org2.example.com',
    },
  })
  const variables = await readFile(join(folder, 'peer.env'), 'utf8')
  expect(variables).toMatch(/^export CORE_PEER_TLS_CLIENTKEY_FILE=\S+\/msp\/Org1MSP\/users\/Admin\/tls\/client\.key$/m)

  const network = await tempFolder('test-network')
  const written = await peer.api.writeExport({ folder: network, layout: 'test-network' })
  const org1 = 'organizations/peerOrganizations/org1.example.com'
  const orderers = 'organizations/ordererOrganizations/example.com'
  expect(written.files).toEqual(
    expect.arrayContaining([
      `${org1}/tlsca/tlsca.org1.example.com-cert.pem`,
      `${org1}/msp/tlscacerts/tlsca.org1.example.com-cert.pem`,
      `${org1}/peers/peer0.org1.example.com/tls/server.key`,
      `${org1}/users/Admin@org1.example.com/tls/client.crt`,
      `${orderers}/orderers/orderer.example.com/msp/tlscacerts/tlsca.example.com-cert.pem`,
      `${orderers}/orderers/orderer.example.com/tls/server.crt`,
    ]),
  )
  expect(new Set(written.files).size).toBe(written.files.length)
})
