import type { StatePage } from '../contract/world-state.ts'
import { decodeCompositeKey } from '../contract/composite-key.ts'
import { encodeBytes } from './encoded-bytes.ts'
import type { LedgerKeys } from './ledger-keys.ts'
import type { Version } from './results.ts'
import type { Store } from './store.ts'
import { decodeVersioned } from './versioned-value.ts'

const MAX_PAGE = 1000
/** Keys that one page of a search looks at, so that it doesn't keep others waiting. */
const MAX_SEARCHED = 20_000

export interface PageQuery {
  /** May be that of a private collection or of its hashes. */
  namespace: string
  from?: string
  prefix?: string
  contains?: string
  limit: number
}

/** Committed keys of a namespace, from a given one on, for people. */
export async function readStatePage(store: Store, keys: LedgerKeys, query: PageQuery): Promise<StatePage> {
  const { namespace, prefix = '', from = prefix, contains = '' } = query
  const holds = contains === '' ? undefined : searcher(contains)
  const limit = Math.max(1, Math.min(query.limit, MAX_PAGE))
  const snapshot = store.snapshot()
  const iterator = store.iterate({
    from: keys.state(namespace, from),
    to: keys.stateEnd(namespace),
    // A search reads on until it has found enough.
    limit: holds === undefined ? limit + 1 : undefined,
    snapshot,
  })
  const entries: StatePage['entries'] = []
  let searched = 0
  try {
    for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) {
      const { key } = keys.parseState(entry[0])
      if (!key.startsWith(prefix)) break
      if (entries.length === limit || searched === MAX_SEARCHED) return { entries, next: key }
      const { value, version } = decodeVersioned(entry[1])
      if (holds !== undefined) {
        searched += 1
        if (!holds(key, value)) continue
      }
      entries.push(entryOf(key, value, version))
    }
    return { entries }
  } finally {
    await iterator.close()
    snapshot.close()
  }
}

/** An entry for people. */
export function entryOf(key: string, value: Uint8Array, version: Version): StatePage['entries'][number] {
  return { key, ...encodeBytes(value), composite: decodeCompositeKey(key), version, size: value.length }
}

/** Whether a key or a value contains a text, in any case. */
function searcher(text: string): (key: string, value: Uint8Array) => boolean {
  const wanted = text.toLowerCase()
  return (key, value) =>
    key.toLowerCase().includes(wanted) ||
    Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8').toLowerCase().includes(wanted)
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
