import { describe, expect, test } from 'vitest'
import type { ErrorCode } from '../../core/contract/error.ts'
import { nextTransaction, openAttached, stillServes } from '../support/attached.ts'
import { codeOf } from './author.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { RawChaincode, registerPayload, type MessageType } from '../support/raw-chaincode.ts'

/** gRPC's status of a stream that Fabric ends with an error. */
const UNKNOWN = 2

/** The peer told, as a notice, that it turned something away. */
function noticed({ eventually }: TestPeer, code: ErrorCode): Promise<Record<string, unknown>> {
  return eventually(
    `a notice ${code}`,
    ({ notices }) => notices.find(({ error }) => error.code === code)?.error.details,
  )
}

/** What was received, byte for byte. */
function wire({ received }: RawChaincode): string[] {
  return received.map((message) => Buffer.from(message.serializeBinary()).toString('hex'))
}

describe('REGISTER', () => {
  test('is answered by REGISTERED and READY, and the registration is told with its times', async () => {
    const peer = await testPeer()
    const attached = await openAttached(peer)
    const chaincode = await attached.register()
    // Recorded: v3-go-register. READY says what is offered.
    expect(wire(chaincode)).toEqual(['0802', '08041a0a080110e807180120e807'])
    const { registration } = peer.chaincode('raw')
    expect(registration.state).toBe('ready')
    const { createdAt = NaN, establishedAt = NaN, readyAt = NaN } = registration
    expect(createdAt).toBeLessThanOrEqual(establishedAt)
    expect(establishedAt).toBeLessThanOrEqual(readyAt)
    const { launch } = peer.chaincode('raw')
    expect(launch).toMatchObject({ reason: 'connected', outcome: 'ready' })
    expect(launch?.steps.map(({ name, state }) => [name, state])).toEqual([
      ['registered', 'done'],
      ['ready', 'done'],
    ])
    await stillServes(attached, chaincode)
  })

  test.each([
    [{}, '0804'],
    [{ useGetMultipleKeys: false, maxSizeWriteBatch: 5 }, '08041a070801100520e807'],
  ])('is told what the configuration offers: %j', async (runtimeParams, ready) => {
    const peer = await testPeer({ version: ready === '0804' ? '2.5' : '3.1', chaincode: { runtimeParams } })
    const attached = await openAttached(peer)
    const chaincode = await attached.register()
    // Recorded: go-register, node-register, of a peer that offers nothing.
    expect(wire(chaincode)).toEqual(['0802', ready])
    await stillServes(attached, chaincode)
  })

  const malformed: [what: string, payload: Uint8Array][] = [
    ['garbage', Buffer.from([0xff, 0xff, 0xff])],
    ['an empty name', registerPayload('')],
    ['nothing', new Uint8Array()],
  ]
  test.each(malformed)('with %s ends its stream with a status, and is told', async (_what, payload) => {
    const peer = await testPeer()
    const attached = await openAttached(peer)
    const chaincode = await RawChaincode.connect(peer.address())
    await chaincode.send({ type: 'REGISTER', payload })
    expect((await chaincode.ended).code).toBe(UNKNOWN)
    expect(chaincode.received).toEqual([])
    await noticed(peer, 'REGISTER_MALFORMED')
    await stillServes(attached, await attached.register())
  })

  const foreign: [what: string, name: string, code: ErrorCode][] = [
    ['another version', 'raw:2.0', 'REGISTER_UNKNOWN_NAME'],
    ['no version', 'raw', 'REGISTER_UNKNOWN_NAME'],
    ['an unknown name', 'ghost:1.0', 'REGISTER_UNKNOWN_NAME'],
    ['the name of a system chaincode', 'qscc:syscc', 'REGISTER_RESERVED'],
  ]
  test.each(foreign)('under %s is turned away and harms nobody', async (_what, name, code) => {
    const peer = await testPeer()
    const attached = await openAttached(peer)
    const good = await attached.register()
    const chaincode = await RawChaincode.connect(peer.address())
    await chaincode.send({ type: 'REGISTER', payload: registerPayload(name) })
    expect((await chaincode.ended).code).toBe(UNKNOWN)
    expect(chaincode.received).toEqual([])
    const details = await noticed(peer, code)
    expect(details).toMatchObject({ name })
    if (code === 'REGISTER_UNKNOWN_NAME') {
      expect(details).toMatchObject({ expected: ['raw:1.0'], address: peer.address() })
    }
    chaincode.cut()
    await stillServes(attached, good)
    // The peer's own _lifecycle is where it was: opening another chaincode needs it.
    await openAttached(peer, { name: 'other' })
  })

  test('twice on one stream ends it, with the text of Fabric', async () => {
    const peer = await testPeer()
    const attached = await openAttached(peer)
    const chaincode = await attached.register()
    const call = attached.call('hello')
    await nextTransaction(chaincode)
    await chaincode.send({ type: 'REGISTER', payload: registerPayload('raw:1.0') })
    // Recorded: raw-protocol, register-twice.
    expect(await chaincode.ended).toEqual({
      code: UNKNOWN,
      message:
        'error handling message, ending stream: [] Fabric side handler cannot handle message (REGISTER) while in ready state',
    })
    expect(await call.code).toBe('STREAM_PROTOCOL')
    expect(peer.chaincode('raw').registration).toMatchObject({
      state: 'none',
      ended: { error: { code: 'STREAM_PROTOCOL' } },
    })
    await stillServes(attached, await attached.register())
  })

  test('that never comes is waited for until the startup timeout', async () => {
    const peer = await testPeer({ chaincode: { startuptimeout: 4000 } })
    const attached = await openAttached(peer)
    const silent = await RawChaincode.connect(peer.address())
    const keepsAlive = await RawChaincode.connect(peer.address())
    await keepsAlive.send({ type: 'KEEPALIVE' })
    expect((await silent.ended).code).toBe(UNKNOWN)
    expect((await keepsAlive.ended).code).toBe(UNKNOWN)
    await noticed(peer, 'REGISTER_TIMEOUT')
    await stillServes(attached, await attached.register())
  })
})

