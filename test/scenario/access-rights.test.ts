// @module-tag slow
import { status } from '@grpc/grpc-js'
import { GatewayError, type Gateway } from '@hyperledger/fabric-gateway'
import { expect, test } from 'vitest'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { application } from './application.ts'
import { openFixture } from './author.ts'

const CHANNEL = 'mychannel'
const served = { listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0' }

/** A peer with a chaincode, and applications of a client and of a node, which is no writer of a channel. */
async function network(acls?: boolean): Promise<{ peer: TestPeer; name: string; client: Gateway; node: Gateway }> {
  const peer = await testPeer(acls === undefined ? served : { ...served, acls })
  const { name } = await openFixture(peer, 'feature-node', { watch: false })
  await peer.api.issueIdentity({ name: 'node', role: 'peer' })
  return { peer, name, client: await application(peer), node: await application(peer, { user: 'node' }) }
}

/** What is asked of a client that only an administrator may do. */
function installed(gateway: Gateway): Promise<Uint8Array> {
  return gateway
    .getNetwork(CHANNEL)
    .getContract('_lifecycle')
    .evaluate('QueryInstalledChaincodes', { arguments: [''] })
}

async function refused(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(GatewayError)
  return error
}

test('who is no writer of the channel, or no administrator of the peer, is refused what takes that', async () => {
  const { name, client, node } = await network()
  const contract = node.getNetwork(CHANNEL).getContract(name)
  const precondition = { code: status.FAILED_PRECONDITION }
  expect(await refused(contract.evaluateTransaction('Get', 'a'))).toMatchObject(precondition)
  expect(await refused(contract.submitTransaction('Put', 'a', '1'))).toMatchObject({ code: status.ABORTED })
  await client.getNetwork(CHANNEL).getContract(name).submitTransaction('Put', 'a', '1')
  expect(await refused(installed(client))).toMatchObject({ code: status.UNKNOWN })
})

test('with acls: false every member of an organisation is served', async () => {
  const { name, client, node } = await network(false)
  const contract = node.getNetwork(CHANNEL).getContract(name)
  await contract.submitTransaction('Put', 'a', '1')
  expect(Buffer.from(await contract.evaluateTransaction('Get', 'a')).toString()).toBe('1')
  await installed(client)
})
