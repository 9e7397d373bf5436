import type { KeyChange, StateComparison } from '../../contract/undo.ts'
import { hashedKey, parseDerived } from '../../privdata/namespaces.ts'
import { encodeBytes } from '../encoded-bytes.ts'
import { sha256 } from '../private-rwset-proto.ts'
import { decodeSavepoint } from '../savepoint.ts'
import { decodeVersioned } from '../versioned-value.ts'
import type { Path } from './block-tree.ts'
import { readCheckpoints } from './branches.ts'
import type { MovedChannel } from './move.ts'
import { pathOfPoint, walkAside, walkBack, type Moment } from './points.ts'

/** Entries of the state, by the latin1 text of their keys; undefined: the key isn't there. */
type Entries = Map<string, Uint8Array | undefined>

const MOST_CHANGES = 1000

/** Two points of a channel; `to` undefined: as it is now. */
export interface ComparedPoints {
  from: string
  to?: string | undefined
  limit: number
}

/**
 * What differs between the state at two points, key by key. It costs what was written since the older one.
 * @throws PeerError REWIND_HEIGHT, REWIND_TOO_FAR, CHECKPOINT_UNKNOWN, BRANCH_UNKNOWN, LEDGER_READ
 */
export async function comparePoints(
  channel: MovedChannel & { channel: string },
  { from, to, limit }: ComparedPoints,
): Promise<StateComparison> {
  const { store, keys, undo } = channel
  const checkpoints = await readCheckpoints(channel)
  const snapshot = store.snapshot()
  try {
    const get: Moment['get'] = (key) => store.get(key, snapshot)
    const { height } = decodeSavepoint(get(keys.savepoint))
    const moment: Moment = { channel: channel.channel, height, get, keys, undo }
    const pathOf = (point: string) => pathOfPoint(point, moment, checkpoints)
    const paths = [pathOf(from), to === undefined ? { fork: height, blocks: [] } : pathOf(to)] as const
    const [before, after] = await entriesAt(paths, moment)
    const changed = changesBetween(before, after, moment)
    const changes = changed.slice(0, Math.max(1, Math.min(limit, MOST_CHANGES)))
    const heights = paths.map(({ fork, blocks }) => fork + blocks.length)
    return {
      from: heights[0] ?? 0,
      to: heights[1] ?? 0,
      total: changed.length,
      changes: changes.map(shownChange),
    }
  } finally {
    snapshot.close()
  }
}

/** At each point, the entries that aren't as they are now. */
async function entriesAt(paths: readonly [Path, Path], moment: Moment): Promise<[Entries, Entries]> {
  const entries = (): Entries => new Map()
  const sides: [Entries, Entries] = [entries(), entries()]
  const lowest = Math.min(...paths.map(({ fork }) => fork))
  await walkBack(moment, lowest, (key, value, block) => {
    for (const [i, { fork }] of paths.entries()) if (block >= fork) sides[i]?.set(nameOf(key), value)
  })
  for (const [i, path] of paths.entries())
    await walkAside(path, moment, (key, value) => void sides[i]?.set(nameOf(key), value))
  return sides
}

function changesBetween(before: Entries, after: Entries, { get, keys }: Moment): Changed[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  /** Hashes whose values are compared themselves. */
  const known = new Set<string>()
  const changes = names.flatMap((name) => {
    const key = Buffer.from(name, 'latin1')
    const at = (entries: Entries) => (entries.has(name) ? entries.get(name) : get(key))
    const change = changeOf(keys.parseState(key), at(before), at(after))
    if (change?.collection !== undefined && change.hashed !== true)
      known.add(JSON.stringify([change.namespace, change.collection, hashedKey(sha256(change.key))]))
    return change ?? []
  })
  return changes.filter(
    ({ namespace, collection, key, hashed, policy }) =>
      hashed !== true || policy === true || !known.has(JSON.stringify([namespace, collection, key])),
  )
}

/** A change whose values are still bytes: there may be a million, of which a thousand are shown. */
interface Changed extends Omit<KeyChange, 'before' | 'after'> {
  before: Uint8Array | undefined
  after: Uint8Array | undefined
}

/** Undefined if value and metadata are the same, whatever wrote them. */
function changeOf(
  { namespace: stored, key }: { namespace: string; key: string },
  before: Uint8Array | undefined,
  after: Uint8Array | undefined,
): Changed | undefined {
  const [old, present] = [before, after].map((bytes) => bytes && decodeVersioned(bytes))
  const isSame = (a: Uint8Array | undefined, b: Uint8Array | undefined) =>
    a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0
  const hasValue = !isSame(old?.value, present?.value)
  const hasPolicy = old !== undefined && present !== undefined && !isSame(old.metadata, present.metadata)
  if (!hasValue && !hasPolicy) return undefined
  const derived = parseDerived(stored)
  return {
    namespace: derived?.namespace ?? stored,
    ...(derived === undefined ? {} : { collection: derived.collection }),
    key,
    ...(derived?.kind === 'hashed' ? { hashed: true as const } : {}),
    before: old?.value,
    after: present?.value,
    ...(hasPolicy ? { policy: true as const } : {}),
  }
}

function shownChange(change: Changed): KeyChange {
  const shown = (value: Uint8Array | undefined): KeyChange['before'] => {
    if (value === undefined) return null
    return change.hashed === true ? { text: Buffer.from(value).toString('hex'), encoding: 'utf8' } : encodeBytes(value)
  }
  return { ...change, before: shown(change.before), after: shown(change.after) }
}

function nameOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
}
