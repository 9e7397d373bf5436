import { documentOf } from '../mango/document.ts'
import { find, type Documents } from '../mango/find.ts'
import type { IndexDefinition } from '../mango/index-definition.ts'
import { ReadDocument } from '../mango/read-document.ts'
import { keyMaker, newIndexTree, type IndexEntry, type IndexTree } from '../mango/index-tree.ts'
import { refusalOf } from './couchdb-refusal.ts'
import { newDocumentCache, type DocumentCache } from './document-cache.ts'
import type { Version } from './results.ts'
import type { NamespaceUpdate, QueriedChannel, StateQueries } from './state-queries.ts'
import type { WorldState } from './world-state.ts'

/** The indexes of the state at one height. An index is built when first used and kept up to date from then on. */
interface Generation {
  height: number
  trees: Map<string, { namespace: string; index: IndexDefinition; tree: Promise<IndexTree> }>
}

/**
 * Rich queries over the state in LevelDB. Nothing is read at start; the first query that an index can serve reads the
 * whole namespace once.
 */
export function embeddedQueries({ height }: Pick<QueriedChannel, 'height'>): StateQueries {
  const definitions = new Map<string, readonly IndexDefinition[]>()
  let now: Generation = { height, trees: new Map() }
  /** The indexes after the block that is being written; meanwhile a snapshot may show the state before or after it. */
  let coming: Generation | undefined
  let cache = newDocumentCache()
  /** The cache only holds the newest block's documents; an older snapshot reads its own. */
  const cacheOf = (generation: Generation) => (generation === now ? cache : undefined)

  return {
    refusalOf,
    setIndexes(namespace, indexes) {
      definitions.set(namespace, indexes)
      for (const generation of [now, coming]) {
        for (const [name, kept] of generation?.trees ?? []) {
          if (kept.namespace === namespace && !indexes.some((index) => isSame(index, kept.index))) {
            generation?.trees.delete(name)
          }
        }
      }
    },
    view(state, heightOf) {
      const generations = coming === undefined ? [now] : [now, coming]
      let mine: Generation | undefined
      return {
        find(namespace, body) {
          if (mine === undefined) {
            const at = heightOf()
            mine = generations.find((generation) => generation.height === at) ?? { height: at, trees: new Map() }
          }
          const documents = documentsOf(state, namespace, mine, cacheOf)
          return find(body, documents, definitions.get(namespace) ?? [])
        },
        close: () => undefined,
      }
    },
    prepare(next, updates, state) {
      const generation: Generation = { height: next, trees: new Map(now.trees) }
      const written = [...updates]
      follow(generation, written, state)
      coming = generation
      return {
        done() {
          for (const update of written) cache.follow(update)
          now = generation
          coming = undefined
        },
        dropped() {
          coming = undefined
        },
      }
    },
    jump(next, updates, state) {
      const before = now
      const trees: Generation['trees'] = new Map(updates === undefined ? [] : now.trees)
      const generation: Generation = { height: next, trees }
      if (updates !== undefined) follow(generation, [...updates], state)
      // A snapshot taken meanwhile may show the state before or after it, even at the same height.
      now = { height: NaN, trees: new Map() }
      return {
        done() {
          if (updates === undefined) cache = newDocumentCache()
          for (const update of updates ?? []) cache.follow(update)
          now = generation
        },
        dropped() {
          now = before
        },
      }
    },
  }
}

function follow(generation: Generation, updates: NamespaceUpdate[], state: WorldState): void {
  for (const [name, kept] of generation.trees) {
    const keyOf = keyMaker(kept.index)
    const entryOf = (key: string, value: Uint8Array | undefined): IndexEntry[] => {
      const document = value && documentOf(key, value)
      const indexed = document && keyOf(document)
      return indexed === undefined ? [] : [{ key: indexed, id: key }]
    }
    const changed = updates.filter(({ namespace }) => namespace === kept.namespace)
    if (changed.length === 0) continue
    const gone = changed.flatMap(({ key }) => entryOf(key, state.get(kept.namespace, key)?.value))
    const come = changed.flatMap(({ key, value }) => entryOf(key, value))
    const tree = kept.tree.then((before) => before.with({ gone, come }))
    // Whoever uses the tree gets the error; until then it isn't unhandled.
    tree.catch(() => undefined)
    generation.trees.set(name, { ...kept, tree })
  }
}

function documentsOf(
  state: WorldState,
  namespace: string,
  generation: Generation,
  cacheOf: (generation: Generation) => DocumentCache | undefined,
): Documents<Version> {
  return {
    async getMany(ids) {
      const known = ids.map((id) => cacheOf(generation)?.get(namespace, id))
      const missing = ids.filter((_, i) => known[i] === undefined)
      if (missing.length === 0) return known
      const read = await state.getMany(namespace, missing)
      // Looked up again: a block may have come while the documents were read.
      const cache = cacheOf(generation)
      let at = 0
      return ids.map((id, i) => {
        const kept = known[i]
        if (kept !== undefined) return kept
        const entry = read[at++]
        if (entry === undefined) return undefined
        const document = new ReadDocument(id, entry.value, entry.version)
        cache?.put(namespace, document)
        return document
      })
    },
    async *scan(from, to) {
      // Appending U+0000 gives the very next key, so the exclusive end includes `to` itself.
      const entries = state.scan(namespace, from, to === undefined ? '' : `${to}\0`)
      try {
        for (let entry = await entries.next(); entry !== undefined; entry = await entries.next()) {
          yield new ReadDocument(entry.key, entry.value, entry.version)
        }
      } finally {
        await entries.close()
      }
    },
    tree(index) {
      const name = [namespace, index.ddoc, index.name].join('\0')
      const kept = generation.trees.get(name)
      if (kept !== undefined && isSame(kept.index, index)) return kept.tree
      const tree = build(state, namespace, index, () => cacheOf(generation))
      generation.trees.set(name, { namespace, index, tree })
      // If reading fails, the next query tries again.
      tree.catch(() => generation.trees.delete(name))
      return tree
    },
  }
}

async function build(
  state: WorldState,
  namespace: string,
  index: IndexDefinition,
  cacheNow: () => DocumentCache | undefined,
): Promise<IndexTree> {
  const keyOf = keyMaker(index)
  const indexed: IndexEntry[] = []
  const entries = state.scan(namespace, '', '')
  try {
    for (let entry = await entries.next(); entry !== undefined; entry = await entries.next()) {
      const key = keyOf(documentOf(entry.key, entry.value))
      if (key === undefined) continue
      indexed.push({ key, id: entry.key })
      cacheNow()?.put(namespace, new ReadDocument(entry.key, entry.value, entry.version))
    }
  } finally {
    await entries.close()
  }
  return newIndexTree(indexed)
}

function isSame(a: IndexDefinition, b: IndexDefinition): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
