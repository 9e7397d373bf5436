import { expect, onTestFinished, test } from 'vitest'
import { newCommitter } from '../../../core/committer/committer.ts'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import type { Ledger } from '../../../core/ledger/ledger.ts'
import { DEFAULT_BATCH, newBlockCutter, type BatchConfig } from '../../../core/orderer/block-cutter.ts'
import { startOrderer } from '../../../core/orderer/orderer.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, NS, prepare, rangeKeys } from '../ledger/envelopes.ts'

async function start(batch: Partial<BatchConfig>) {
  const ledgers = await openLedgers(await tempFolder('orderer'))
  const ledger = ledgers.ledger(CHANNEL)
  const sizes: number[] = []
  const orderer = startOrderer(newCommitter(ledger), (_channel, block) => sizes.push(block.transactions.length), {
    ...DEFAULT_BATCH,
    ...batch,
  })
  onTestFinished(async () => {
    await orderer.close()
    await ledgers.close()
  })
  return { ledger, orderer, sizes }
}

function counter(ledger: Ledger, key = 'n') {
  return prepare(ledger, (simulator) => {
    const now = Number(Buffer.from(simulator.getState(NS, key) ?? []).toString() || '0')
    simulator.setState(NS, key, Buffer.from(String(now + 1)))
  })
}

test('two calls in one block conflict where the second read what the first wrote', async () => {
  const { ledger, orderer, sizes } = await start({ batchTimeout: 60_000, maxMessageCount: 2 })
  const calls = [await counter(ledger), await counter(ledger)]
  const outcomes = await Promise.all(calls.map(({ envelope }) => orderer.order(envelope)))
  expect(outcomes.map(({ validationCode }) => validationCode)).toEqual(['VALID', 'MVCC_READ_CONFLICT'])
  expect(sizes).toEqual([2])
})

test('a key that comes into a range in the same block is a phantom', async () => {
  const { ledger, orderer } = await start({ batchTimeout: 60_000, maxMessageCount: 2 })
  const writes = await counter(ledger, 'new')
  const ranges = await prepare(ledger, async (simulator) => {
    await rangeKeys(simulator, '', '')
    simulator.setState(NS, 'seen', Buffer.from('1'))
  })
  const outcomes = await Promise.all([writes, ranges].map(({ envelope }) => orderer.order(envelope)))
  expect(outcomes.map(({ validationCode }) => validationCode)).toEqual(['VALID', 'PHANTOM_READ_CONFLICT'])
})

test('when time is up the block is cut with what there is', async () => {
  const { ledger, orderer, sizes } = await start({ batchTimeout: 50, maxMessageCount: 100 })
  const { envelope } = await counter(ledger)
  expect((await orderer.order(envelope)).validationCode).toBe('VALID')
  expect(sizes).toEqual([1])
})

test('without a timeout nobody waits, and with one that is taken back nobody waits any more', async () => {
  const { ledger, orderer, sizes } = await start({})
  await orderer.order((await counter(ledger)).envelope)
  orderer.configure({ ...DEFAULT_BATCH, batchTimeout: 60_000 })
  const waiting = orderer.order((await counter(ledger)).envelope)
  orderer.configure(DEFAULT_BATCH)
  expect((await waiting).validationCode).toBe('VALID')
  expect(sizes).toEqual([1, 1])
})

test('closing commits what waits', async () => {
  const { ledger, orderer } = await start({ batchTimeout: 60_000 })
  const waiting = orderer.order((await counter(ledger)).envelope)
  await orderer.close()
  expect((await waiting).validationCode).toBe('VALID')
  await expect(orderer.order(new Uint8Array())).rejects.toMatchObject({ code: 'LEDGER_CLOSED' })
})

test('what is too large for an orderer is refused', async () => {
  const { orderer } = await start({ absoluteMaxBytes: 1000 })
  await expect(orderer.order(new Uint8Array(1001))).rejects.toMatchObject({
    code: 'ORDER_REFUSED',
    details: { bytes: 1001, limit: 1000 },
  })
})

test('batches are cut by count and size as Fabric’s block cutter does', () => {
  const cutter = newBlockCutter<{ envelope: Uint8Array }>(() => ({
    ...DEFAULT_BATCH,
    maxMessageCount: 3,
    preferredMaxBytes: 100,
  }))
  const give = (size: number) => cutter.ordered({ envelope: new Uint8Array(size) }).map((batch) => batch.length)
  expect([give(10), give(10), give(10), cutter.pending()]).toEqual([[], [], [3], 0])
  expect([give(60), give(60), cutter.pending()]).toEqual([[], [1], 1])
  expect([give(101), cutter.pending()]).toEqual([[1, 1], 0])
  expect([give(100), cutter.cut()?.length, cutter.cut()]).toEqual([[], 1, undefined])
})
