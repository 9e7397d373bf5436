import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { connect as connectTls, type PeerCertificate } from 'node:tls'
import { credentials, status, type ChannelCredentials } from '@grpc/grpc-js'
import { GatewayError, type CloseableAsyncIterable, type Gateway } from '@hyperledger/fabric-gateway'
import { expect, test } from 'vitest'
import { issueTls } from '../../core/msp/tls-ca.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { tempFolder } from '../support/temp.ts'
import { application } from './application.ts'
import { openFixture } from './author.ts'

const CHANNEL = 'mychannel'
const served = { listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0' }

/** The TLS root of an organisation's folder in a data folder. */
function rootIn(dataDir: string, folder = 'msp'): Promise<Buffer> {
  return readFile(join(dataDir, folder, 'tlsca', 'cert.pem'))
}

function noticed(peer: TestPeer, code: string): Promise<unknown> {
  return peer.eventually(code, ({ notices }) => notices.find(({ error }) => error.code === code))
}

async function firstOf<T>(events: CloseableAsyncIterable<T>): Promise<T | undefined> {
  for await (const event of events) {
    events.close()
    return event
  }
  return undefined
}

/** A client certificate of the peer's own organisation, and the channel credentials that show it. */
async function withCertificate(dataDir: string): Promise<{ tls: ChannelCredentials; hash: Uint8Array }> {
  const owner = { mspId: 'Org1MSP', folder: join(dataDir, 'msp') }
  const { certificate, privateKey } = await issueTls(owner, { name: 'User1', use: 'client' })
  const tls = credentials.createSsl(await rootIn(dataDir), Buffer.from(privateKey), Buffer.from(certificate))
  return { tls, hash: createHash('sha256').update(new X509Certificate(certificate).raw).digest() }
}

test('applications connect over TLS to peers and orderer, each with its test network’s name', async () => {
  const peer = await testPeer({ ...served, tls: true, organisations: ['Org1MSP', 'Org2MSP'] })
  const { name } = await openFixture(peer, 'feature-node')
  expect(peer.state().services.tls).toBe('server')
  const root = await rootIn(peer.dataDir)
  const gateway = await application(peer, { tls: credentials.createSsl(root) })
  const contract = gateway.getNetwork(CHANNEL).getContract(name)
  await contract.submitTransaction('Put', 'a', '1')
  expect(Buffer.from(await contract.evaluateTransaction('Get', 'a')).toString()).toBe('1')
  const block = await firstOf(await gateway.getNetwork(CHANNEL).getBlockEvents({ startBlock: 0n }))
  expect(block?.getHeader()?.getNumber()).toBe(0)

  const { peers, orderer = '' } = peer.state().services
  const nodes = [
    [peers['Org1MSP'] ?? '', root, 'peer0.org1.example.com'],
    [peers['Org2MSP'] ?? '', await rootIn(peer.dataDir, 'msp/organisations/Org2MSP'), 'peer0.org2.example.com'],
    [orderer, await rootIn(peer.dataDir, 'orderer'), 'orderer.example.com'],
  ] as const
  for (const [address, ca, node] of nodes) {
    const { subject, subjectaltname } = await certificateAt(address, ca, node)
    expect(subject.CN).toBe(node)
    for (const host of ['DNS:localhost', 'IP Address:127.0.0.1']) expect(subjectaltname).toContain(host)
  }
})

/** What a server shows a client that trusts only this root and wants to reach that host. */
async function certificateAt(address: string, ca: Buffer, servername: string): Promise<PeerCertificate> {
  const port = Number(address.split(':')[1])
  const socket = connectTls({ host: '127.0.0.1', port, ca, servername, ALPNProtocols: ['h2'] })
  await once(socket, 'secureConnect')
  const certificate = socket.getPeerCertificate()
  socket.destroy()
  return certificate
}

test('with clientAuthRequired an application needs a certificate, and asks for blocks on its own connection', async () => {
  const peer = await testPeer({ ...served, tls: true, clientAuthRequired: true })
  const { name } = await openFixture(peer, 'feature-node')
  expect(peer.state().services.tls).toBe('mutual')
  const anonymous = await application(peer, { tls: credentials.createSsl(await rootIn(peer.dataDir)) })
  const evaluated = anonymous.getNetwork(CHANNEL).getContract(name).evaluateTransaction('Get', 'a')
  await expect(evaluated).rejects.toBeInstanceOf(GatewayError)
  await noticed(peer, 'CLIENT_TLS_REFUSED')

  const { tls, hash } = await withCertificate(peer.dataDir)
  const blockFrom = async (gateway: Gateway) =>
    firstOf(await gateway.getNetwork(CHANNEL).getBlockEvents({ startBlock: 0n }))
  const bound = await application(peer, { tls, tlsClientCertificateHash: hash })
  await bound.getNetwork(CHANNEL).getContract(name).submitTransaction('Put', 'a', '1')
  expect((await blockFrom(bound))?.getHeader()?.getNumber()).toBe(0)
  // What it signs doesn't name its certificate: somebody else could have sent it.
  await expect(blockFrom(await application(peer, { tls }))).rejects.toThrow('400')
})

test('with clientAuthRequired a certificate of a CA that no organisation has is refused', async () => {
  const peer = await testPeer({ ...served, tls: true, clientAuthRequired: true })
  const { name } = await openFixture(peer, 'feature-node')
  const other = await testPeer()
  const foreign = { mspId: 'Org1MSP', folder: join(other.dataDir, 'msp') }
  const { certificate, privateKey } = await issueTls(foreign, { name: 'User1', use: 'client' })
  const ask = async (key: string, shown: string) => {
    const tls = credentials.createSsl(await rootIn(peer.dataDir), Buffer.from(key), Buffer.from(shown))
    const contract = (await application(peer, { tls })).getNetwork(CHANNEL).getContract(name)
    return contract.submitTransaction('Put', 'a', '1').then(
      () => 'served',
      (error: unknown) => error,
    )
  }
  expect(await ask(privateKey, certificate)).toMatchObject({ code: status.UNAVAILABLE })
  await noticed(peer, 'CLIENT_TLS_REFUSED')
  const own = await issueTls({ ...foreign, folder: join(peer.dataDir, 'msp') }, { name: 'User1', use: 'client' })
  expect(await ask(own.privateKey, own.certificate)).toBe('served')
})

test('the root of an organisation outlives its peer', async () => {
  const dataDir = join(await tempFolder('data'), '.slipway')
  const first = await testPeer({ ...served, dataDir })
  const before = await rootIn(dataDir)
  await first.peer.close()
  await testPeer({ ...served, dataDir, tls: true })
  expect(await rootIn(dataDir)).toEqual(before)
})

test('who speaks TLS where only one side does is told', async () => {
  const plain = await testPeer({ ...served })
  const secured = await testPeer({ ...served, tls: true })
  const ask = async (gateway: Gateway) => {
    const contract = gateway.getNetwork(CHANNEL).getContract('qscc')
    await expect(contract.evaluateTransaction('GetChainInfo', CHANNEL)).rejects.toBeInstanceOf(GatewayError)
  }
  await ask(await application(plain, { tls: credentials.createSsl(await rootIn(plain.dataDir)) }))
  await noticed(plain, 'CLIENT_SPEAKS_TLS')
  await ask(await application(secured))
  await noticed(secured, 'CLIENT_WITHOUT_TLS')
  const port = plain.state().services.orderer?.split(':')[1]
  await once(get({ host: '127.0.0.1', port }), 'error')
  await noticed(plain, 'CLIENT_NOT_GRPC')
})
