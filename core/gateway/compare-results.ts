import type { CallResult, ReadWriteSet } from '../contract/call.ts'
import type { DifferingPart, ResultDifference } from '../contract/result-difference.ts'
import type { NamespaceReadWriteSet } from '../ledger/read-write-set.ts'
import { jsonDifferences } from './json-differences.ts'
import { likelyCause } from './likely-cause.ts'

/** What an organisation's peer came to. */
export interface PeerResult {
  mspId: string
  result: Pick<CallResult, 'status' | 'message' | 'payload' | 'events' | 'readWriteSet'>
  publicSets: readonly NamespaceReadWriteSet[]
  /** The collections whose values it read. */
  privateReads: readonly { namespace: string; collection: string }[]
  /** MSP ids of the members of a collection. */
  membersOf(namespace: string, collection: string): readonly string[]
}

/** One part of a result, as text. */
interface Item {
  part: DifferingPart
  namespace?: string
  collection?: string | undefined
  key?: string
  text: string
}

/** More of them would hide the one that matters. */
const MOST = 10

/** A deleted key, in words; no chaincode writes this. */
const DELETED = '\0deleted'

/**
 * What differs between the results of two peers: the writes first, then event and response, and what was read last,
 * which usually follows from the same cause. Pure. `at`: when the call was made, milliseconds since the epoch.
 */
export function compareResults(a: PeerResult, b: PeerResult, at: number): ResultDifference[] {
  const [itemsA, itemsB] = [itemsOf(a), itemsOf(b)]
  const inA = new Map(itemsA.map((item) => [idOf(item), item]))
  const inB = new Map(itemsB.map((item) => [idOf(item), item]))
  const between = (
    place: Omit<Item, 'text'>,
    field: string | undefined,
    x: string | undefined,
    y: string | undefined,
  ) => difference({ ...place, field }, [a, x], [b, y], at)
  const found: ResultDifference[] = []
  const alone: { a: Item[]; b: Item[] } = { a: [], b: [] }
  for (const [id, item] of inA) {
    const other = inB.get(id)
    if (other === undefined) alone.a.push(item)
    else if (other.text !== item.text) found.push(...inside(item, other, between))
  }
  for (const [id, item] of inB) if (!inA.has(id)) alone.b.push(item)
  found.push(...unmatched(alone, between))
  if (found.length === 0) found.push(between({ part: 'other' }, undefined, undefined, undefined))
  return found.sort((x, y) => RANKS.indexOf(x.part) - RANKS.indexOf(y.part)).slice(0, MOST)
}

const RANKS: DifferingPart[] = [
  'write',
  'write-key',
  'metadata-write',
  'event',
  'payload',
  'message',
  'status',
  'range-query',
  'read',
  'other',
]

type Between = (
  place: Omit<Item, 'text'>,
  field: string | undefined,
  a: string | undefined,
  b: string | undefined,
) => ResultDifference

/** Where two values differ: the fields of a JSON document, or the whole. */
function inside({ text: a, ...place }: Item, { text: b }: Item, between: Between): ResultDifference[] {
  const fields = jsonDifferences(a, b)
  // Equal documents in different words: only the order of their fields, or the spacing, differs.
  if (fields === undefined || fields.length === 0) return [between(place, undefined, a, b)]
  return fields.slice(0, MOST).map(({ field, texts }) => between(place, field === '' ? undefined : field, ...texts))
}

/** What only one of them has. Keys that each wrote alone, of the same namespace, are likely the same key made differently. */
function unmatched(alone: { a: Item[]; b: Item[] }, between: Between): ResultDifference[] {
  const rest = [...alone.b]
  const differences: ResultDifference[] = []
  for (const { text, ...place } of alone.a) {
    const at = rest.findIndex(
      (other) =>
        place.part === 'write' &&
        other.part === 'write' &&
        other.namespace === place.namespace &&
        other.collection === place.collection,
    )
    const twin = at < 0 ? undefined : rest.splice(at, 1)[0]
    const { key, ...parent } = place
    if (twin === undefined) differences.push(between(place, undefined, text, undefined))
    else differences.push(between({ ...parent, part: 'write-key' }, undefined, key, twin.key))
  }
  return [...differences, ...rest.map(({ text, ...place }) => between(place, undefined, undefined, text))]
}

