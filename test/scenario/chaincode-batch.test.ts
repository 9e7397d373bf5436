import { describe, expect, test } from 'vitest'
import { StateMetadataResult } from '../../core/protos/index.ts'
import { GetStateMultipleResult, WriteRecord } from '../../core/protos/shim-requests.ts'
import { attachedPeer, nextTransaction, seed, stillServes, textOf, typeOf } from '../support/attached.ts'
import { requests } from '../support/requests.ts'

const { PUT_STATE, DEL_STATE, PUT_STATE_METADATA, PURGE_PRIVATE_DATA } = WriteRecord.Type

describe('WRITE_BATCH_STATE', () => {
  test('writes its records in order, as the single requests would', async () => {
    const { peer, attached, chaincode } = await attachedPeer()
    await seed(attached, chaincode, [['old', 'v']])
    const call = attached.submit('batch')
    const transaction = await nextTransaction(chaincode)
    const answer = await transaction.ask(
      'WRITE_BATCH_STATE',
      requests.batch(
        { type: PUT_STATE, key: 'a', value: '1' },
        { type: PUT_STATE, key: 'b', value: '1' },
        { type: DEL_STATE, key: 'b' },
        { type: PUT_STATE, key: 'a', value: '2' },
        { type: DEL_STATE, key: 'old' },
        { type: PUT_STATE_METADATA, key: 'a', metadata: ['VALIDATION_PARAMETER', 'policy'] },
      ),
    )
    expect([typeOf(answer), answer.getPayload_asU8().length]).toEqual(['RESPONSE', 0])
    await transaction.complete()
    expect(await call.result).toMatchObject({ validationCode: 'VALID' })
    const { entries } = await peer.api.readState({ channel: 'mychannel', namespace: 'raw', limit: 10 })
    expect(entries.map(({ key, text }) => [key, text])).toEqual([['a', '2']])
    const reading = attached.call('metadata')
    const after = await nextTransaction(chaincode)
    const metadata = await after.ask('GET_STATE_METADATA', requests.get('a'))
    const [entry] = StateMetadataResult.deserializeBinary(metadata.getPayload_asU8()).getEntriesList()
    expect([entry?.getMetakey(), entry?.getValue_asB64()]).toEqual(['VALIDATION_PARAMETER', btoa('policy')])
    await after.complete()
    await reading.result
  })

  test('ends at the first record that fails, and what came before it stays', async () => {
    const { peer, attached, chaincode } = await attachedPeer()
    const call = attached.submit('batch')
    const transaction = await nextTransaction(chaincode)
    const txId = transaction.message.getTxid()
    const refused = async (type: number) =>
      textOf(
        await transaction.ask(
          'WRITE_BATCH_STATE',
          requests.batch(
            { type: PUT_STATE, key: `before ${type}`, value: '1' },
            { type, key: 'k', value: 'v' },
            { type: PUT_STATE, key: `after ${type}`, value: '1' },
          ),
        ),
      )
    const failed = `WRITE_BATCH_STATE failed: transaction ID: ${txId}: `
    // Fabric core/chaincode/handler.go, HandleWriteBatch.
    for (const unknown of [0, 8, 99]) expect(await refused(unknown)).toBe(`${failed}unknown operation type`)
    expect(await refused(PURGE_PRIVATE_DATA)).toBe(`${failed}only applicable for private data`)
    await transaction.complete()
    const result = await call.result
    expect(result).toMatchObject({ validationCode: 'VALID' })
    // A shim sends them in any order.
    expect(result.hints.map(({ name }) => name)).toEqual(Array.from({ length: 4 }, () => 'batch-order'))
    const { entries } = await peer.api.readState({ channel: 'mychannel', namespace: 'raw', limit: 10 })
    expect(entries.map(({ key }) => key)).toEqual(['before 0', 'before 23', 'before 8', 'before 99'])
  })

  test('of nothing is answered, and one that cannot be read is refused', async () => {
    const { attached, chaincode } = await attachedPeer()
    const call = attached.submit('batch')
    const transaction = await nextTransaction(chaincode)
    expect(typeOf(await transaction.ask('WRITE_BATCH_STATE', requests.batch()))).toBe('RESPONSE')
    const unreadable = await transaction.ask('WRITE_BATCH_STATE', Buffer.from([0x0a, 0x03, 0x0a, 0x02, 0xff]))
    expect(textOf(unreadable)).toMatch(/: unmarshal failed: proto: cannot parse invalid wire-format data$/)
    await transaction.complete()
    expect(await call.result).toMatchObject({ status: 200 })
    await stillServes(attached, chaincode)
  })
})

describe('GET_STATE_MULTIPLE', () => {
  test('answers each key in its place, and reads them as single requests do', async () => {
    const { attached, chaincode } = await attachedPeer()
    await seed(attached, chaincode, [
      ['a', '1'],
      ['b', '2'],
    ])
    const call = attached.call('multiple')
    const transaction = await nextTransaction(chaincode)
    await transaction.ask('PUT_STATE', requests.put('a', 'own write'))
    const answer = await transaction.ask('GET_STATE_MULTIPLE', requests.multiple(['b', 'nope', 'a', '', 'b']))
    const values = GetStateMultipleResult.deserializeBinary(answer.getPayload_asU8()).getValuesList_asU8()
    expect(values.map((value) => Buffer.from(value).toString())).toEqual(['2', '', '1', '', '2'])
    const none = await transaction.ask('GET_STATE_MULTIPLE', requests.multiple([]))
    expect([typeOf(none), none.getPayload_asU8().length]).toEqual(['RESPONSE', 0])
    const hidden = await transaction.ask('GET_STATE_MULTIPLE', requests.multiple([], 'nosuch'))
    expect(textOf(hidden)).toMatch(/: collection mychannel\/raw\/nosuch could not be found$/)
    await transaction.complete()
    const { readWriteSet } = await call.result
    expect(readWriteSet.namespaces[0]?.reads.map(({ key }) => key)).toEqual(['', 'a', 'b', 'nope'])
  })
})
