import { describe, expect, test } from 'vitest'
import { QueryResponse } from '../../core/protos/index.ts'
import {
  attachedPeer,
  nextTransaction,
  openAttached,
  responseOf,
  seed,
  stillServes,
  textOf,
  typeOf,
} from '../support/attached.ts'
import { testPeer } from '../support/peer.ts'
import type { MessageType } from '../support/raw-chaincode.ts'
import { requests } from '../support/requests.ts'

describe('outside a transaction', () => {
  const every: [type: MessageType, payload: Uint8Array][] = [
    ['GET_STATE', requests.get('k')],
    ['PUT_STATE', requests.put('k', 'v')],
    ['DEL_STATE', requests.get('k')],
    ['GET_STATE_BY_RANGE', requests.range('a', 'b')],
    ['QUERY_STATE_NEXT', requests.get('q')],
    ['QUERY_STATE_CLOSE', requests.get('q')],
    ['GET_HISTORY_FOR_KEY', requests.get('k')],
    ['GET_QUERY_RESULT', requests.get('{}')],
    ['GET_STATE_METADATA', requests.get('k')],
    ['PUT_STATE_METADATA', requests.get('k')],
    ['GET_PRIVATE_DATA_HASH', requests.get('k')],
    ['INVOKE_CHAINCODE', requests.invoke('raw')],
  ]
  test('every request is refused with the text of Fabric, and answers to nothing are passed over', async () => {
    const { attached, chaincode, peer } = await attachedPeer()
    for (const [type, payload] of every) {
      await chaincode.send({ type, txid: 'deadbeef01', channel: 'mychannel', payload })
      const answer = await chaincode.receive('ERROR')
      // Recorded: raw-protocol, unknown-tx.
      const why = type === 'INVOKE_CHAINCODE' ? 'could not get valid transaction' : 'no ledger context'
      expect(textOf(answer)).toBe(`${type} failed: transaction ID: deadbeef01: ${why}`)
      expect([answer.getTxid(), answer.getChannelId()]).toEqual(['deadbeef01', 'mychannel'])
    }
    const before = chaincode.received.length
    await chaincode.send({ type: 'COMPLETED', txid: 'deadbeef01', channel: 'mychannel', payload: responseOf('stray') })
    await chaincode.send({ type: 'ERROR', txid: 'deadbeef01', channel: 'mychannel', payload: Buffer.from('stray') })
    await stillServes(attached, chaincode)
    // Nothing came but that one transaction.
    expect(chaincode.received).toHaveLength(before + 1)
    expect(peer.state().channels.mychannel?.height).toBe(2)
  })

  test('the right txid on another channel is another transaction', async () => {
    const { attached, chaincode } = await attachedPeer()
    const call = attached.call('one')
    const { message, complete } = await nextTransaction(chaincode)
    const txid = message.getTxid()
    await chaincode.send({ type: 'COMPLETED', txid, channel: 'elsewhere', payload: responseOf('wrong') })
    await chaincode.send({ type: 'GET_STATE', txid, channel: 'elsewhere', payload: requests.get('k') })
    expect(textOf(await chaincode.receive('ERROR'))).toMatch(/no ledger context$/)
    await complete('right')
    expect(await call.result).toMatchObject({ payload: 'right' })
  })
})

