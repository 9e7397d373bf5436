import type { StatePage } from '../contract/world-state.ts'
import { decodeCompositeKey } from '../contract/composite-key.ts'
import { encodeBytes } from './encoded-bytes.ts'
import type { LedgerKeys } from './ledger-keys.ts'
import type { Store } from './store.ts'
import { decodeVersioned } from './versioned-value.ts'

const MAX_PAGE = 1000

interface PageQuery {
  /** May be that of a private collection or of its hashes. */
  namespace: string
  from?: string
  prefix?: string
  limit: number
}

/** Committed keys of a namespace, from a given one on, for people. */
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
    for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) {
      const { key } = keys.parseState(entry[0])
      if (!key.startsWith(prefix)) break
      if (entries.length === limit) return { entries, next: key }
      const { value, version } = decodeVersioned(entry[1])
      const composite = decodeCompositeKey(key)
      entries.push({ key, ...encodeBytes(value), composite, version, size: value.length })
    }
    return { entries }
  } finally {
    await iterator.close()
    snapshot.close()
  }
}

/** Values as hexadecimal, the way Fabric's tools write hashes, even if their bytes happen to be text. */
export function hashedPage(page: StatePage): StatePage {
  const hex = (text: string, encoding: 'utf8' | 'base64') => Buffer.from(text, encoding).toString('hex')
  const entries = page.entries.map((entry): StatePage['entries'][number] => ({
    ...entry,
    text: hex(entry.text, entry.encoding),
    encoding: 'utf8',
  }))
  return { ...page, entries, hashed: true }
}
