import type { StatePage } from '../contract/world-state.ts'
import { decodeCompositeKey } from '../contract/composite-key.ts'
import { encodeBytes } from './encoded-bytes.ts'
import type { LedgerKeys } from './ledger-keys.ts'
import type { Store } from './store.ts'
import { decodeVersioned } from './versioned-value.ts'

const MAX_PAGE = 1000

interface PageQuery {
  /** Also that of a private collection or of its hashes. */
  namespace: string
  from?: string
  prefix?: string
  limit: number
}

/** The committed keys of a namespace from one on, for people. */
export async function readStatePage(store: Store, keys: LedgerKeys, query: PageQuery): Promise<StatePage> {
  const { namespace, prefix = '', from = prefix } = query
  const limit = Math.max(1, Math.min(query.limit, MAX_PAGE))
  const snapshot = store.snapshot()
  const iterator = store.iterate({
    from: keys.state(namespace, from),
    to: keys.stateEnd(namespace),
    limit: limit + 1,
    snapshot,
  })
  const entries: StatePage['entries'] = []
  try {
    for (let found = await iterator.next(); found !== undefined; found = await iterator.next()) {
      const { key } = keys.parseState(found[0])
      if (!key.startsWith(prefix)) break
      if (entries.length === limit) return { entries, next: key }
      const { value, version } = decodeVersioned(found[1])
      const composite = decodeCompositeKey(key)
      entries.push({
        key,
        ...encodeBytes(value),
        ...(composite === undefined ? {} : { composite }),
        version,
        size: value.length,
      })
    }
    return { entries }
  } finally {
    await iterator.close()
    snapshot.close()
  }
}

/** Hashes as Fabric's tools write them, whatever text their bytes would make. */
export function hashedPage(page: StatePage): StatePage {
  const hex = (text: string, encoding: 'utf8' | 'base64') => Buffer.from(text, encoding).toString('hex')
  const entries = page.entries.map((entry): StatePage['entries'][number] => ({
    ...entry,
    text: hex(entry.text, entry.encoding),
    encoding: 'utf8',
  }))
  return { ...page, entries, hashed: true }
}