describe('answers', () => {
  test('only the first COMPLETED counts', async () => {
    const { attached, chaincode } = await attachedPeer()
    const call = attached.call('twice')
    const transaction = await nextTransaction(chaincode)
    await transaction.complete('first')
    await transaction.complete('second')
    expect(await call.result).toMatchObject({ payload: 'first' })
    await stillServes(attached, chaincode)
  })

  test('one that cannot be decoded fails the call', async () => {
    const { attached, chaincode, peer } = await attachedPeer()
    const call = attached.submit('garbage')
    await (await nextTransaction(chaincode)).send('COMPLETED', Buffer.from([0xff, 0xff, 0xff]))
    expect(await call.code).toBe('RESPONSE_MALFORMED')
    expect(peer.state().channels.mychannel?.height).toBe(2)
    await stillServes(attached, chaincode)
  })

  test('ERROR fails the call with its text', async () => {
    const { attached, chaincode } = await attachedPeer()
    const call = attached.submit('error')
    await (await nextTransaction(chaincode)).send('ERROR', Buffer.from('the reason'))
    expect((await call.error)?.toJSON()).toMatchObject({
      code: 'TRANSACTION_FAILED',
      details: { message: 'the reason' },
    })
    await stillServes(attached, chaincode)
  })

  test.each([0, 199, 400, 500])('status %i is an answer, and nothing is ordered', async (status) => {
    const { attached, chaincode, peer } = await attachedPeer()
    const call = attached.submit('status')
    const transaction = await nextTransaction(chaincode)
    await transaction.ask('PUT_STATE', requests.put('k', 'v'))
    await transaction.complete('why', status)
    const result = await call.result
    expect(result).toMatchObject({ status, payload: 'why' })
    expect(result.validationCode).toBeUndefined()
    expect(peer.state().channels.mychannel?.height).toBe(2)
  })

  test.each([200, 201, 299, 399])('status %i is ordered', async (status) => {
    const { attached, chaincode } = await attachedPeer()
    const call = attached.submit('status')
    const transaction = await nextTransaction(chaincode)
    await transaction.ask('PUT_STATE', requests.put('k', 'v'))
    await transaction.complete('', status)
    expect(await call.result).toMatchObject({ status, validationCode: 'VALID' })
  })

  test('one that comes after the execute timeout is nobody’s, and the chaincode goes on', async () => {
    const { peer, attached, chaincode } = await attachedPeer()
    const call = peer.api.submit({ chaincode: 'raw', function: 'slow', args: [], timeoutMs: 50 })
    await expect(call).rejects.toMatchObject({ code: 'EXECUTE_TIMEOUT' })
    const transaction = await nextTransaction(chaincode)
    // Recorded: execute-timeout-30s. A late request is refused, a late answer passed over.
    const late = await transaction.ask('GET_STATE', requests.get('k'))
    expect(textOf(late)).toMatch(/^GET_STATE failed: .*: no ledger context$/)
    await transaction.complete('late')
    await stillServes(attached, chaincode)
    expect(peer.state().channels.mychannel?.height).toBe(2)
  })

  test('a chaincode that its author started has a timeout of its own', async () => {
    const peer = await testPeer({ chaincode: { attachedExecutetimeout: 3000 } })
    const attached = await openAttached(peer)
    const chaincode = await attached.register()
    const error = await attached.call('breakpoint').error
    expect(error?.toJSON()).toMatchObject({ code: 'EXECUTE_TIMEOUT', details: { seconds: 3 } })
    await nextTransaction(chaincode)
    await stillServes(attached, chaincode)
  })

  test('nobody waits for any more: the call was aborted', async () => {
    const { peer, attached, chaincode } = await attachedPeer()
    const abort = new AbortController()
    const call = peer.api.submit({ chaincode: 'raw', function: 'slow', args: [] }, abort.signal)
    call.catch(() => undefined)
    const transaction = await nextTransaction(chaincode)
    abort.abort()
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' })
    await transaction.complete('late')
    await stillServes(attached, chaincode)
    expect(peer.state().channels.mychannel?.height).toBe(2)
  })
})

describe('requests', () => {
  test('several in flight of one transaction are each answered exactly once, in order', async () => {
    const { attached, chaincode } = await attachedPeer()
    const keys = Array.from({ length: 20 }, (_, i) => `k${String(i).padStart(2, '0')}`)
    await seed(
      attached,
      chaincode,
      keys.map((key) => [key, `value of ${key}`]),
    )
    const call = attached.call('pipeline')
    const transaction = await nextTransaction(chaincode)
    // Ranges take turns of the event loop where reads take none: their answers may not overtake each other.
    for (const key of keys) {
      await transaction.send('GET_STATE', requests.get(key))
      await transaction.send('GET_STATE_BY_RANGE', requests.range(key, `${key}~`))
    }
    for (const key of keys) {
      const value = await chaincode.receive('RESPONSE')
      expect(Buffer.from(value.getPayload_asU8()).toString()).toBe(`value of ${key}`)
      const found = QueryResponse.deserializeBinary((await chaincode.receive('RESPONSE')).getPayload_asU8())
      expect(found.getResultsList()).toHaveLength(1)
    }
    const before = chaincode.received.length
    await transaction.complete('done')
    expect(await call.result).toMatchObject({ payload: 'done' })
    await stillServes(attached, chaincode)
    expect(chaincode.received).toHaveLength(before + 1)
  })

  test('a malformed one is refused, and the transaction goes on', async () => {
    const { attached, chaincode } = await attachedPeer()
    const call = attached.submit('malformed')
    const transaction = await nextTransaction(chaincode)
    for (const type of ['GET_STATE', 'PUT_STATE', 'GET_STATE_BY_RANGE', 'INVOKE_CHAINCODE'] as const) {
      const refused = await transaction.ask(type, Buffer.from([0x0a, 0xff, 0x01]))
      expect(typeOf(refused)).toBe('ERROR')
      expect(textOf(refused)).toMatch(new RegExp(`^${type} failed: transaction ID: ${transaction.message.getTxid()}: `))
    }
    expect(typeOf(await transaction.ask('PUT_STATE', requests.put('k', 'v')))).toBe('RESPONSE')
    await transaction.complete()
    expect(await call.result).toMatchObject({ validationCode: 'VALID' })
  })

  test('transactions of one chaincode run side by side', async () => {
    const { attached, chaincode } = await attachedPeer()
    await seed(attached, chaincode, [['k', 'v']])
    const calls = Array.from({ length: 10 }, (_, i) => attached.call(`call ${i}`))
    const transactions = await Promise.all(calls.map(() => nextTransaction(chaincode)))
    for (const transaction of transactions.toReversed()) await transaction.send('GET_STATE', requests.get('k'))
    for (const transaction of transactions.toReversed()) {
      expect((await chaincode.receive('RESPONSE')).getTxid()).toBe(transaction.message.getTxid())
      await transaction.complete(`answer to ${transaction.args[0] ?? ''}`)
    }
    const results = await Promise.all(calls.map(({ result }) => result))
    expect(results.map(({ payload }) => payload)).toEqual(calls.map((_, i) => `answer to call ${i}`))
  })
})
