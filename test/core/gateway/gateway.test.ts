import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { PeerError } from '../../../core/contract/error.ts'
import { tempFolder } from '../../support/temp.ts'
import { bytes, CHAINCODE, CHANNEL, startParts, text, type TransactionFunction } from './peer-parts.ts'

const functions: Record<string, TransactionFunction> = {
  put({ simulator, args: [key = '', value = ''] }) {
    simulator.setState(CHAINCODE, key, bytes(value))
    return { payload: 'ok' }
  },
  get: ({ simulator, args: [key = ''] }) => ({ payload: simulator.getState(CHAINCODE, key) ?? '' }),
  async increment({ simulator, args: [key = ''] }) {
    const now = Number(text(simulator.getState(CHAINCODE, key)) ?? '0')
    await sleep(5)
    simulator.setState(CHAINCODE, key, bytes(String(now + 1)))
    return { payload: String(now + 1) }
  },
  putThenGet({ simulator, args: [key = '', value = ''] }) {
    simulator.setState(CHAINCODE, key, bytes(value))
    return { payload: simulator.getState(CHAINCODE, key) ?? 'nothing' }
  },
  refuse({ simulator }) {
    simulator.setState(CHAINCODE, 'k', bytes('v'))
    return { status: 404, message: 'no such asset', event: { name: 'lost', payload: '' } }
  },
  event: () => ({ event: { name: 'made', payload: 'it' } }),
  binary: () => ({ payload: Buffer.of(0xff, 0x00) }),
  contractFault: () => ({ status: 500, message: 'classToPlain is not a function' }),
  throws: () => Promise.reject(new Error('stream broke')),
}

async function start() {
  const parts = await startParts(await tempFolder('gateway'), functions)
  return { parts, [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose]() }
}

test('a submit is committed and an evaluate sees it', async () => {
  await using peer = await start()
  const first = await peer.parts.submit('put', 'a', '1')
  expect(first).toMatchObject({
    kind: 'submit',
    status: 200,
    payload: 'ok',
    payloadEncoding: 'utf8',
    validationCode: 'VALID',
    blockNumber: 0,
    hints: [],
  })
  expect(first.txId).toMatch(/^[0-9a-f]{64}$/)
  const second = await peer.parts.submit('put', 'a', '2')
  expect(second.blockNumber).toBe(1)
  expect(second.readWriteSet.namespaces[0]?.writes).toEqual([
    { key: 'a', isDelete: false, value: '2', valueEncoding: 'utf8', before: { text: '1', encoding: 'utf8' } },
  ])
  const read = await peer.parts.evaluate('get', 'a')
  expect(read).toMatchObject({ kind: 'evaluate', payload: '2' })
  expect(read.validationCode).toBeUndefined()
  expect(read.blockNumber).toBeUndefined()
  expect(read.readWriteSet.namespaces[0]?.reads).toEqual([{ key: 'a', version: { block: 1, tx: 0 } }])
  expect(peer.parts.ledgers.ledger(CHANNEL).height()).toBe(2)
})

test('writes of an evaluate are reported and dropped', async () => {
  await using peer = await start()
  const result = await peer.parts.evaluate('put', 'a', '1')
  expect(result.hints.map((hint) => hint.name)).toEqual(['writes-dropped'])
  expect(result.readWriteSet.namespaces[0]?.writes).toHaveLength(1)
  expect((await peer.parts.evaluate('get', 'a')).payload).toBe('')
  expect(peer.parts.ledgers.ledger(CHANNEL).height()).toBe(0)
})

test('what concurrent submits of one key lose to is told by name', async () => {
  await using peer = await start()
  const results = await Promise.all(Array.from({ length: 6 }, () => peer.parts.submit('increment', 'n')))
  const codes = results.map((result) => result.validationCode)
  expect(codes.filter((code) => code === 'VALID')).toHaveLength(1)
  expect(codes.filter((code) => code === 'MVCC_READ_CONFLICT')).toHaveLength(5)
  const winner = results.find((result) => result.validationCode === 'VALID')
  for (const loser of results.filter((result) => result !== winner)) {
    expect(loser.conflict).toMatchObject({ namespace: CHAINCODE, key: 'n', byTxId: winner?.txId })
  }
  expect((await peer.parts.evaluate('get', 'n')).payload).toBe('1')
})

test('concurrent submits share blocks', async () => {
  await using peer = await start()
  await Promise.all(Array.from({ length: 40 }, (_, i) => peer.parts.submit('put', `k${i}`, 'v')))
  expect(peer.parts.blocks.reduce((sum, block) => sum + block.size, 0)).toBe(40)
  expect(peer.parts.blocks.length).toBeLessThan(40)
})

test('a status of 400 or more is an answer and nothing is ordered', async () => {
  await using peer = await start()
  const result = await peer.parts.submit('refuse')
  expect(result).toMatchObject({ status: 404, message: 'no such asset', events: [] })
  expect(result.validationCode).toBeUndefined()
  expect(peer.parts.ledgers.ledger(CHANNEL).height()).toBe(0)
})

