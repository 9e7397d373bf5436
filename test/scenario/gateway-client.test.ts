// @module-tag slow
import { join } from 'node:path'
import {
  checkpointers,
  EndorseError,
  GatewayError,
  signers,
  type ChaincodeEvent,
  type CloseableAsyncIterable,
} from '@hyperledger/fabric-gateway'
import { expect, onTestFinished, test } from 'vitest'
import type { CallRecord } from '../../core/contract/call.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { application, identityIn } from './application.ts'
import { openFixture } from './author.ts'

const CHANNEL = 'mychannel'
const served = { listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0' }

/** A peer with a chaincode that is ready. */
async function network(settings: Parameters<typeof testPeer>[0] = {}): Promise<{ peer: TestPeer; name: string }> {
  const peer = await testPeer({ ...served, ...settings })
  const { name } = await openFixture(peer, 'feature-node')
  return { peer, name }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}

/** The newest call on the author's list, once there are so many. */
async function newest(peer: TestPeer, count: number): Promise<CallRecord> {
  await peer.eventually(`${count} calls`, ({ calls }) => calls.count >= count)
  const [call] = await peer.api.readCalls({ limit: 1 })
  if (call === undefined) throw new Error('no call is recorded')
  return call
}

test('an application evaluates and submits, and its author sees the calls', async () => {
  const { peer, name } = await network()
  const contract = (await application(peer)).getNetwork(CHANNEL).getContract(name)
  expect(text(await contract.submitTransaction('Put', 'a', '1'))).toBe('ok')
  expect(text(await contract.evaluateTransaction('Get', 'a'))).toBe('1')

  const [evaluated, submitted] = await peer.api.readCalls({ limit: 2 })
  expect(evaluated).toMatchObject({ kind: 'evaluate', request: { function: 'Get', args: ['a'] } })
  expect(submitted).toMatchObject({
    kind: 'submit',
    identity: 'User1@Org1MSP',
    client: { service: 'gateway.Gateway', address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string },
    request: { chaincode: name, function: 'Put', args: ['a', '1'] },
    outcome: { state: 'done', result: { validationCode: 'VALID', endorsers: ['Org1MSP'] } },
  })

  // A client without the Gateway's own steps: endorsed and submitted in its own time.
  const commit = await contract.submitAsync('Put', { arguments: ['b', '2'] })
  expect(text(commit.getResult())).toBe('ok')
  expect(await commit.getStatus()).toMatchObject({ successful: true, transactionId: commit.getTransactionId() })
  expect(await newest(peer, 3)).toMatchObject({
    kind: 'submit',
    outcome: { result: { txId: commit.getTransactionId() } },
  })
})

test('an application signs offline', async () => {
  const { peer, name } = await network()
  const { key } = await identityIn(join(peer.dataDir, 'msp'), 'User1')
  const sign = signers.newPrivateKeySigner(key)
  const gateway = await application(peer, { offline: true })
  const contract = gateway.getNetwork(CHANNEL).getContract(name)
  const unsigned = contract.newProposal('Put', { arguments: ['a', '1'] })
  const proposal = gateway.newSignedProposal(unsigned.getBytes(), await sign(unsigned.getDigest()))
  const transaction = await proposal.endorse()
  const signedTransaction = gateway.newSignedTransaction(transaction.getBytes(), await sign(transaction.getDigest()))
  const submitted = await signedTransaction.submit()
  const commit = gateway.newSignedCommit(submitted.getBytes(), await sign(submitted.getDigest()))
  expect((await commit.getStatus()).successful).toBe(true)
})

test('an application is told what the chaincode refused, and what a newer block changed', async () => {
  const { peer, name } = await network()
  const contract = (await application(peer)).getNetwork(CHANNEL).getContract(name)
  const refused = await contract.submitTransaction('Nope').catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(EndorseError)
  expect((refused as EndorseError).details).toEqual([
    {
      address: peer.state().services.peers['Org1MSP'],
      mspId: 'Org1MSP',
      message: expect.stringMatching(/^chaincode response 500, /) as string,
    },
  ])
  await expect(contract.evaluateTransaction('Nope')).rejects.toBeInstanceOf(GatewayError)

  // Endorsed against an older height: what it has read is another thing by now.
  const stale = await contract.newProposal('Walk', { arguments: ['range', 'a', 'z', ''] }).endorse()
  await contract.submitTransaction('Put', 'm', '1')
  const status = await (await stale.submit()).getStatus()
  expect(status.successful).toBe(false)
  const call = await peer.api.findCall({ txId: status.transactionId })
  expect(call?.outcome).toMatchObject({
    result: { validationCode: 'PHANTOM_READ_CONFLICT', conflict: { namespace: name, key: 'm' } },
  })
})

test('an application listens to chaincode events, and resumes where its checkpoint is', async () => {
  const { peer, name } = await network()
  const network1 = (await application(peer)).getNetwork(CHANNEL)
  const contract = network1.getContract(name)
  const checkpointer = checkpointers.inMemory()
  await contract.submitTransaction('Announce', 'first', '1')

  const seen = async (events: CloseableAsyncIterable<ChaincodeEvent>, count: number) => {
    const names: string[] = []
    for await (const event of events) {
      names.push(`${event.eventName}=${text(event.payload)}`)
      await checkpointer.checkpointChaincodeEvent(event)
      if (names.length === count) break
    }
    events.close()
    return names
  }
  expect(await seen(await network1.getChaincodeEvents(name, { startBlock: 0n }), 1)).toEqual(['first=1'])
  await contract.submitTransaction('Announce', 'second', '2')
  await contract.submitTransaction('Announce', 'third', '3')
  const resumed = await network1.getChaincodeEvents(name, { checkpoint: checkpointer })
  expect(await seen(resumed, 2)).toEqual(['second=2', 'third=3'])
})

test('an application listens to blocks in three forms', async () => {
  const { peer, name } = await network()
  const network1 = (await application(peer)).getNetwork(CHANNEL)
  await network1.getContract(name).submitTransaction('Announce', 'told', 'secret')
  const last = (peer.state().channels[CHANNEL]?.height ?? 0) - 1
  const first = async <T>(events: CloseableAsyncIterable<T>): Promise<T> => {
    onTestFinished(() => events.close())
    for await (const event of events) return event
    throw new Error('the stream ended')
  }
  const from = { startBlock: BigInt(last) }
  expect((await first(await network1.getBlockEvents(from))).getHeader()?.getNumber()).toBe(last)
  const filtered = (await first(await network1.getFilteredBlockEvents(from))).toObject()
  expect(filtered).toMatchObject({
    channelId: CHANNEL,
    number: last,
    filteredTransactionsList: [
      { transactionActions: { chaincodeActionsList: [{ chaincodeEvent: { eventName: 'told', payload: '' } }] } },
    ],
  })
  const withPrivate = await first(await network1.getBlockAndPrivateDataEvents(from))
  expect(withPrivate.getBlock()?.getHeader()?.getNumber()).toBe(last)
})

test('two organisations endorse for an application, each by its own peer', async () => {
  const { peer, name } = await network({ organisations: ['Org1MSP', 'Org2MSP'] })
  const { peers } = peer.state().services
  expect(Object.keys(peers)).toEqual(['Org1MSP', 'Org2MSP'])
  const contract = (await application(peer, { mspId: 'Org2MSP' })).getNetwork(CHANNEL).getContract(name)
  const endorsing = { endorsingOrganizations: ['Org1MSP', 'Org2MSP'] }
  await contract.submit('Put', { arguments: ['a', '1'], ...endorsing })
  expect(await newest(peer, 1)).toMatchObject({
    identity: 'User1@Org2MSP',
    outcome: { result: { endorsers: ['Org1MSP', 'Org2MSP'], validationCode: 'VALID' } },
  })
  await contract.submit('PutPrivate', { arguments: ['shared', 'k'], transientData: { value: Buffer.from('v') } })
  expect(text(await contract.evaluateTransaction('GetPrivate', 'shared', 'k'))).toBe('v')
  expect((await newest(peer, 3)).client).toBeDefined()

  await peer.api.addOrganisation({ mspId: 'Org3MSP' })
  await peer.eventually('a peer of the new organisation', ({ services }) => services.peers['Org3MSP'] !== undefined)
})
