import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PeerSettings } from '../../core/config/peer-config.ts'
import { CommitChaincodeDefinitionArgs } from '../../core/protos/lifecycle.ts'
import { GetStateMultipleResult, WriteRecord } from '../../core/protos/shim-requests.ts'
import { attachedPeer, nextTransaction, outcome, seed, textOf, type RawTransaction } from '../support/attached.ts'
import { fixture } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { RawChaincode } from '../support/raw-chaincode.ts'
import { requests } from '../support/requests.ts'
import { systemChaincode } from '../support/system-chaincode.ts'

const { PUT_STATE } = WriteRecord.Type

/** A chaincode that a test plays by hand, with these collections. */
async function withCollections(collections: object[], settings: Partial<PeerSettings> = {}) {
  const peer = await testPeer(settings)
  const folder = await fixture('javascript-shim', 'bare')
  await writeFile(join(folder, 'collections_config.json'), JSON.stringify(collections))
  await writeFile(join(folder, 'slipway.yaml'), `endorsementPolicy: "OR('Org1MSP.peer', 'Org2MSP.peer')"\n`)
  await peer.api.openChaincode({ folder, name: 'raw', version: '1.0', startedBy: 'you', watch: false })
  const chaincode = await RawChaincode.register(peer.address(), 'raw:1.0')
  const call = async (
    kind: 'submit' | 'evaluate',
    work: (transaction: RawTransaction) => Promise<unknown>,
    identity = 'User1@Org1MSP',
    more: { endorsers?: string[] } = {},
  ) => {
    const calling = outcome(peer.api[kind]({ chaincode: 'raw', function: 'x', args: [], identity, ...more }))
    const transaction = await nextTransaction(chaincode)
    await work(transaction)
    await transaction.complete()
    return calling
  }
  return { peer, call }
}

const put = (collection: string, key: string) => (transaction: RawTransaction) =>
  transaction.ask('WRITE_BATCH_STATE', requests.batch({ type: PUT_STATE, key, value: 'v', collection }))

test('private data that needs more peers than there are is not endorsed, until they are there', async () => {
  const policy = "OR('Org1MSP.member', 'Org2MSP.member')"
  const { peer, call } = await withCollections([{ name: 'shared', policy, requiredPeerCount: 1, maxPeerCount: 1 }])
  const height = peer.state().channels['mychannel']?.height
  for (const kind of ['submit', 'evaluate'] as const) {
    const refused = await (await call(kind, put('shared', 'k'))).error
    expect(refused?.code).toBe('PRIVATE_DATA_NOT_DISTRIBUTED')
    expect(refused?.parts.what).toContain(
      'could not build private data dissemination plan for chaincode raw and collection shared: required to disseminate to at least 1 peers, but know of only 0 eligible peers',
    )
  }
  expect(peer.state().channels['mychannel']?.height).toBe(height)
  await peer.api.addOrganisation({ mspId: 'Org2MSP' })
  expect(await (await call('evaluate', put('shared', 'k'))).code).toBe('none')
})

test('a key whose policy cannot be read is never written again', async () => {
  const { peer, attached, chaincode } = await attachedPeer()
  await seed(attached, chaincode, [['k', '1']])
  const setting = attached.submit('garbage')
  const transaction = await nextTransaction(chaincode)
  await transaction.ask('PUT_STATE_METADATA', requests.putMetadata('k', 'VALIDATION_PARAMETER', 'garbage'))
  await transaction.complete()
  expect(await setting.result).toMatchObject({ validationCode: 'VALID' })
  const height = peer.state().channels['mychannel']?.height
  for (const write of [
    (tx: RawTransaction) => tx.ask('PUT_STATE', requests.put('k', '2')),
    (tx: RawTransaction) => tx.ask('DEL_STATE', requests.get('k')),
    (tx: RawTransaction) => tx.ask('PUT_STATE_METADATA', requests.putMetadata('k', 'VALIDATION_PARAMETER', '')),
  ]) {
    const call = attached.submit('write')
    const writing = await nextTransaction(chaincode)
    await write(writing)
    await writing.complete()
    expect((await call.error)?.code).toBe('KEY_POLICY_MALFORMED')
  }
  expect(peer.state().channels['mychannel']?.height).toBe(height)
  const reading = attached.call('read')
  const read = await nextTransaction(chaincode)
  expect(textOf(await read.ask('GET_STATE', requests.get('k')))).toBe('1')
  await read.complete()
  expect(await reading.result).toMatchObject({ status: 200 })
})

test('a chaincode that is defined again while a call waits for its commit invalidates the call', async () => {
  const { peer, attached, chaincode } = await attachedPeer()
  const call = attached.submit('slow')
  const transaction = await nextTransaction(chaincode)
  await transaction.ask('PUT_STATE', requests.put('k', 'v'))
  const args = new CommitChaincodeDefinitionArgs()
  args.setName('raw')
  args.setVersion('1.0')
  args.setSequence(2)
  const lifecycle = systemChaincode(peer, '_lifecycle', 'mychannel')
  expect(await lifecycle.submit('DefineChaincode', args.serializeBinary())).toMatchObject({ validationCode: 'VALID' })
  await transaction.complete()
  expect(await call.result).toMatchObject({
    validationCode: 'MVCC_READ_CONFLICT',
    conflict: { namespace: '_lifecycle', key: 'namespaces/fields/raw/Sequence' },
  })
})

/** Fabric v3.1.5 core/ledger/kvledger/txmgmt/txmgr/query_executor.go, GetPrivateDataMultipleKeys and GetPrivateData. */
test('private data that this peer lacks is nothing to a read of many keys, which the commit then finds wrong', async () => {
  const collections = [{ name: 'theirs', policy: "OR('Org2MSP.member')", maxPeerCount: 0 }]
  const { call } = await withCollections(collections, { organisations: ['Org1MSP', 'Org2MSP'] })
  const written = await call('submit', put('theirs', 'k'), 'User1@Org2MSP')
  expect(await written.result).toMatchObject({ validationCode: 'VALID' })

  const readMany = async (transaction: RawTransaction) => {
    const answer = await transaction.ask('GET_STATE_MULTIPLE', requests.multiple(['k', 'never'], 'theirs'))
    const values = GetStateMultipleResult.deserializeBinary(answer.getPayload_asU8()).getValuesList_asU8()
    expect(values.map(({ length }) => length)).toEqual([0, 0])
  }
  // Unless told otherwise, a client has members of the collection endorse what reads it.
  const many = await call('submit', readMany, 'User1@Org1MSP', { endorsers: ['Org1MSP'] })
  const result = await many.result
  expect(result.validationCode).toBe('MVCC_READ_CONFLICT')
  expect(result.readWriteSet.namespaces[0]?.collections?.[0]?.reads).toEqual([
    { key: 'k', version: null },
    { key: 'never', version: null },
  ])
})