describe('a message out of turn', () => {
  const first: MessageType[] = ['GET_STATE', 'COMPLETED', 'READY', 'REGISTERED', 'TRANSACTION', 'UNDEFINED']
  test.each(first)('%s before REGISTER ends the stream', async (type) => {
    const peer = await testPeer()
    const attached = await openAttached(peer)
    const chaincode = await RawChaincode.connect(peer.address())
    await chaincode.send({ type, txid: 'tx1' })
    expect(await chaincode.ended).toEqual({
      code: UNKNOWN,
      message: `error handling message, ending stream: [tx1] Fabric side handler cannot handle message (${type}) while in created state`,
    })
    await noticed(peer, 'STREAM_PROTOCOL')
    await stillServes(attached, await attached.register())
  })

  const ready: (MessageType | 99)[] = ['READY', 'REGISTERED', 'INIT', 'TRANSACTION', 'RESPONSE', 'UNDEFINED', 99]
  test.each(ready)('%s once ready ends the stream, and the call in flight fails at once', async (type) => {
    const peer = await testPeer()
    const attached = await openAttached(peer)
    const chaincode = await attached.register()
    const call = attached.call('hello')
    await nextTransaction(chaincode)
    await chaincode.send({ type })
    expect(await chaincode.ended).toEqual({
      code: UNKNOWN,
      message: `error handling message, ending stream: [] Fabric side handler cannot handle message (${type}) while in ready state`,
    })
    expect(await call.code).toBe('STREAM_PROTOCOL')
    await stillServes(attached, await attached.register())
  })

  test('KEEPALIVE is taken in every state and never answered', async () => {
    const peer = await testPeer()
    const attached = await openAttached(peer)
    const chaincode = await RawChaincode.connect(peer.address())
    await chaincode.send({ type: 'KEEPALIVE' })
    await chaincode.send({ type: 'REGISTER', payload: registerPayload(attached.canonicalName) })
    await chaincode.receive('REGISTERED')
    await chaincode.receive('READY')
    await chaincode.send({ type: 'KEEPALIVE' })
    const call = attached.call('hello')
    const transaction = await nextTransaction(chaincode)
    await transaction.send('KEEPALIVE')
    await transaction.complete('alive')
    expect(await call.result).toMatchObject({ payload: 'alive' })
    expect(chaincode.received).toHaveLength(3)
  })
})

