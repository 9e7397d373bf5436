import { expect, test } from 'vitest'
import { openCallLog, type CallLog } from '../../../core/calls/call-log.ts'
import type { CallResult } from '../../../core/contract/call.ts'
import { PeerError } from '../../../core/contract/error.ts'
import { openStore, type Store } from '../../../core/ledger/store.ts'
import { tempFolder } from '../../support/temp.ts'

const at = Date.now()

function begin(log: CallLog, chaincode = 'cc', since = at) {
  return log.begin({
    request: { chaincode, function: 'f', args: ['x'] },
    kind: 'evaluate',
    channel: 'ch1',
    at: since,
  })
}

function result(callId: number): CallResult {
  return {
    callId,
    txId: 'tx',
    kind: 'evaluate',
    identity: 'User1@Org1MSP',
    status: 200,
    message: '',
    payload: `answer ${callId}`,
    payloadEncoding: 'utf8',
    readWriteSet: { namespaces: [] },
    events: [],
    hints: [],
    times: { startedAt: at, executedAt: at, durationMs: 1, chaincodeMs: 1, commitMs: 0 },
  }
}

function done(log: CallLog, chaincode?: string): number {
  const call = begin(log, chaincode)
  call.done(result(call.id))
  return call.id
}

/** Open, work, close; open again the next time. */
async function withLog<T>(dataDir: string, work: (log: CallLog, store: Store) => Promise<T> | T): Promise<T> {
  const store = await openStore(dataDir)
  const log = await openCallLog(store, () => undefined)
  try {
    return await work(log, store)
  } finally {
    await log.close()
    await store.close()
  }
}

test('calls are there at once, newest first, and after a restart', async () => {
  const dataDir = await tempFolder('calls')
  const before = await withLog(dataDir, (log) => {
    done(log)
    begin(log, 'other').failed(new PeerError('CALL_UNKNOWN', { id: 7 }), 12)
    begin(log)
    expect(log.count()).toBe(3)
    expect(log.read({ limit: 10 }).map((record) => record.outcome.state)).toEqual(['running', 'failed', 'done'])
    expect(log.read({ limit: 10, chaincode: 'other' }).map((record) => record.id)).toEqual([2])
    expect(log.read({ limit: 1, before: 3 }).map((record) => record.id)).toEqual([2])
    return log.read({ limit: 2, before: 3 })
  })
  await withLog(dataDir, (log) => {
    expect(log.count()).toBe(3)
    expect(log.read({ limit: 2, before: 3 })).toEqual(before)
    // Nobody waits for it any more.
    expect(log.readOne(3)?.outcome).toMatchObject({ state: 'failed', error: { code: 'ABORTED' } })
    expect(done(log)).toBe(4)
    expect(log.readOne(99)).toBeUndefined()
  })
})

test('the newest 1,000 are kept and whatever is pinned', async () => {
  const dataDir = await tempFolder('calls')
  await withLog(dataDir, (log) => {
    for (let i = 0; i < 50; i++) done(log)
    log.pin(7, true)
    log.pin(8, true)
    log.pin(8, false)
    expect(() => log.pin(99, true)).toThrow(expect.objectContaining({ code: 'CALL_UNKNOWN' }))
    for (let i = 0; i < 1000; i++) done(log)
  })
  await withLog(dataDir, (log) => {
    const ids = log.read({ limit: 1000 }).map((record) => record.id)
    expect([ids[0], ids.at(-1)]).toEqual([1050, 51])
    expect(log.read({ limit: 1000, before: 51 }).map((record) => [record.id, record.pinned])).toEqual([[7, true]])
    expect(log.readOne(8)).toBeUndefined()
    log.pin(7, false)
  })
  await withLog(dataDir, (log) => expect(log.readOne(7)).toBeUndefined())
})

test('what is written meanwhile is read from the store, and changes are announced', async () => {
  const store = await openStore(await tempFolder('calls'))
  const counts: number[] = []
  const log = await openCallLog(store, (count) => counts.push(count))
  const call = begin(log)
  await expect.poll(() => counts).toEqual([1])
  call.done(result(call.id))
  await expect.poll(() => counts).toEqual([1, 1])
  await log.close()
  await log.close()
  expect(log.readOne(1)).toMatchObject({ outcome: { state: 'done', result: { payload: 'answer 1' } } })
  await store.close()
})

test('of a very long answer the beginning is kept, and the caller’s own result is left whole', async () => {
  await withLog(await tempFolder('calls'), (log) => {
    const call = begin(log)
    const answer = { ...result(call.id), payload: 'x'.repeat(10_000_000) }
    call.done(answer)
    const [record] = log.read({ limit: 1 })
    expect(record?.outcome).toMatchObject({ state: 'done', result: { status: 200 } })
    expect(JSON.stringify(record).length).toBeLessThan(1_000_000)
    expect(answer.payload).toHaveLength(10_000_000)
  })
})

test('calls that had begun by a time, the newest first; calls at once may be in another order', async () => {
  await withLog(await tempFolder('calls'), (log) => {
    const begun = [10, 20, 40, 30, 50].map((ms) => begin(log, 'cc', at + ms).id)
    expect(begun).toEqual([1, 2, 3, 4, 5])
    const ids = (ms: number) => [...log.begunBy(at + ms)].map(({ id }) => id)
    expect(ids(5)).toEqual([])
    expect(ids(20)).toEqual([2, 1])
    expect(ids(35)).toEqual([4, 2, 1])
    expect(ids(99)).toEqual([5, 4, 3, 2, 1])
  })
})
