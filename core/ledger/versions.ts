import type { StoreOperation } from './store-entries.ts'

/** What was written over a store, each batch a version of its own. */
export interface Versions {
  version(): number
  write(operations: readonly StoreOperation[]): void
  /** As of a version; undefined if the key wasn't written until then. A key that was deleted has no value. */
  find(key: Uint8Array, version: number): { value: Uint8Array | undefined } | undefined
  /** The first key written, at any version, from this one on (`reverse`: before it). */
  next(key: Uint8Array, options: { inclusive: boolean; reverse: boolean }): Uint8Array | undefined
}

/** So many new keys are put in their places one by one. */
const FEW = 16

interface Written {
  version: number
  value: Uint8Array | undefined
}

export function newVersions(): Versions {
  const entries = new Map<string, Written[]>()
  /** In byte order. */
  let keys: Uint8Array[] = []
  let version = 0

  /** Where a key stands, or would. */
  const placeOf = (key: Uint8Array): number => {
    let [low, high] = [0, keys.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (Buffer.compare(keys[middle] ?? key, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    version: () => version,
    write(operations) {
      version++
      const fresh: string[] = []
      for (const operation of operations) {
        const { key } = operation
        const name = nameOf(key)
        const written: Written = { version, value: operation.type === 'put' ? operation.value : undefined }
        const before = entries.get(name)
        if (before !== undefined) before.push(written)
        else {
          entries.set(name, [written])
          fresh.push(name)
        }
      }
      // Each insertion moves what stands behind it: a few are cheap, those of a rewind would be quadratic.
      const added = fresh.sort().map((name) => Buffer.from(name, 'latin1'))
      if (added.length <= FEW) for (const key of added) keys.splice(placeOf(key), 0, key)
      else keys = merged(keys, added)
    },
    find: (key, at) => entries.get(nameOf(key))?.findLast((written) => written.version <= at),
    next(key, { inclusive, reverse }) {
      const place = placeOf(key)
      const isThere = Buffer.compare(keys[place] ?? new Uint8Array(), key) === 0
      if (reverse) return isThere && inclusive ? keys[place] : keys[place - 1]
      return isThere && !inclusive ? keys[place + 1] : keys[place]
    },
  }
}

/** Both in byte order, without a key in common. */
function merged(a: readonly Uint8Array[], b: readonly Uint8Array[]): Uint8Array[] {
  const keys: Uint8Array[] = []
  let at = 0
  for (const key of a) {
    for (let other = b[at]; other !== undefined && Buffer.compare(other, key) < 0; other = b[++at]) keys.push(other)
    keys.push(key)
  }
  for (; at < b.length; at++) keys.push(b[at] ?? new Uint8Array())
  return keys
}

function nameOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')
}