describe('a second registration of a name', () => {
  test('takes over once its author lets it: calls in flight are answered by the older, whose stream then ends with a status', async () => {
    const peer = await testPeer()
    const attached = await openAttached(peer)
    const older = await attached.register()
    const calls = [attached.call('one'), attached.submit('two')]
    const transactions = [await nextTransaction(older), await nextTransaction(older)]
    const newer = await attached.takeOver()
    await stillServes(attached, newer)
    for (const transaction of transactions) await transaction.complete('from the older')
    const answers = await Promise.all(calls.map(({ result }) => result))
    expect(answers.map(({ payload }) => payload)).toEqual(['from the older', 'from the older'])
    expect((await older.ended).code).toBe(UNKNOWN)
    await stillServes(attached, newer)
    // The older one's end never touches the newer one, whenever it comes.
    older.cut()
    await stillServes(attached, newer)
    expect(peer.chaincode('raw').registration.state).toBe('ready')
  })

  test('waits without an answer, is told with its process, and is turned away or let in', async () => {
    const peer = await testPeer()
    const attached = await openAttached(peer)
    const older = await attached.register()
    const { from } = await peer.eventually('it is told who it is', ({ chaincodes }) => {
      const registration = chaincodes.raw?.registration
      return registration?.from && registration
    })
    expect(from).toMatchObject({ pid: process.pid, program: expect.stringContaining('node') })
    const newer = await RawChaincode.connect(peer.address())
    await newer.send({ type: 'REGISTER', payload: registerPayload(attached.canonicalName) })
    const { id } = await peer.eventually('it asks', ({ chaincodes }) => {
      const takeover = chaincodes.raw?.takeover
      return takeover?.from?.pid === process.pid && takeover
    })
    await stillServes(attached, older)
    expect(newer.received).toEqual([])
    await peer.api.answerTakeover({ name: 'raw', id, accept: false })
    expect((await newer.ended).code).toBe(UNKNOWN)
    expect(newer.received).toEqual([])
    expect(peer.chaincode('raw').takeover).toBeUndefined()
    await noticed(peer, 'TAKEOVER_REFUSED')
    expect(await codeOf(peer.api.answerTakeover({ name: 'raw', id, accept: true }))).toBe('TAKEOVER_GONE')
    await stillServes(attached, older)
  })

  test('many at once leave exactly one that serves; when it ends, the next one does', async () => {
    const peer = await testPeer()
    const attached = await openAttached(peer)
    const crowd = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const chaincode = await RawChaincode.connect(peer.address())
        await chaincode.send({ type: 'REGISTER', payload: registerPayload(attached.canonicalName) })
        return chaincode
      }),
    )
    for (const left of [5, 4, 3, 2, 1]) {
      await expect.poll(() => crowd.filter(({ received }) => received.length >= 2)).toHaveLength(1)
      expect(crowd).toHaveLength(left)
      const serving = crowd.find(({ received }) => received.length === 2)
      if (serving === undefined) throw new Error('none is registered')
      await serving.receive('REGISTERED')
      await serving.receive('READY')
      await stillServes(attached, serving)
      serving.cut()
      crowd.splice(crowd.indexOf(serving), 1)
    }
  })

  test('the last one leaves: nothing is connected, and a call says so at once', async () => {
    const peer = await testPeer()
    const attached = await openAttached(peer)
    await attached.register()
    const newer = await attached.takeOver()
    newer.cut()
    await peer.eventually('nothing is connected', ({ chaincodes }) => chaincodes.raw?.registration.state === 'none')
    const { command } = peer.chaincode('raw')
    const error = await attached.call('hello').error
    expect(error?.toJSON()).toMatchObject({
      code: 'NOT_CONNECTED',
      details: { canonicalName: 'raw:1.0', address: peer.address(), command: command.text },
    })
    await stillServes(attached, await attached.register())
  })
})
