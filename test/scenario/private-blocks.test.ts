import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Gateway } from '@hyperledger/fabric-gateway'
import rwset from '@hyperledger/fabric-protos/lib/ledger/rwset/kvrwset/kv_rwset_pb.js'
import { expect, test } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { application } from './application.ts'
import { openFolder } from './author.ts'

const CHANNEL = 'mychannel'

/** What a client gets of a block's private data: `collection/key=value`, in order, by the number of the transaction. */
async function privateDataIn(gateway: Gateway, block: number): Promise<Record<number, string[]>> {
  const events = await gateway.getNetwork(CHANNEL).getBlockAndPrivateDataEvents({ startBlock: BigInt(block) })
  for await (const event of events) {
    events.close()
    const shown: Record<number, string[]> = {}
    event.getPrivateDataMapMap().forEach((set, tx) => {
      shown[tx] = set.getNsPvtRwsetList().flatMap((ns) =>
        ns.getCollectionPvtRwsetList().flatMap((collection) =>
          rwset.KVRWSet.deserializeBinary(collection.getRwset_asU8())
            .getWritesList()
            .map((write) => {
              const value = write.getIsDelete() ? 'deleted' : Buffer.from(write.getValue_asU8()).toString()
              return `${collection.getCollectionName()}/${write.getKey()}=${value}`
            }),
        ),
      )
    })
    return shown
  }
  throw new Error('the stream ended')
}

test('a client gets a block’s private data of its organisation’s collections, until it expires or is purged', async () => {
  const peer = await testPeer({
    listenAddress: '127.0.0.1:0',
    ordererListenAddress: '127.0.0.1:0',
    organisations: ['Org1MSP', 'Org2MSP'],
  })
  const folder = await fixture('feature-node', 'installed')
  await writeFile(join(folder, 'slipway.yaml'), `name: feature\nendorsementPolicy: "OR('Org1MSP.peer')"\n`)
  const { name, build } = await openFolder(peer, { folder, watch: false })
  await build(1, 'serving')
  const first = await application(peer)
  const second = await application(peer, { mspId: 'Org2MSP' })
  const contract = first.getNetwork(CHANNEL).getContract(name)
  const height = () => peer.state().channels[CHANNEL]?.height ?? 0
  /** Resolves with the number of the block. */
  const put = async (collection: string, key: string) => {
    const transientData = { value: Buffer.from(`${key}'s`) }
    await contract.submit('PutPrivate', {
      arguments: [collection, key],
      transientData,
      endorsingOrganizations: ['Org1MSP'],
    })
    return height() - 1
  }

  const shared = await put('shared', 'a')
  const own = await put('own', 'b')
  expect(await privateDataIn(first, shared)).toEqual({ 0: ["shared/a=a's"] })
  expect(await privateDataIn(second, shared)).toEqual({ 0: ["shared/a=a's"] })
  expect(await privateDataIn(first, own)).toEqual({ 0: ["own/b=b's"] })
  expect(await privateDataIn(second, own)).toEqual({})

  // It lives for two blocks, and is gone with the third.
  const open = await put('open', 'c')
  await put('shared', 'd')
  await put('shared', 'e')
  expect(await privateDataIn(first, open)).toEqual({ 0: ["open/c=c's"] })
  await contract.submit('PurgePrivate', { arguments: ['shared', 'a'], endorsingOrganizations: ['Org1MSP'] })
  expect(await privateDataIn(first, open)).toEqual({})
  // Nothing is left of a purged key but that its transaction wrote in the collection.
  expect(await privateDataIn(first, shared)).toEqual({ 0: [] })
  expect(await privateDataIn(first, height() - 1)).toEqual({ 0: [] })
})
