import type { StoreEntry, StoreIterator } from './store-entries.ts'
import type { Versions } from './versions.ts'

interface MergedRange {
  from: Uint8Array
  to: Uint8Array
  reverse?: boolean
  limit?: number | undefined
  version: number
}

/** The entries of a store with what was written over it, in order. */
export function mergedIterator(base: StoreIterator, written: Versions, range: MergedRange): StoreIterator {
  const { from, to, reverse = false, limit = -1, version } = range
  let left = limit < 0 ? Infinity : limit
  let below: StoreEntry | undefined
  let isBelowRead = false
  let above = written.next(reverse ? to : from, { inclusive: !reverse, reverse })

  const isIn = (key: Uint8Array) => Buffer.compare(key, from) >= 0 && Buffer.compare(key, to) < 0
  const isBefore = (a: Uint8Array, b: Uint8Array) => (reverse ? Buffer.compare(a, b) > 0 : Buffer.compare(a, b) < 0)
  const readBelow = async () => {
    if (!isBelowRead) below = await base.next()
    isBelowRead = true
    return below
  }
  /** The next entry, whichever side it is on; `deleted`: there was one, which isn't there at this version. */
  const step = async (): Promise<StoreEntry | 'deleted' | undefined> => {
    const under = await readBelow()
    const over = above !== undefined && isIn(above) ? above : undefined
    if (over === undefined || (under !== undefined && isBefore(under[0], over))) {
      isBelowRead = false
      return under
    }
    const isBoth = under !== undefined && Buffer.compare(under[0], over) === 0
    if (isBoth) isBelowRead = false
    above = written.next(over, { inclusive: false, reverse })
    const entry = written.find(over, version)
    // Written after the version that is read: what lies below it shows.
    if (entry === undefined) return isBoth ? under : 'deleted'
    return entry.value === undefined ? 'deleted' : [over, entry.value]
  }
  return {
    async next() {
      while (left > 0) {
        const entry = await step()
        if (entry === 'deleted') continue
        left--
        return entry
      }
      return undefined
    },
    close: () => base.close(),
  }
}
