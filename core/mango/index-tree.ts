import BTreeModule from 'sorted-btree'
import { bulkLoad } from 'sorted-btree/extended/bulkLoad.js'
import { compareKeys } from './key-order.ts'
import { collateArrays, type KeyPart } from './collation.ts'
import { getField, parseField } from './field-path.ts'
import type { IndexDefinition } from './index-definition.ts'
import type { Json } from './json.ts'
import { matcher } from './match.ts'

/** A document's place in an index. */
export interface IndexEntry {
  key: readonly KeyPart[]
  id: string
}

/**
 * The documents of a namespace in the order of an index. In memory, because LevelDB's byte order can't express ICU's
 * order of strings. Immutable: a block makes a new tree, which shares the unchanged parts.
 */
export interface IndexTree {
  readonly size: number
  /** Entries from here on (or up to here, backwards). */
  from(start: IndexEntry): Iterable<IndexEntry>
  backFrom(start: IndexEntry): Iterable<IndexEntry>
  /** The index without the entries that are gone and with those that have come. */
  with(changes: { gone: Iterable<IndexEntry>; come: Iterable<IndexEntry> }): IndexTree
}

export function compareEntries(a: IndexEntry, b: IndexEntry): number {
  return collateArrays(a.key, b.key) || compareKeys(a.id, b.id)
}

const NODE_SIZE = 64

// The package is CommonJS with the class as its `default`; how that arrives depends on the bundler.
const BTree = ('default' in BTreeModule ? BTreeModule.default : BTreeModule) as typeof BTreeModule

export function newIndexTree(entries: IndexEntry[]): IndexTree {
  const sorted = entries.sort(compareEntries)
  if (sorted.length === 0) return treeOf(new BTree<IndexEntry, undefined>(undefined, compareEntries, NODE_SIZE))
  return treeOf(
    bulkLoad<IndexEntry, undefined>(
      sorted,
      sorted.map(() => undefined),
      NODE_SIZE,
      compareEntries,
    ),
  )
}

function treeOf(tree: InstanceType<typeof BTreeModule<IndexEntry, undefined>>): IndexTree {
  return {
    size: tree.size,
    *from(start) {
      for (const [entry] of tree.entries(start)) yield entry
    },
    *backFrom(start) {
      for (const [entry] of tree.entriesReversed(start)) yield entry
    },
    with({ gone, come }) {
      const next = tree.clone()
      for (const entry of gone) next.delete(entry)
      for (const entry of come) next.set(entry, undefined)
      return treeOf(next)
    },
  }
}

/** A document's key in an index: its fields' values; undefined if one is missing (mango_native_proc.erl). */
export function keyMaker(index: IndexDefinition): (document: Json) => Json[] | undefined {
  const paths = index.fields.map(parseField)
  const belongs = index.partial === undefined ? undefined : matcher(index.partial)
  return (document) => {
    if (belongs?.(document) === false) return undefined
    const key: Json[] = []
    for (const path of paths) {
      const value = getField(document, path)
      if (value === undefined) return undefined
      key.push(value)
    }
    return key
  }
}
