import { writeSync } from 'node:fs'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import { CHANNEL, put } from './envelopes.ts'

/** A process that commits blocks which are to be there together or not at all, until it is killed. It says each of them. */
const [dataDir = ''] = process.argv.slice(2)
const ledgers = await openLedgers(dataDir)
const ledger = ledgers.ledger(CHANNEL)
await ledger.undo.allOrNothing(async () => {
  for (let i = 0; ; i++) {
    await put(ledger, { [`k${i % 9}`]: `import ${i}`, [`import${i}`]: 'y' })
    writeSync(1, `${i}\n`)
  }
})
