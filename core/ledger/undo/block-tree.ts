import { decodeVersion, type LedgerKeys } from '../ledger-keys.ts'
import type { Store } from '../store.ts'
import { decodeParent, type UndoKeys } from './undo-keys.ts'

/** A block that was set aside. */
export interface SetAside {
  hash: Uint8Array
  number: number
}

/** How a block is reached from the chain. */
export interface Path {
  /** Number of blocks of the chain that lead to it. */
  fork: number
  /** The blocks that were set aside, in the order of their numbers. */
  blocks: SetAside[]
}

type Reads = Pick<Store, 'get'>

/** Undefined if a block on the way was forgotten. `fork` of the newest block is the height. Throws LEDGER_READ. */
export function pathTo(hash: Uint8Array, store: Reads, keys: LedgerKeys, undo: UndoKeys): Path | undefined {
  const blocks: SetAside[] = []
  for (let at = hash; ;) {
    const place = store.get(keys.blockHash(at))
    if (place !== undefined) return { fork: decodeVersion(place).block + 1, blocks: blocks.reverse() }
    const bytes = store.get(undo.parent(at))
    if (bytes === undefined) return undefined
    const parent = decodeParent(bytes)
    blocks.push({ hash: at, number: parent.number })
    if (parent.hash.length === 0) return { fork: 0, blocks: blocks.reverse() }
    at = parent.hash
  }
}