function difference(
  place: Omit<ResultDifference, 'results' | 'cause'>,
  [a, x]: [PeerResult, string | undefined],
  [b, y]: [PeerResult, string | undefined],
  at: number,
): ResultDifference {
  const guess = likelyCause({ mspId: a.mspId, text: x }, { mspId: b.mspId, text: y }, at)
  const cause = (guess === 'unknown' || guess === 'memory') && isPrivate(a, b) ? 'private-data' : guess
  const results = [
    { mspId: a.mspId, text: inWords(x) },
    { mspId: b.mspId, text: inWords(y) },
  ]
  return { ...place, results, cause }
}

function inWords(text: string | undefined): string | undefined {
  return text === DELETED ? '(deleted)' : text
}

/** Whether they read private data that only one of them has. */
function isPrivate(a: PeerResult, b: PeerResult): boolean {
  return [...a.privateReads, ...b.privateReads].some(({ namespace, collection }) => {
    const members = a.membersOf(namespace, collection)
    return members.includes(a.mspId) !== members.includes(b.mspId)
  })
}

function idOf({ part, namespace = '', collection = '', key = '' }: Item): string {
  return [part, namespace, collection, key].join('\0')
}

function itemsOf({ result, publicSets }: PeerResult): Item[] {
  const { status, message, payload, events, readWriteSet } = result
  return [
    { part: 'status', text: String(status) },
    { part: 'message', text: message },
    { part: 'payload', text: payload },
    ...events.map((event): Item => ({ part: 'event', key: event.name, text: event.payload })),
    ...readWriteSet.namespaces.flatMap((set) => setItems(set)),
    ...publicSets.flatMap((set) => metadataItems(set)),
  ]
}

function setItems({ namespace, reads, rangeQueries, writes, collections = [] }: ReadWriteSet['namespaces'][number]) {
  const keyed = (collection: string | undefined) => {
    const place = { namespace, collection }
    return {
      read: ({ key, version }: (typeof reads)[number]): Item => ({
        part: 'read',
        ...place,
        key,
        text: version === null ? 'no such key' : `block ${version.block}, transaction ${version.tx}`,
      }),
      write: ({ key, isDelete, value }: (typeof writes)[number]): Item => ({
        part: 'write',
        ...place,
        key,
        text: isDelete ? DELETED : value,
      }),
    }
  }
  const open = keyed(undefined)
  return [
    ...reads.map(open.read),
    ...writes.map(open.write),
    ...rangeQueries.map(({ start, end, keys }): Item => ({
      part: 'range-query',
      namespace,
      key: start,
      text: [...keys, end].join(' '),
    })),
    ...collections.flatMap((set) => {
      const closed = keyed(set.name)
      return [...set.reads.map(closed.read), ...set.writes.map(closed.write)]
    }),
  ]
}

function metadataItems({ namespace, metadataWrites, collections }: NamespaceReadWriteSet): Item[] {
  const text = (metadata: ReadonlyMap<string, Uint8Array>) =>
    [...metadata].map(([name, value]) => `${name}=${Buffer.from(value).toString('base64')}`).join(' ')
  return [
    ...metadataWrites.map(({ key, metadata }): Item => ({
      part: 'metadata-write',
      namespace,
      key,
      text: text(metadata),
    })),
    ...collections.flatMap(({ name, metadataWrites: hashed }) =>
      hashed.map(({ keyHash, metadata }): Item => {
        const key = Buffer.from(keyHash).toString('hex')
        return { part: 'metadata-write', namespace, collection: name, key, text: text(metadata) }
      }),
    ),
  ]
}