test('the event and bytes that are no text come through', async () => {
  await using peer = await start()
  expect((await peer.parts.submit('event')).events).toEqual([{ name: 'made', payload: 'it', payloadEncoding: 'utf8' }])
  expect(await peer.parts.evaluate('binary')).toMatchObject({ payload: '/wA=', payloadEncoding: 'base64' })
})

test('hints: a read of its own write, an empty value, class-transformer', async () => {
  await using peer = await start()
  const own = await peer.parts.submit('putThenGet', 'a', '1')
  expect(own.payload).toBe('nothing')
  expect(own.hints).toMatchObject([{ name: 'reads-own-write', key: 'a' }])
  const empty = await peer.parts.submit('put', 'a', '')
  expect(empty.hints).toMatchObject([{ name: 'empty-value-deletes', key: 'a' }])
  expect(empty.readWriteSet.namespaces[0]?.writes).toMatchObject([{ key: 'a', isDelete: true }])
  expect((await peer.parts.evaluate('contractFault')).hints).toMatchObject([{ name: 'class-transformer' }])
})

test('init rules are kept before the chaincode is reached', async () => {
  await using peer = await start()
  const { gateway, definition } = peer.parts
  const call = (isInit: boolean) =>
    gateway.submit({ chaincode: CHAINCODE, function: 'put', args: ['a', '1'], isInit }).then(
      (result) => result.validationCode,
      (error: unknown) => PeerError.from(error).code,
    )
  expect(await call(true)).toBe('INIT_NOT_REQUIRED')
  definition.initRequired = true
  expect(await call(false)).toBe('INIT_REQUIRED')
  expect(await call(true)).toBe('VALID')
  expect(await call(false)).toBe('VALID')
  expect(await call(true)).toBe('INIT_DONE')
  definition.version = '2.0'
  expect(await call(false)).toBe('INIT_REQUIRED')
  expect(await call(true)).toBe('VALID')
})

test('bad arguments and aborts are told by their codes, and every call is recorded', async () => {
  await using peer = await start()
  const { gateway, calls } = peer.parts
  const request = { chaincode: CHAINCODE, function: 'put', args: [{ base64: 'not base64!' }] }
  await expect(gateway.submit(request)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  const signal = AbortSignal.abort()
  await expect(gateway.submit({ ...request, args: [] }, { signal })).rejects.toMatchObject({ code: 'ABORTED' })
  await expect(peer.parts.evaluate('throws')).rejects.toThrow('stream broke')
  await peer.parts.evaluate('get', 'a')
  expect(calls.read({ limit: 10 }).map((record) => record.outcome.state)).toEqual([
    'done',
    'failed',
    'failed',
    'failed',
  ])
})

test('an abort after ordering ends the waiting, not the transaction', async () => {
  await using peer = await start()
  const { gateway, calls, ledgers, orderer } = peer.parts
  const abort = new AbortController()
  functions.abortAfter = ({ simulator }) => {
    simulator.setState(CHAINCODE, 'a', bytes('kept'))
    // By the time this runs the call is simulated; its order is queued behind the blocks below.
    setImmediate(() => abort.abort())
    return {}
  }
  const request = { chaincode: CHAINCODE, function: 'abortAfter', args: [] }
  await expect(gateway.submit(request, { signal: abort.signal })).rejects.toMatchObject({ code: 'COMMIT_NOT_AWAITED' })
  await orderer.close()
  expect(ledgers.ledger(CHANNEL).height()).toBe(1)
  await expect.poll(() => calls.readOne(1)?.outcome.state).toBe('done')
})

test('all endorsers that a call names execute it at once, and the first one’s refusal is the answer', async () => {
  await using peer = await start()
  const { gateway, identities } = peer.parts
  await identities.addOrganisation('Org2MSP')
  const call = (fn: string) =>
    gateway.submit({ chaincode: CHAINCODE, function: fn, args: [], endorsers: ['Org2MSP', 'Org1MSP'] })
  const arrived = new Map<string, () => void>()
  // Nobody goes on before both are here.
  functions.meets = ({ simulator, params: { mspId } }) =>
    new Promise((resolve) => {
      simulator.setState(CHAINCODE, 'met', bytes('yes'))
      arrived.set(mspId, () => resolve({ payload: 'ok' }))
      if (arrived.size === 2) for (const go of arrived.values()) go()
    })
  expect(await call('meets')).toMatchObject({ validationCode: 'VALID', endorsers: ['Org2MSP', 'Org1MSP'] })

  // The other one never answers, and is told to end.
  let told = false
  functions.refuses = ({ params: { mspId }, signal }) =>
    mspId === 'Org2MSP'
      ? { status: 500, message: 'no' }
      : new Promise((_resolve, reject) =>
          signal?.addEventListener('abort', () => {
            told = true
            reject(new Error('aborted'))
          }),
        )
  expect(await call('refuses')).toMatchObject({ status: 500, message: 'no' })
  expect(told).toBe(true)
})

test('where a call names no endorsers, others are asked once the first one has answered well', async () => {
  await using peer = await start()
  await peer.parts.identities.addOrganisation('Org2MSP')
  const asked: string[] = []
  functions.whose = ({ params: { mspId } }) => {
    asked.push(mspId)
    return { status: 500 }
  }
  await peer.parts.submit('whose')
  expect(asked).toEqual(['Org1MSP'])
})
