import { expect, onTestFinished, test } from 'vitest'
import { PeerError } from '../../../core/contract/error.ts'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, commit, NS, put } from './envelopes.ts'

async function open() {
  const ledgers = await openLedgers(await tempFolder('ledger'))
  onTestFinished(() => ledgers.close())
  return ledgers.ledger(CHANNEL)
}

const text = (value: string | null) => (value === null ? null : { text: value, encoding: 'utf8' })
const change = (key: string, before: string | null, after: string | null) => ({
  namespace: NS,
  key,
  before: text(before),
  after: text(after),
})

test('two points of the chain, a checkpoint and a branch are compared key by key', async () => {
  const ledger = await open()
  const compare = async (from: string, to?: string, limit = 100) => ledger.compareStates({ from, to, limit })
  const long = 'x'.repeat(100)
  await put(ledger, { a: '1', b: '1', c: long })
  await put(ledger, { a: '2', d: '1' })
  await ledger.undo.setCheckpoint('two')
  await commit(ledger, (simulator) => simulator.deleteState(NS, 'b'))
  await put(ledger, { a: '2', c: 'short' })
  expect(await compare('1')).toEqual({
    from: 1,
    to: 4,
    total: 4,
    changes: [change('a', '1', '2'), change('b', '1', null), change('c', long, 'short'), change('d', null, '1')],
  })
  expect((await compare('4')).changes).toEqual([])
  // Written again with the value that it had: nothing differs.
  expect((await compare('2', '4')).changes).toEqual([change('b', '1', null), change('c', long, 'short')])
  expect((await compare('4', '2')).changes).toEqual([change('b', null, '1'), change('c', 'short', long)])
  expect((await compare('two', '3')).changes).toEqual([change('b', '1', null)])
  expect(await compare('1', undefined, 1)).toMatchObject({ total: 4, changes: [{ key: 'a' }] })

  const { branch = '' } = await ledger.undo.rewind(1)
  await put(ledger, { a: 'other' })
  expect((await compare(branch)).changes).toEqual([
    change('a', '2', 'other'),
    change('b', null, '1'),
    change('c', 'short', long),
    change('d', '1', null),
  ])
  // The checkpoint is on the branch.
  expect(await compare('two', branch)).toMatchObject({ from: 2, to: 4, changes: [{ key: 'b' }, { key: 'c' }] })
})

test('a policy of its own is a difference', async () => {
  const ledger = await open()
  await put(ledger, { a: '1' })
  await commit(ledger, (simulator) =>
    simulator.setStateMetadata(NS, 'a', new Map([['VALIDATION_PARAMETER', Buffer.of(1)]])),
  )
  expect((await ledger.compareStates({ from: '1', limit: 9 })).changes).toEqual([
    { ...change('a', '1', '1'), policy: true },
  ])
})

test('a point that there isn’t has its code', async () => {
  const ledger = await open()
  await put(ledger, { a: '1' })
  const codeOf = (from: string) =>
    ledger.compareStates({ from, limit: 9 }).then(String, (error: unknown) => PeerError.from(error).code)
  expect(await codeOf('0')).toBe('REWIND_HEIGHT')
  expect(await codeOf('2')).toBe('REWIND_HEIGHT')
  for (const name of ['', 'none', '-1', '1.5', 'x'.repeat(1 << 20)])
    expect(await codeOf(name)).toBe('CHECKPOINT_UNKNOWN')
  expect(await codeOf('ab'.repeat(32))).toBe('BRANCH_UNKNOWN')
})
