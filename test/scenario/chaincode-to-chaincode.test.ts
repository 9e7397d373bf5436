import { describe, expect, test } from 'vitest'
import { ChaincodeEvent, ChaincodeMessage, Response } from '../../core/protos/index.ts'
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
import { requests } from '../support/requests.ts'

describe('chaincode calls chaincode', () => {
  /** Two chaincodes on one channel, and a transaction of the first. */
  async function two(settings: Parameters<typeof attachedPeer>[0] = {}) {
    const { peer, attached: a, chaincode: aSide } = await attachedPeer(settings)
    const b = await openAttached(peer, { name: 'callee' })
    const bSide = await b.register()
    const call = a.submit('outer')
    return { peer, a, aSide, b, bSide, call, outer: await nextTransaction(aSide) }
  }

  /** The response inside the ChaincodeMessage that a RESPONSE carries. */
  function inner(answer: ChaincodeMessage): Response {
    expect(typeOf(answer)).toBe('RESPONSE')
    const message = ChaincodeMessage.deserializeBinary(answer.getPayload_asU8())
    expect(typeOf(message)).toBe('COMPLETED')
    return Response.deserializeBinary(message.getPayload_asU8())
  }

  test('on the same channel: in the same transaction, writing its own namespace', async () => {
    const { peer, aSide, bSide, call, outer } = await two()
    await outer.ask('PUT_STATE', requests.put('k', 'of a'))
    await outer.send('INVOKE_CHAINCODE', requests.invoke('callee', 'inner', 'x'))
    const called = await nextTransaction(bSide)
    expect(called.args).toEqual(['inner', 'x'])
    expect(called.message.getTxid()).toBe(outer.message.getTxid())
    await called.ask('PUT_STATE', requests.put('k', 'of b'))
    await called.complete('from b')
    expect(Buffer.from(inner(await aSide.receive()).getPayload_asU8()).toString()).toBe('from b')
    await outer.complete('from a')
    expect(await call.result).toMatchObject({ payload: 'from a', validationCode: 'VALID' })
    for (const [namespace, value] of [
      ['raw', 'of a'],
      ['callee', 'of b'],
    ] as const) {
      const { entries } = await peer.api.readState({ channel: 'mychannel', namespace, limit: 10 })
      expect(entries.map(({ key, text }) => [key, text])).toEqual([['k', value]])
    }
  })

  /** Fabric v2.5.16 core/chaincode/handler.go, HandleInvokeChaincode: the callee's message as it came. */
  test('which sets an event: it travels inside the answer, and the transaction has none', async () => {
    const { aSide, bSide, call, outer } = await two()
    await outer.send('INVOKE_CHAINCODE', requests.invoke('callee', 'inner'))
    const called = await nextTransaction(bSide)
    const event = new ChaincodeEvent()
    event.setEventName('e')
    event.setPayload(Buffer.from('of b'))
    const of = { txid: called.message.getTxid(), channel: called.message.getChannelId() }
    await bSide.send({ type: 'COMPLETED', ...of, payload: responseOf('from b'), event })
    const answer = await aSide.receive('RESPONSE')
    const carried = ChaincodeMessage.deserializeBinary(answer.getPayload_asU8()).getChaincodeEvent()
    expect(carried?.serializeBinary()).toEqual(event.serializeBinary())
    await outer.complete('from a')
    expect(await call.result).toMatchObject({ payload: 'from a', events: [] })
  })

  test('which answers an error: the error travels inside the answer', async () => {
    const { aSide, bSide, call, outer } = await two()
    await outer.send('INVOKE_CHAINCODE', requests.invoke('callee', 'inner'))
    await (await nextTransaction(bSide)).complete('no', 500)
    expect(inner(await aSide.receive()).getStatus()).toBe(500)
    await outer.complete('told')
    expect(await call.result).toMatchObject({ payload: 'told', validationCode: 'VALID' })
  })

  test('which is unknown, or itself: refused with the text of Fabric', async () => {
    const { call, outer } = await two()
    const txId = outer.message.getTxid()
    // Recorded: go-cc2cc-unknown, cc2cc-self.
    expect(textOf(await outer.ask('INVOKE_CHAINCODE', requests.invoke('nosuch')))).toBe(
      `INVOKE_CHAINCODE failed: transaction ID: ${txId}: execute failed: invalid invocation: [channel mychannel] failed to get chaincode container info for nosuch: chaincode nosuch not found`,
    )
    expect(textOf(await outer.ask('INVOKE_CHAINCODE', requests.invoke('raw')))).toBe(
      `INVOKE_CHAINCODE failed: transaction ID: ${txId}: execute failed: error sending: txid: ${txId}(mychannel) exists`,
    )
    expect(typeOf(await outer.ask('INVOKE_CHAINCODE', requests.invoke('callee/nochannel')))).toBe('ERROR')
    await outer.complete('told')
    expect(await call.result).toMatchObject({ payload: 'told' })
  })

  test('which calls back: the way round is refused', async () => {
    const { aSide, bSide, call, outer } = await two()
    await outer.send('INVOKE_CHAINCODE', requests.invoke('callee', 'inner'))
    const called = await nextTransaction(bSide)
    const refused = await called.ask('INVOKE_CHAINCODE', requests.invoke('raw', 'back'))
    expect(textOf(refused)).toMatch(/execute failed: error sending: txid: .*\(mychannel\) exists$/)
    await called.complete('b')
    inner(await aSide.receive())
    await outer.complete('a')
    expect(await call.result).toMatchObject({ payload: 'a', validationCode: 'VALID' })
  })

  test('which is not connected, or dies in the middle: the caller is told and goes on', async () => {
    const { aSide, b, bSide, call, outer } = await two()
    await outer.send('INVOKE_CHAINCODE', requests.invoke('callee', 'inner'))
    await nextTransaction(bSide)
    bSide.cut()
    expect(textOf(await aSide.receive('ERROR'))).toMatch(/^INVOKE_CHAINCODE failed: .*: execute failed: /)
    const gone = await outer.ask('INVOKE_CHAINCODE', requests.invoke('callee', 'again'))
    // Recorded of a client's call; the caller of a chaincode reads the same.
    expect(textOf(gone)).toBe(
      `INVOKE_CHAINCODE failed: transaction ID: ${outer.message.getTxid()}: execute failed: could not launch chaincode callee:1.0: error building chaincode: error building image: failed to get chaincode package for external build: could not get legacy chaincode package 'callee:1.0': open /var/hyperledger/production/chaincodes/callee.1.0: no such file or directory`,
    )
    await outer.complete('a')
    expect(await call.result).toMatchObject({ payload: 'a', validationCode: 'VALID' })
    await stillServes(b, await b.register())
  })

  test('ends with the transaction of its caller', async () => {
    const { peer, a, aSide, bSide } = await two()
    const abort = new AbortController()
    const call = peer.api.submit({ chaincode: 'raw', function: 'outer', args: [] }, abort.signal)
    call.catch(() => undefined)
    const outer = await nextTransaction(aSide)
    await outer.send('INVOKE_CHAINCODE', requests.invoke('callee', 'inner'))
    const called = await nextTransaction(bSide)
    abort.abort()
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' })
    expect(textOf(await called.ask('GET_STATE', requests.get('k')))).toMatch(/no ledger context$/)
    expect(typeOf(await aSide.receive())).toBe('ERROR')
    await stillServes(a, aSide)
  })

  test('on another channel: it reads there, and what it writes is dropped', async () => {
    const { peer, attached: a, chaincode: aSide } = await attachedPeer()
    const b = await openAttached(peer, { name: 'abroad', channel: 'second' })
    const bSide = await b.register()
    await seed(b, bSide, [['k', 'there']])
    const call = a.submit('outer')
    const outer = await nextTransaction(aSide)
    await outer.send('INVOKE_CHAINCODE', requests.invoke('abroad/second', 'inner'))
    const called = await nextTransaction(bSide)
    expect(called.message.getChannelId()).toBe('second')
    const value = await called.ask('GET_STATE', requests.get('k'))
    expect(Buffer.from(value.getPayload_asU8()).toString()).toBe('there')
    await called.ask('PUT_STATE', requests.put('k', 'changed'))
    await called.complete('b')
    inner(await aSide.receive())
    await outer.complete('a')
    expect(await call.result).toMatchObject({ validationCode: 'VALID' })
    const { entries } = await peer.api.readState({ channel: 'second', namespace: 'abroad', limit: 10 })
    expect(entries.map(({ text }) => text)).toEqual(['there'])
  })

  test('LSCC of a 2.5 peer answers a chaincode', async () => {
    const { call, outer } = await two({ version: '2.5' })
    // Recorded: cc2cc-lscc.
    const answer = await outer.ask('INVOKE_CHAINCODE', requests.invoke('lscc', 'getid', 'mychannel', 'nosuch'))
    const response = inner(answer)
    expect([response.getStatus(), response.getMessage()]).toEqual([500, "could not find chaincode with name 'nosuch'"])
    await outer.complete('told')
    expect(await call.result).toMatchObject({ payload: 'told' })
  })
})
