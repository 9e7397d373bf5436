// @module-tag slow
import { describe, expect, test } from 'vitest'
import { QueryResponse, QueryResponseMetadata } from '../../core/protos/index.ts'
import { WriteRecord } from '../../core/protos/shim-requests.ts'
import { attachedPeer, nextTransaction, openAttached, seed, stillServes, textOf, typeOf } from '../support/attached.ts'
import type { MessageType, RawChaincode } from '../support/raw-chaincode.ts'
import { requests } from '../support/requests.ts'

const MIB = 1024 * 1024
/** Each 100 keys of a range come in an answer of their own. */
const KEYS: [string, string][] = Array.from({ length: 150 }, (_, i) => [`r${String(i).padStart(3, '0')}`, `v${i}`])

/** A transaction of one attached chaincode, and what it has asked. */
async function transaction(kind: 'call' | 'submit', before: [string, string][] = []) {
  const { peer, attached, chaincode } = await attachedPeer()
  if (before.length > 0) await seed(attached, chaincode, before)
  const call = attached[kind]('bad input')
  return { peer, attached, chaincode, call, tx: await nextTransaction(chaincode) }
}

/** A protobuf message with one field of bytes, whatever the field's type is. */
function field(number: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.of((number << 3) | 2, bytes.length), bytes])
}

describe('keys', () => {
  test.each([
    ['empty', ''],
    ['beginning with U+0000', '\u0000abc'],
    ['U+10FFFF', '\u{10FFFF}'],
    ['a megabyte long', 'k'.repeat(MIB)],
  ])('%s: is written, read, found in a range and deleted', async (_what, key) => {
    const { attached, chaincode, call, tx } = await transaction('submit')
    expect(typeOf(await tx.ask('PUT_STATE', requests.put(key, 'v')))).toBe('RESPONSE')
    await tx.complete()
    expect(await call.result).toMatchObject({ validationCode: 'VALID' })
    const reading = attached.submit('read')
    const after = await nextTransaction(chaincode)
    expect(textOf(await after.ask('GET_STATE', requests.get(key)))).toBe('v')
    const range = await after.ask('GET_STATE_BY_RANGE', requests.range('', ''))
    expect(QueryResponse.deserializeBinary(range.getPayload_asU8()).getResultsList()).toHaveLength(1)
    const history = await after.ask('GET_HISTORY_FOR_KEY', requests.history(key))
    expect(QueryResponse.deserializeBinary(history.getPayload_asU8()).getResultsList()).toHaveLength(1)
    expect(typeOf(await after.ask('DEL_STATE', requests.get(key)))).toBe('RESPONSE')
    await after.complete()
    expect(await reading.result).toMatchObject({ validationCode: 'VALID' })
    const gone = attached.call('gone')
    const last = await nextTransaction(chaincode)
    expect(textOf(await last.ask('GET_STATE', requests.get(key)))).toBe('')
    await last.complete()
    await gone.result
  })

  /** Every place for a text in a request, with bytes in it that are none. */
  const texts: [type: MessageType, number: number][] = [
    ['GET_STATE', 1],
    ['GET_STATE', 2],
    ['PUT_STATE', 1],
    ['PUT_STATE', 3],
    ['DEL_STATE', 1],
    ['GET_STATE_METADATA', 1],
    ['PUT_STATE_METADATA', 1],
    ['GET_STATE_BY_RANGE', 1],
    ['GET_STATE_BY_RANGE', 2],
    ['GET_HISTORY_FOR_KEY', 1],
    ['GET_QUERY_RESULT', 1],
    ['QUERY_STATE_NEXT', 1],
    ['QUERY_STATE_CLOSE', 1],
    ['GET_PRIVATE_DATA_HASH', 1],
    ['PURGE_PRIVATE_DATA', 1],
    ['GET_STATE_MULTIPLE', 1],
  ]
  test('that are no UTF-8 are refused in the words of Go’s protobuf, and the transaction goes on', async () => {
    const { call, tx } = await transaction('submit')
    // The second is half a pair of UTF-16, which JavaScript's strings can hold.
    for (const bytes of [Buffer.of(0xff, 0xfe), Buffer.of(0xed, 0xa0, 0x80)]) {
      for (const [type, number] of texts) {
        const answer = await tx.ask(type, field(number, bytes))
        expect([typeOf(answer), textOf(answer)]).toEqual([
          'ERROR',
          `${type} failed: transaction ID: ${tx.message.getTxid()}: unmarshal failed: string field contains invalid UTF-8`,
        ])
      }
      const record = await tx.ask('WRITE_BATCH_STATE', field(1, field(1, bytes)))
      expect(textOf(record)).toMatch(/: unmarshal failed: string field contains invalid UTF-8$/)
      const bookmark = await tx.ask('GET_STATE_BY_RANGE', field(4, field(2, bytes)))
      expect(textOf(bookmark)).toMatch(/: unmarshal failed: string field contains invalid UTF-8$/)
    }
    expect(typeOf(await tx.ask('PUT_STATE', requests.put('k', 'v')))).toBe('RESPONSE')
    await tx.complete()
    expect(await call.result).toMatchObject({ validationCode: 'VALID' })
  })

  test('a txid that is not UTF-8 ends the stream, as it ends one of Go’s gRPC', async () => {
    const { attached, chaincode, call } = await transaction('submit')
    await chaincode.sendBytes(Buffer.concat([Buffer.of(0x08, 7), field(4, Buffer.of(0xff))]))
    expect(await call.code).toBe('STREAM_MALFORMED')
    await stillServes(attached, await attached.register())
  })
})

