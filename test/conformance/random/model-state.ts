import { createHash } from 'node:crypto'
import { COLLECTIONS } from './program.ts'

/** `block:tx` of the transaction that wrote something last. */
export type Version = string

export interface ModelValue {
  value: string
  version: Version
  /** The name and value of a key's metadata: setting one replaces all others. */
  metadata?: readonly [name: string, value: string] | undefined
}

export interface Modification {
  key: string
  value: string | undefined
  txId: string
}

/**
 * What a peer of Org1MSP holds. Every state is a new object: as simple as it can be said, whatever it costs. Maps go from
 * keys to values; the private ones by their collection. Hashes are kept under the plain key, in a map of their own.
 */
export interface ModelState {
  /** Number of blocks. */
  height: number
  public: ReadonlyMap<string, ModelValue>
  hashes: Readonly<Record<string, ReadonlyMap<string, ModelValue>>>
  private: Readonly<Record<string, ReadonlyMap<string, ModelValue>>>
  /** Oldest first. */
  history: readonly Modification[]
}

const IMPLICIT = ['Org1MSP', 'Org2MSP'].map((mspId) => `_implicit_org_${mspId}`)

export const collectionNames = [...COLLECTIONS.map(({ name }) => name), ...IMPLICIT]

export function emptyState(height: number): ModelState {
  const none = () => Object.fromEntries(collectionNames.map((name) => [name, new Map<string, ModelValue>()]))
  return { height, public: new Map(), hashes: none(), private: none(), history: [] }
}

/** Whether the peer of Org1MSP is sent the values of a collection. */
export function holds(collection: string): boolean {
  return collection === 'c1' || collection === 'c2' || collection === '_implicit_org_Org1MSP'
}

/** 0: for ever. */
export function blockToLive(collection: string): number {
  return COLLECTIONS.find(({ name }) => name === collection)?.blockToLive ?? 0
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Fabric's order: that of the UTF-8 bytes. */
export function inOrder(keys: Iterable<string>): string[] {
  return [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

/** The keys of a range, in order; '' is the beginning or the end of all. */
export function keysWithin(
  keys: Iterable<string>,
  { start, end, endIsIn = false }: { start: string; end: string; endIsIn?: boolean },
): string[] {
  const [from, to] = [Buffer.from(start), Buffer.from(end)]
  return inOrder(keys).filter((key) => {
    const bytes = Buffer.from(key)
    if (Buffer.compare(bytes, from) < 0) return false
    return end === '' || Buffer.compare(bytes, to) < (endIsIn ? 1 : 0)
  })
}
