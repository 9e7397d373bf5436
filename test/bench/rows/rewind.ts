import { newCommitter } from '../../../core/committer/committer.ts'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import type { StoreOperation } from '../../../core/ledger/store-entries.ts'
import { CHANNEL, NS, prepare } from '../../core/ledger/envelopes.ts'
import { takeTurns, timed } from '../measure.ts'
import { atMost, ms, type Row } from '../row.ts'
import { fillState } from '../world-states.ts'

const MANY = 1_000_000
const MOST = 2
/** Keys that the block has written. */
const WRITES = 10

/** Taking one block back costs what it wrote, not what there is. */
export const rewind: Row = {
  name: 'rewind',
  what: `the rewind of one block with ${MANY} keys in the state`,
  async run(scope, { rounds = 30, say }) {
    const goal = `at most ${MOST} × one synced batch of the same writes`
    const folder = await scope.folder('rewind')
    say(`writing ${MANY} keys`)
    await fillState(folder, NS, entries(), CHANNEL)
    const ledgers = await openLedgers(folder)
    scope.defer(() => ledgers.close())
    const ledger = ledgers.ledger(CHANNEL)
    const { envelope } = await prepare(ledger, (simulator) => {
      for (let i = 0; i < WRITES; i++) simulator.setState(NS, keyOf(i * 1000), Buffer.from(`{"changed":${i}}`))
    })
    await newCommitter(ledger).commit([envelope])
    const height = ledger.height()

    let written: StoreOperation[] = []
    const write = ledgers.store.write.bind(ledgers.store)
    ledgers.store.write = (operations, options) => {
      written = operations
      return write(operations, options)
    }
    const rewindNow = () => ledger.undo.rewind(height - 1)
    const restoreNow = async () => {
      const [branch] = await ledger.undo.branches()
      await ledger.undo.restore(branch?.id ?? '')
    }
    await rewindNow()
    const same = written
    const pair = await takeTurns(
      rounds,
      // Of a store that stands there already: the second time they change nothing.
      () => timed(() => write(same, { sync: true })),
      async () => {
        await restoreNow()
        return timed(rewindNow)
      },
    )
    return [{ what: this.what, goal, ...atMost(MOST, pair.ratio), floor: ms(pair.floor), ours: ms(pair.ours) }]
  },
}

const keyOf = (i: number) => `key${String(i).padStart(7, '0')}`

function* entries(): Generator<[key: string, value: Uint8Array]> {
  for (let i = 0; i < MANY; i++) yield [keyOf(i), Buffer.from(`{"number":${i}}`)]
}
