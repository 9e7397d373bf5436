import { Block } from '../protos/index.ts'
import type { LedgerKeys } from './ledger-keys.ts'
import type { Ledger } from './ledger.ts'
import { decodeSavepoint, type Savepoint } from './savepoint.ts'
import { namespacesIn } from './namespaces.ts'
import type { QueriedChannel } from './state-queries.ts'
import type { Store } from './store.ts'
import { worldState } from './world-state.ts'

/** What an engine of rich queries may see of its channel. `savepoint`: as it is when it is asked for. */
export function queriedChannel(
  ledger: Ledger,
  store: Store,
  keys: LedgerKeys,
  savepoint: () => Savepoint,
): QueriedChannel {
  return {
    name: ledger.channel,
    get height() {
      return savepoint().height
    },
    snapshot() {
      const snapshot = store.snapshot()
      return {
        state: worldState(store, keys, snapshot),
        height: decodeSavepoint(store.get(keys.savepoint, snapshot)).height,
        close: () => snapshot.close(),
      }
    },
    namespaces: () => namespacesIn(store, keys),
    headerHash(number) {
      const { height, previousHash } = savepoint()
      if (number === height - 1) return Buffer.from(previousHash).toString('hex')
      // Each block has the hash of the one before.
      const next = store.get(keys.block(number + 1))
      const hash = next && Block.deserializeBinary(next).getHeader()?.getPreviousHash_asU8()
      return hash && Buffer.from(hash).toString('hex')
    },
  }
}
