import { Block } from '../protos/index.ts'
import type { LedgerKeys } from './ledger-keys.ts'
import { decodeSavepoint, type Savepoint } from './savepoint.ts'
import { namespacesIn } from './namespaces.ts'
import type { QueriedChannel } from './state-queries.ts'
import type { Store } from './store.ts'
import { readJournal } from './undo/journal.ts'
import { undoKeys } from './undo/undo-keys.ts'
import { worldState } from './world-state.ts'

/** What an engine of rich queries may see of its channel. `savepoint`: the newest one; `moves`: as LedgerUndo has it. */
export function queriedChannel(
  name: string,
  store: Store,
  keys: LedgerKeys,
  { savepoint, moves }: { savepoint: () => Savepoint; moves: () => number },
): QueriedChannel {
  return {
    name,
    get height() {
      return savepoint().height
    },
    moves,
    snapshot() {
      const snapshot = store.snapshot()
      return {
        state: worldState(store, keys, snapshot),
        height: decodeSavepoint(store.get(keys.savepoint, snapshot)).height,
        moves: readJournal({ get: (key) => store.get(key, snapshot) }, undoKeys(name)).rewinds,
        close: () => snapshot.close(),
      }
    },
    namespaces: () => namespacesIn(store, keys),
    headerHash(number) {
      const { height, previousHash } = savepoint()
      if (number === height - 1) return Buffer.from(previousHash).toString('hex')
      // Each block holds the hash of the one before.
      const next = store.get(keys.block(number + 1))
      const hash = next && Block.deserializeBinary(next).getHeader()?.getPreviousHash_asU8()
      return hash && Buffer.from(hash).toString('hex')
    },
  }
}