describe('values', () => {
  test('of no bytes are deletes', async () => {
    const { peer, call, tx } = await transaction('submit', [['k', 'v']])
    await tx.ask('PUT_STATE', requests.put('k', ''))
    await tx.complete()
    expect(await call.result).toMatchObject({ validationCode: 'VALID' })
    expect((await peer.api.readState({ channel: 'mychannel', namespace: 'raw', limit: 10 })).entries).toEqual([])
  })

  test('of 99 MiB are taken; what no message holds ends the stream and nothing else', async () => {
    const { attached, chaincode, call, tx } = await transaction('call')
    expect(typeOf(await tx.ask('PUT_STATE', requests.put('k', 'x'.repeat(99 * MIB))))).toBe('RESPONSE')
    await tx.send('PUT_STATE', requests.put('k', 'x'.repeat(100 * MIB)))
    expect(await call.code).toBe('STREAM_MALFORMED')
    await chaincode.ended
    await stillServes(attached, await attached.register())
  })
})

describe('metadata', () => {
  test('that a request does not have is a fault that Fabric survives since 3.1', async () => {
    const { call, tx } = await transaction('submit')
    expect(textOf(await tx.ask('PUT_STATE_METADATA', requests.get('k')))).toBe(
      `PUT_STATE_METADATA failed: transaction ID: ${tx.message.getTxid()}: panic during execution`,
    )
    expect(textOf(await tx.ask('INVOKE_CHAINCODE', new Uint8Array()))).toMatch(/: panic during execution$/)
    await tx.complete()
    expect(await call.result).toMatchObject({ validationCode: 'VALID' })
  })
})

describe('pages', () => {
  const MAX = 2 ** 31 - 1
  /** Size, bookmark → how many results, the next bookmark. Fabric core/chaincode/handler.go, HandleGetStateByRange. */
  const pages: [what: string, size: number, bookmark: string, results: number, next: string][] = [
    ['of 0 results with a bookmark: all from there', 0, 'r100', 50, ''],
    ['of -1 results: all', -1, '', 150, ''],
    ['of -2^31 results: all', -(2 ** 31), '', 150, ''],
    ['of 2^31-1 results: all', MAX, '', 150, ''],
    ['of exactly all results', 150, '', 150, ''],
    ['of one less', 149, '', 149, 'r149'],
    ['with a bookmark that nobody gave: from there', 10, 'r0995', 10, 'r110'],
    ['with a bookmark before the range: from there, also before its start', 3, 'a', 3, 'r002'],
    ['with a bookmark behind its end', 10, 'z', 0, ''],
    ['with a bookmark of CouchDB’s', 10, 'g1AAAABLeJzLYWBgYMpgSmHgKy5JLCrJTq2MT8lPzkzJBYqz5', 10, 'r010'],
  ]
  test.each(pages)('%s', async (_what, size, bookmark, results, next) => {
    const { call, tx } = await transaction('call', [['b', 'before'], ...KEYS])
    const answer = await tx.ask('GET_STATE_BY_RANGE', requests.range('r', 's', { size, bookmark }))
    const response = QueryResponse.deserializeBinary(answer.getPayload_asU8())
    const metadata = QueryResponseMetadata.deserializeBinary(response.getMetadata_asU8())
    expect(response.getHasMore()).toBe(false)
    expect([response.getResultsList().length, metadata.getFetchedRecordsCount(), metadata.getBookmark()]).toEqual([
      results,
      results,
      next,
    ])
    await tx.complete()
    await call.result
  })
})

