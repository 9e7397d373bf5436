import { describe, expect, test } from 'vitest'
import { KeyModification, QueryResponse, QueryResponseMetadata } from '../../core/protos/index.ts'
import { attachedPeer, nextTransaction, seed, stillServes, textOf, typeOf } from '../support/attached.ts'
import { requests } from '../support/requests.ts'

describe('iterators', () => {
  const batches: [total: number, sizes: number[]][] = [
    [0, [0]],
    [1, [1]],
    [99, [99]],
    [100, [100]],
    [101, [100, 1]],
    [200, [100, 100]],
  ]
  test.each(batches)('%i results come in batches of %j', async (total, sizes) => {
    const { attached, chaincode } = await attachedPeer()
    await seed(
      attached,
      chaincode,
      Array.from({ length: total }, (_, i) => [`r${String(i).padStart(3, '0')}`, 'v']),
    )
    const call = attached.call('range')
    const transaction = await nextTransaction(chaincode)
    const seen: number[] = []
    let answer = QueryResponse.deserializeBinary(
      (await transaction.ask('GET_STATE_BY_RANGE', requests.range('', ''))).getPayload_asU8(),
    )
    const id = answer.getId()
    // Recorded: even an empty range has an id, and its CLOSE is answered.
    expect(id).not.toBe('')
    for (;;) {
      seen.push(answer.getResultsList().length)
      expect(answer.getId()).toBe(id)
      if (!answer.getHasMore()) break
      answer = QueryResponse.deserializeBinary(
        (await transaction.ask('QUERY_STATE_NEXT', requests.query(id))).getPayload_asU8(),
      )
    }
    expect(seen).toEqual(sizes)
    expect(typeOf(await transaction.ask('QUERY_STATE_CLOSE', requests.query(id)))).toBe('RESPONSE')
    await transaction.complete()
    expect(await call.result).toMatchObject({ status: 200 })
  })

  test('NEXT of an unknown one is refused, CLOSE of it is answered like any other', async () => {
    const { attached, chaincode } = await attachedPeer()
    const call = attached.call('unknown')
    const transaction = await nextTransaction(chaincode)
    const next = await transaction.ask('QUERY_STATE_NEXT', requests.query('nosuch'))
    expect(textOf(next)).toBe(
      `QUERY_STATE_NEXT failed: transaction ID: ${transaction.message.getTxid()}: query iterator not found`,
    )
    const close = await transaction.ask('QUERY_STATE_CLOSE', requests.query('nosuch'))
    expect(QueryResponse.deserializeBinary(close.getPayload_asU8()).toObject()).toMatchObject({
      id: 'nosuch',
      hasMore: false,
      resultsList: [],
    })
    await transaction.complete()
    expect(await call.result).toMatchObject({ status: 200 })
  })

  test('one of another transaction is unknown, and one left open is closed with its transaction', async () => {
    const { attached, chaincode } = await attachedPeer()
    await seed(
      attached,
      chaincode,
      Array.from({ length: 150 }, (_, i) => [`r${String(i).padStart(3, '0')}`, 'v']),
    )
    const first = attached.call('open')
    const opening = await nextTransaction(chaincode)
    const opened = await opening.ask('GET_STATE_BY_RANGE', requests.range('', ''))
    const id = QueryResponse.deserializeBinary(opened.getPayload_asU8()).getId()
    const second = attached.call('steal')
    const stealing = await nextTransaction(chaincode)
    expect(textOf(await stealing.ask('QUERY_STATE_NEXT', requests.query(id)))).toMatch(/query iterator not found$/)
    await stealing.complete()
    await opening.complete()
    await Promise.all([first.result, second.result])
    expect(textOf(await opening.ask('QUERY_STATE_NEXT', requests.query(id)))).toMatch(/no ledger context$/)
  })

  test('the limit of all queries ends each of them without an error, and cuts a page', async () => {
    const { attached, chaincode } = await attachedPeer({ ledger: { state: { totalQueryLimit: 120 } } })
    const keys = Array.from({ length: 130 }, (_, i) => `r${String(i).padStart(3, '0')}`)
    await seed(
      attached,
      chaincode,
      keys.map((key) => [key, '{}']),
    )
    const call = attached.call('limited')
    const transaction = await nextTransaction(chaincode)
    const ask = async (...[type, payload]: Parameters<typeof transaction.ask>) => {
      const answer = QueryResponse.deserializeBinary((await transaction.ask(type, payload)).getPayload_asU8())
      return { id: answer.getId(), more: answer.getHasMore(), count: answer.getResultsList().length, answer }
    }
    for (const [type, payload] of [
      ['GET_STATE_BY_RANGE', requests.range('', '')],
      ['GET_QUERY_RESULT', requests.richQuery('{"selector":{}}')],
    ] as const) {
      const first = await ask(type, payload)
      expect(first).toMatchObject({ more: true, count: 100 })
      expect(await ask('QUERY_STATE_NEXT', requests.query(first.id))).toMatchObject({ more: false, count: 20 })
    }
    const page = await ask('GET_STATE_BY_RANGE', requests.range('', '', { size: 125 }))
    expect(page).toMatchObject({ more: false, count: 120 })
    const about = QueryResponseMetadata.deserializeBinary(page.answer.getMetadata_asU8())
    expect(about.toObject()).toEqual({ fetchedRecordsCount: 120, bookmark: keys[120] })
    await transaction.complete()
    expect(await call.result).toMatchObject({ status: 200 })
  })

  test('a COMPLETED that overtakes its own range ends the transaction all the same', async () => {
    const { attached, chaincode } = await attachedPeer()
    await seed(attached, chaincode, [['k', 'v']])
    const call = attached.call('overtake')
    const transaction = await nextTransaction(chaincode)
    await Promise.all([transaction.send('GET_STATE_BY_RANGE', requests.range('', '')), transaction.complete('done')])
    expect(await call.result).toMatchObject({ payload: 'done' })
    await chaincode.receive()
    await stillServes(attached, chaincode)
  })

  test('history is newest first, deletes included', async () => {
    const { attached, chaincode } = await attachedPeer()
    await seed(attached, chaincode, [['k', '1']])
    await seed(attached, chaincode, [['k', '2']])
    const deleting = attached.submit('delete')
    const deletion = await nextTransaction(chaincode)
    await deletion.ask('DEL_STATE', requests.get('k'))
    await deletion.complete()
    const { txId } = await deleting.result
    const call = attached.call('history')
    const transaction = await nextTransaction(chaincode)
    const answer = await transaction.ask('GET_HISTORY_FOR_KEY', requests.history('k'))
    const history = QueryResponse.deserializeBinary(answer.getPayload_asU8())
    const changes = history
      .getResultsList()
      .map((result) => KeyModification.deserializeBinary(result.getResultbytes_asU8()))
      .map((change) => [Buffer.from(change.getValue_asU8()).toString(), change.getIsDelete()])
    // Recorded: go-history.
    expect(changes).toEqual([
      ['', true],
      ['2', false],
      ['1', false],
    ])
    const [newest] = history.getResultsList()
    expect(KeyModification.deserializeBinary(newest?.getResultbytes_asU8() ?? new Uint8Array()).getTxId()).toBe(txId)
    expect(history.getHasMore()).toBe(false)
    const nothing = await transaction.ask('GET_HISTORY_FOR_KEY', requests.history('unknown'))
    expect(QueryResponse.deserializeBinary(nothing.getPayload_asU8()).getResultsList()).toEqual([])
    await transaction.complete()
    expect(await call.result).toMatchObject({ status: 200 })
  })
})
