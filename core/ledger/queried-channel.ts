import { Block } from '../protos/index.ts'
import type { LedgerKeys } from './ledger-keys.ts'
import { decodeSavepoint, type Savepoint } from './savepoint.ts'
import { namespacesIn } from './namespaces.ts'
import type { QueriedChannel } from './state-queries.ts'
import type { Store } from './store.ts'
import { worldState } from './world-state.ts'

/** What an engine of rich queries may see of its channel. `savepoint`: the newest one. */
export function queriedChannel(
  name: string,
  store: Store,
  keys: LedgerKeys,
  savepoint: () => Savepoint,
): QueriedChannel {
  return {
    name,
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
      // Each block holds the hash of the one before.
      const next = store.get(keys.block(number + 1))
      const hash = next && Block.deserializeBinary(next).getHeader()?.getPreviousHash_asU8()
      return hash && Buffer.from(hash).toString('hex')
    },
  }
}
