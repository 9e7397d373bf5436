import type { LedgerKeys } from './ledger-keys.ts'
import type { Store } from './store.ts'

/** Namespaces of a channel that have state, including those of private collections and their hashes. */
export async function namespacesIn(store: Store, keys: LedgerKeys): Promise<string[]> {
  const namespaces: string[] = []
  const to = keys.stateEnd()
  for (let from = keys.state('', ''); ;) {
    const iterator = store.iterate({ from, to, limit: 1 })
    let entry
    try {
      entry = await iterator.next()
    } finally {
      await iterator.close()
    }
    if (entry === undefined) return namespaces
    const { namespace } = keys.parseState(entry[0])
    namespaces.push(namespace)
    from = keys.stateEnd(namespace)
  }
}
