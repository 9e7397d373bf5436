import { expect, onTestFinished, test } from 'vitest'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, commitBlock, NS, prepare, put, rangeKeys } from '../ledger/envelopes.ts'

async function open() {
  const ledgers = await openLedgers(await tempFolder('ledger'))
  onTestFinished(() => ledgers.close())
  return ledgers.ledger(CHANNEL)
}

test('what read a block that was taken back conflicts, also where another block has its versions', async () => {
  const ledger = await open()
  await put(ledger, { below: '1' })
  await put(ledger, { a: 'old' })
  const get = (key: string) => prepare(ledger, (simulator) => void simulator.getState(NS, key))
  const range = (start: string, end: string) =>
    prepare(ledger, async (simulator) => {
      await rangeKeys(simulator, start, end)
    })
  const before = {
    read: await get('a'),
    range: await range('a', 'b'),
    below: await get('below'),
    rangeBelow: await range('below', 'c'),
    absent: await get('absent'),
    blind: await prepare(ledger, (simulator) => simulator.setState(NS, 'blind', Buffer.from('1'))),
  }
  await ledger.undo.rewind(1)
  await put(ledger, { a: 'new' })
  const after = await get('a')
  const codes = async (...prepared: { envelope: Uint8Array }[]) =>
    (
      await commitBlock(
        ledger,
        prepared.map(({ envelope }) => envelope),
      )
    ).transactions.map((each) => each.validationCode)
  expect(ledger.state.get(NS, 'a')?.version).toEqual({ block: 1, tx: 0 })
  const { read, range: ranged, ...sound } = before
  const { transactions } = await commitBlock(ledger, [read.envelope, ranged.envelope])
  expect(transactions).toMatchObject([
    { validationCode: 'MVCC_READ_CONFLICT', conflict: { key: 'a' } },
    { validationCode: 'PHANTOM_READ_CONFLICT', conflict: { key: 'a' } },
  ])
  expect(transactions[0]?.conflict?.words).toContain('taken back')
  expect(await codes(after, ...Object.values(sound))).toEqual(['VALID', 'VALID', 'VALID', 'VALID', 'VALID'])
})

test('the same versions on a branch that was restored mean a conflict too, and private data counts', async () => {
  const ledger = await open()
  await put(ledger, { a: '1' })
  await put(ledger, { a: '2' })
  const read = await prepare(ledger, (simulator) => void simulator.getState(NS, 'a'))
  const { branch = '' } = await ledger.undo.rewind(1)
  await ledger.undo.restore(branch)
  const { transactions } = await commitBlock(ledger, [read.envelope])
  expect(transactions).toMatchObject([{ validationCode: 'MVCC_READ_CONFLICT' }])
})