describe('iterators', () => {
  const idOf = (answer: { getPayload_asU8(): Uint8Array }) =>
    QueryResponse.deserializeBinary(answer.getPayload_asU8()).getId()

  test('one that is finished is unknown to NEXT, and CLOSE of it is answered, again and again', async () => {
    const { call, tx } = await transaction('call', KEYS)
    const id = idOf(await tx.ask('GET_STATE_BY_RANGE', requests.range('r', 's')))
    await tx.ask('QUERY_STATE_NEXT', requests.query(id))
    const closed = idOf(await tx.ask('GET_STATE_BY_RANGE', requests.range('r', 's')))
    await tx.ask('QUERY_STATE_CLOSE', requests.query(closed))
    for (const gone of [id, closed, '']) {
      expect(textOf(await tx.ask('QUERY_STATE_NEXT', requests.query(gone)))).toMatch(/: query iterator not found$/)
      for (let i = 0; i < 2; i++) {
        expect(idOf(await tx.ask('QUERY_STATE_CLOSE', requests.query(gone)))).toBe(gone)
      }
    }
    await tx.complete()
    await call.result
  })

  test('a thousand are open at once, each with its own place', async () => {
    const { attached, chaincode, call, tx } = await transaction('call', KEYS)
    const ids: string[] = []
    for (let i = 0; i < 1000; i++) ids.push(idOf(await tx.ask('GET_STATE_BY_RANGE', requests.range('r', 's'))))
    expect(new Set(ids).size).toBe(1000)
    // Every other is left open for the peer to close.
    for (const id of ids.filter((_id, i) => i % 2 === 0)) {
      const rest = await tx.ask('QUERY_STATE_NEXT', requests.query(id))
      expect(QueryResponse.deserializeBinary(rest.getPayload_asU8()).getResultsList()).toHaveLength(50)
    }
    await tx.complete()
    expect(await call.result).toMatchObject({ status: 200 })
    await stillServes(attached, chaincode)
  })
})

test('a hundred thousand writes are one transaction', async () => {
  const { peer, call, tx } = await transaction('submit')
  const { PUT_STATE } = WriteRecord.Type
  for (let batch = 0; batch < 100; batch++) {
    const records = Array.from({ length: 1000 }, (_, i) => ({
      type: PUT_STATE,
      key: `k${String(batch * 1000 + i).padStart(6, '0')}`,
      value: 'v',
    }))
    expect(typeOf(await tx.ask('WRITE_BATCH_STATE', requests.batch(...records)))).toBe('RESPONSE')
  }
  await tx.complete()
  expect(await call.result).toMatchObject({ validationCode: 'VALID' })
  const from = 'k099999'
  const { entries } = await peer.api.readState({ channel: 'mychannel', namespace: 'raw', from, limit: 10 })
  expect(entries.map(({ key }) => key)).toEqual([from])
})

test('chaincode calls chaincode a hundred deep, and the way back to the first is refused', async () => {
  const { peer, attached, chaincode } = await attachedPeer()
  const chain: RawChaincode[] = [chaincode]
  for (let depth = 1; depth < 100; depth++) {
    chain.push(await (await openAttached(peer, { name: `deep${depth}` })).register())
  }
  const call = attached.submit('go down')
  const transactions = []
  for (const [depth, side] of chain.entries()) {
    const tx = await nextTransaction(side)
    await tx.ask('PUT_STATE', requests.put('depth', String(depth)))
    transactions.push(tx)
    if (depth < 99) await tx.send('INVOKE_CHAINCODE', requests.invoke(`deep${depth + 1}`, 'go down'))
  }
  const deepest = transactions[99]
  const back = await deepest?.ask('INVOKE_CHAINCODE', requests.invoke('raw', 'again'))
  expect(back === undefined ? '' : textOf(back)).toMatch(
    /execute failed: error sending: txid: \w+\(mychannel\) exists$/,
  )
  for (let depth = 99; depth >= 0; depth--) {
    await transactions[depth]?.complete(`from ${depth}`)
    await chain[depth - 1]?.receive('RESPONSE')
  }
  const { validationCode, readWriteSet } = await call.result
  expect(validationCode).toBe('VALID')
  expect(readWriteSet.namespaces.filter(({ writes }) => writes.length > 0)).toHaveLength(100)
})
