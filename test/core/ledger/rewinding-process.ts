import { writeSync } from 'node:fs'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import { CHANNEL } from './envelopes.ts'

/** A process that takes a ledger back and forth, in many batches, until it is killed. It says when each move begins. */
const [dataDir = '', height = ''] = process.argv.slice(2)
const ledgers = await openLedgers(dataDir, { moveBatchBytes: 10_000 })
const { undo } = ledgers.ledger(CHANNEL)
for (;;) {
  writeSync(1, 'rewind\n')
  const { branch } = await undo.rewind(Number(height))
  const [newest] = await undo.branches()
  writeSync(1, 'restore\n')
  await undo.restore(branch ?? newest?.id ?? '')
}
