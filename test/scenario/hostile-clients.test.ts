// @module-tag slow
import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { networkInterfaces } from 'node:os'
import { Client, credentials, status, type ServiceError } from '@grpc/grpc-js'
import { connect, GatewayError, signers, type Contract } from '@hyperledger/fabric-gateway'
import gatewayPb from '@hyperledger/fabric-protos/lib/gateway/gateway_pb.js'
import { expect, onTestFinished, test } from 'vitest'
import type { SigningIdentity } from '../../core/msp/identity.ts'
import { signingIdentity } from '../../core/msp/signing-identity.ts'
import { openAttached } from '../support/attached.ts'
import { makeCertificate } from '../support/certificates.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { RawChaincode } from '../support/raw-chaincode.ts'
import { application } from './application.ts'
import { openFixture } from './author.ts'

const CHANNEL = 'mychannel'
const served = { listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0' }
const STREAMS = 1000
const HANG_UPS = 10
const TOO_LARGE = 101 * 1024 * 1024

async function network(): Promise<{ peer: TestPeer; contract: Contract; name: string }> {
  const peer = await testPeer(served)
  const { name } = await openFixture(peer, 'feature-node', { watch: false })
  return { peer, name, contract: (await application(peer)).getNetwork(CHANNEL).getContract(name) }
}

/** A client without manners: it says what it likes, and hangs up when it likes. */
async function rawClient(peer: TestPeer): Promise<{ client: Client; identity: SigningIdentity }> {
  const client = new Client(peer.state().services.peers['Org1MSP'] ?? '', credentials.createInsecure())
  onTestFinished(() => client.close())
  const { certificate, privateKey } = await peer.api.exportIdentity({ identity: 'User1' })
  return { client, identity: signingIdentity('Org1MSP', certificate, privateKey) }
}

const bytes = (value: Uint8Array) => Buffer.from(value)

/** Resolves with the error that a call ends with; `started` gets the call, to hang up. `method`: of the Gateway, or a path. */
function refused(
  client: Client,
  method: string,
  request: Uint8Array,
  started: (call: { cancel(): void }) => void = () => undefined,
): Promise<ServiceError> {
  return new Promise((resolve, reject) => {
    const path = method.startsWith('/') ? method : `/gateway.Gateway/${method}`
    const call = client.makeUnaryRequest(path, bytes, bytes, bytes(request), (error) => {
      if (error === null) reject(new Error(`${method} was answered`))
      else resolve(error)
    })
    started(call)
  })
}

/** Resolves when a call has ended, however it did. */
function answered(...call: Parameters<typeof refused>): Promise<unknown> {
  return refused(...call).catch(() => undefined)
}

function commitStatusRequest(identity: SigningIdentity, txId: string): Uint8Array {
  const request = new gatewayPb.CommitStatusRequest()
  request.setChannelId(CHANNEL)
  request.setTransactionId(txId)
  request.setIdentity(identity.serialize())
  const signed = new gatewayPb.SignedCommitStatusRequest()
  signed.setRequest(request.serializeBinary())
  signed.setSignature(identity.sign(request.serializeBinary()))
  return signed.serializeBinary()
}

test('a client that never reads and one with a thousand streams take nothing from others', async () => {
  const { peer, contract } = await network()
  const hostile = (await application(peer)).getNetwork(CHANNEL)
  const unread = await hostile.getBlockEvents({ startBlock: 0n })
  onTestFinished(() => {
    // Whoever doesn't read hears of no end either, and Node takes that for an error that nobody handles.
    unread[Symbol.asyncIterator]()
      .next()
      .catch(() => undefined)
    unread.close()
  })
  const streams: Awaited<ReturnType<typeof hostile.getFilteredBlockEvents>>[] = []
  for (let i = 1; i < STREAMS; i++) streams.push(await hostile.getFilteredBlockEvents({ startBlock: 0n }))
  onTestFinished(() => {
    for (const stream of streams) stream.close()
  })
  await Promise.all(streams.map((stream) => stream[Symbol.asyncIterator]().next()))
  await contract.submitTransaction('Put', 'a', '1')
  expect(Buffer.from(await contract.evaluateTransaction('Get', 'a')).toString()).toBe('1')
})

test('a request of more than 100 MiB is refused, and the next one is served', async () => {
  const { peer, contract } = await network()
  const { client } = await rawClient(peer)
  expect(await refused(client, 'Evaluate', Buffer.alloc(TOO_LARGE))).toMatchObject({ code: status.RESOURCE_EXHAUSTED })
  await contract.submitTransaction('Put', 'a', '1')
})

test('who waits for a transaction that never comes is told when the peer stops', async () => {
  const { peer } = await network()
  const { client, identity } = await rawClient(peer)
  let wait: () => void = () => undefined
  const sent = new Promise<void>((resolve) => (wait = resolve))
  const waiting = refused(client, 'CommitStatus', commitStatusRequest(identity, 'f'.repeat(64)), () => wait())
  await sent
  // A call of the same client that is answered comes after it.
  await refused(client, 'Evaluate', new Uint8Array())
  await peer.peer.close()
  expect(await waiting).toMatchObject({ code: status.UNAVAILABLE })
})

test('a client that hangs up in the middle of a step leaves the chaincode to others', async () => {
  const peer = await testPeer(served)
  const attached = await openAttached(peer)
  const chaincode = await attached.register()
  const { client, identity } = await rawClient(peer)
  const contract = (await application(peer)).getNetwork(CHANNEL).getContract(attached.name)
  for (const Request of [gatewayPb.EvaluateRequest, gatewayPb.EndorseRequest]) {
    const proposal = gatewayPb.ProposedTransaction.deserializeBinary(
      contract.newProposal('slow').getBytes(),
    ).getProposal()
    proposal?.setSignature(identity.sign(proposal.getProposalBytes_asU8()))
    const request = new Request()
    request.setChannelId(CHANNEL)
    request.setProposedTransaction(proposal)
    let hangUp: () => void = () => undefined
    const method = Request === gatewayPb.EvaluateRequest ? 'Evaluate' : 'Endorse'
    const ended = refused(client, method, request.serializeBinary(), (call) => (hangUp = () => call.cancel()))
    await chaincode.receive('TRANSACTION')
    hangUp()
    expect(await ended).toMatchObject({ code: status.CANCELLED })
  }
  let hangUp: () => void = () => undefined
  const proposal = gatewayPb.ProposedTransaction.deserializeBinary(
    contract.newProposal('slow').getBytes(),
  ).getProposal()
  proposal?.setSignature(identity.sign(proposal.getProposalBytes_asU8()))
  const request = proposal?.serializeBinary() ?? new Uint8Array()
  const endorsing = refused(
    client,
    '/protos.Endorser/ProcessProposal',
    request,
    (call) => (hangUp = () => call.cancel()),
  )
  await chaincode.receive('TRANSACTION')
  hangUp()
  expect(await endorsing).toMatchObject({ code: status.CANCELLED })
  const waiting = refused(client, 'CommitStatus', commitStatusRequest(identity, 'e'.repeat(64)), (call) => {
    hangUp = () => call.cancel()
  })
  hangUp()
  expect(await waiting).toMatchObject({ code: status.CANCELLED })
  expect(await refused(client, 'Evaluate', new Uint8Array())).toMatchObject({ code: status.INVALID_ARGUMENT })
})

test('clients that hang up while they submit order what arrived once, and leave the rest to others', async () => {
  const { peer, contract } = await network()
  const { client } = await rawClient(peer)
  const before = peer.state().channels[CHANNEL]?.height ?? 0
  const sent = new Set<string>()
  for (let n = 0; n < HANG_UPS; n++) {
    const transaction = await contract.newProposal('Put', { arguments: [`left-${n}`, '1'] }).endorse()
    sent.add(transaction.getTransactionId())
    const prepared = gatewayPb.PreparedTransaction.deserializeBinary(transaction.getBytes())
    const request = new gatewayPb.SubmitRequest()
    request.setChannelId(CHANNEL)
    request.setTransactionId(transaction.getTransactionId())
    request.setPreparedTransaction(prepared.getEnvelope())
    // The first go at once, the others when the peer may have them already.
    let hangUp: () => void = () => undefined
    const ended = answered(client, 'Submit', request.serializeBinary(), (call) => (hangUp = () => call.cancel()))
    if (n % 2 === 1) await contract.evaluateTransaction('Get', 'a').catch(() => undefined)
    hangUp()
    await ended
  }
  await contract.submitTransaction('Put', 'after', '1')
  const height = peer.state().channels[CHANNEL]?.height ?? 0
  const ordered: string[] = []
  for (let number = before; number < height; number++) {
    const block = await peer.api.readBlock({ channel: CHANNEL, number })
    for (const { txId, validationCode } of block?.transactions ?? []) {
      expect(validationCode).toBe('VALID')
      if (sent.has(txId)) ordered.push(txId)
    }
  }
  expect(new Set(ordered).size).toBe(ordered.length)
})

test('clients that hang up on the orderer, before and after they send, order what arrived once', async () => {
  const { peer, contract } = await network()
  const before = peer.state().channels[CHANNEL]?.height ?? 0
  const sent = new Set<string>()
  for (let n = 0; n < HANG_UPS; n++) {
    const orderer = new Client(peer.state().services.orderer ?? '', credentials.createInsecure())
    const call = orderer.makeBidiStreamRequest('/orderer.AtomicBroadcast/Broadcast', bytes, bytes)
    call.on('error', () => undefined)
    const ended = new Promise((resolve) => call.once('status', resolve))
    call.resume()
    if (n % 2 === 1) {
      const transaction = await contract.newProposal('Put', { arguments: [`broadcast-${n}`, '1'] }).endorse()
      sent.add(transaction.getTransactionId())
      const prepared = gatewayPb.PreparedTransaction.deserializeBinary(transaction.getBytes())
      call.write(prepared.getEnvelope()?.serializeBinary() ?? new Uint8Array())
    }
    call.cancel()
    await ended
    orderer.close()
  }
  await contract.submitTransaction('Put', 'after', '1')
  const height = peer.state().channels[CHANNEL]?.height ?? 0
  const ordered: string[] = []
  for (let number = before; number < height; number++) {
    const block = await peer.api.readBlock({ channel: CHANNEL, number })
    for (const { txId } of block?.transactions ?? []) if (sent.has(txId)) ordered.push(txId)
  }
  expect(new Set(ordered).size).toBe(ordered.length)
})

test('listeners that hang up, waiting or in the middle of what they get, take nothing from one that stays', async () => {
  const { peer, contract, name } = await network()
  for (let n = 0; n < HANG_UPS; n++) await contract.submitTransaction('Announce', `before-${n}`, '1')
  const startBlock = BigInt(peer.state().channels[CHANNEL]?.height ?? 0)
  const staying = await (await application(peer)).getNetwork(CHANNEL).getChaincodeEvents(name, { startBlock })
  onTestFinished(() => staying.close())
  const gone = (await application(peer)).getNetwork(CHANNEL)
  for (let n = 0; n < HANG_UPS; n++) {
    const [waiting, reading, blocks] = [
      await gone.getChaincodeEvents(name),
      await gone.getChaincodeEvents(name, { startBlock: 0n }),
      await gone.getBlockEvents({ startBlock: 0n }),
    ]
    // Nobody else would handle its end.
    waiting[Symbol.asyncIterator]()
      .next()
      .catch(() => undefined)
    await reading[Symbol.asyncIterator]().next()
    await blocks[Symbol.asyncIterator]().next()
    for (const stream of [waiting, reading, blocks]) stream.close()
    await contract.submitTransaction('Announce', `after-${n}`, '1')
  }
  const heard: string[] = []
  for await (const { eventName } of staying) if (heard.push(eventName) === HANG_UPS) break
  expect(heard).toEqual(Array.from({ length: HANG_UPS }, (_, n) => `after-${n}`))
})

test('the same transaction again is a duplicate, and its first outcome stays', async () => {
  const { contract, peer } = await network()
  const transaction = await contract.newProposal('Put', { arguments: ['a', '1'] }).endorse()
  const first = await (await transaction.submit()).getStatus()
  const height = peer.state().channels[CHANNEL]?.height ?? 0
  const again = await transaction.submit()
  await peer.eventually('its block', ({ channels }) => (channels[CHANNEL]?.height ?? 0) > height)
  expect(await again.getStatus()).toEqual(first)
  const block = await peer.api.readBlock({ channel: CHANNEL, number: height })
  expect(block?.transactions.map(({ validationCode }) => validationCode)).toEqual(['DUPLICATE_TXID'])
})

test('an identity whose certificate has expired is refused', async () => {
  const { peer, name } = await network()
  const ca = await makeCertificate({ subject: 'O=Elsewhere, CN=ca', isCA: true })
  const day = 86_400_000
  const expired = await makeCertificate({
    subject: 'O=Elsewhere, OU=client, CN=late',
    issuer: ca,
    notBefore: new Date(Date.now() - 3 * day),
    notAfter: new Date(Date.now() - day),
  })
  await peer.api.importIdentity({ name: 'late', ...expired, caCertificates: ca.certificate })
  const client = new Client(peer.state().services.peers['Org1MSP'] ?? '', credentials.createInsecure())
  onTestFinished(() => client.close())
  const gateway = connect({
    client,
    identity: { mspId: 'Org1MSP', credentials: Buffer.from(expired.certificate) },
    signer: signers.newPrivateKeySigner(createPrivateKey(expired.privateKey)),
  })
  onTestFinished(() => gateway.close())
  const evaluated = gateway.getNetwork(CHANNEL).getContract(name).evaluateTransaction('Get', 'a')
  const error: unknown = await evaluated.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(GatewayError)
  expect(error).toMatchObject({ code: status.FAILED_PRECONDITION })
})

test('nothing is served beyond loopback, and a chaincode at a client’s port is sent to its own', async () => {
  const peer = await testPeer(served)
  const { peers, orderer = '' } = peer.state().services
  const outside = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)
  for (const address of [...Object.values(peers), orderer]) {
    expect(address).toMatch(/^127\.0\.0\.1:/)
    if (outside === undefined) continue
    const socket = connectTcp(Number(address.split(':')[1]), outside.address)
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNREFUSED')
  }
  const registering = RawChaincode.register(peers['Org1MSP'] ?? '', 'raw:1.0')
  await expect(registering).rejects.toThrow()
  const notice = await peer.eventually('it is told', ({ notices }) =>
    notices.find(({ error }) => error.code === 'CHAINCODE_ON_CLIENT_PORT'),
  )
  expect(notice.error.details).toMatchObject({ chaincodeAddress: peer.address() })
})
