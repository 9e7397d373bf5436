import { setImmediate } from 'node:timers/promises'
import { PeerError } from '../../contract/error.ts'
import type { KeyChange, StateComparison } from '../../contract/undo.ts'
import { hashedKey, parseDerived } from '../../privdata/namespaces.ts'
import { encodeBytes } from '../encoded-bytes.ts'
import type { LedgerKeys } from '../ledger-keys.ts'
import { sha256 } from '../private-rwset-proto.ts'
import { decodeSavepoint } from '../savepoint.ts'
import { decodeVersioned } from '../versioned-value.ts'
import { pathTo, type Path } from './block-tree.ts'
import { readCheckpoints } from './branches.ts'
import { decodeEntries } from './entries.ts'
import type { MovedChannel } from './move.ts'
import type { UndoKeys } from './undo-keys.ts'
import { entriesBefore } from './undo-record.ts'

type Get = (key: Uint8Array) => Uint8Array | undefined

/** The channel as it is at one moment, whatever is committed meanwhile. */
interface Moment {
  channel: string
  height: number
  get: Get
  keys: LedgerKeys
  undo: UndoKeys
}

/** Entries of the state, by the latin1 text of their keys; undefined: the key isn't there. */
type Entries = Map<string, Uint8Array | undefined>

const STATE = 's'.charCodeAt(0)
const BLOCKS_AT_A_TIME = 50
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
    const get: Get = (key) => store.get(key, snapshot)
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

function pathOfPoint(point: string, { channel, height, get, keys, undo }: Moment, checkpoints: Checkpoints): Path {
  if (/^\d{1,15}$/.test(point)) {
    const wanted = Number(point)
    if (wanted < 1 || wanted > height)
      throw new PeerError('REWIND_HEIGHT', { channel, height: wanted, present: height })
    return { fork: wanted, blocks: [] }
  }
  const named = checkpoints.find(({ name }) => name === point)
  const isBranch = /^[0-9a-f]{64}$/.test(point) && get(undo.branch(Buffer.from(point, 'hex'))) !== undefined
  if (named === undefined && !isBranch) {
    const known = checkpoints.map(({ name }) => name)
    if (/^[0-9a-f]{64}$/.test(point)) throw new PeerError('BRANCH_UNKNOWN', { channel, id: point })
    throw new PeerError('CHECKPOINT_UNKNOWN', { channel, name: point.slice(0, 200), known })
  }
  const id = isBranch ? point : (named?.id ?? '')
  const path = pathTo(Buffer.from(id, 'hex'), { get }, keys, undo)
  if (path === undefined) throw new PeerError('BRANCH_UNKNOWN', { channel, id })
  return path
}

type Checkpoints = Awaited<ReturnType<typeof readCheckpoints>>

/** At each point, the entries that aren't as they are now. */
async function entriesAt(paths: readonly [Path, Path], moment: Moment): Promise<[Entries, Entries]> {
  const { channel, height, get, keys, undo } = moment
  const [first, second] = paths.map(({ fork }) => ({ fork, entries: new Map() as Entries })) as [Side, Side]
  const lowest = Math.min(first.fork, second.fork)
  for (let number = height - 1; number >= lowest; number--) {
    const record = get(undo.undo(number))
    if (record === undefined) throw new PeerError('REWIND_TOO_FAR', { channel, height: lowest, oldest: number + 1 })
    for (const { key, value } of entriesBefore(record, keys, get)) {
      if (key[0] !== STATE) continue
      for (const { fork, entries } of [first, second]) if (number >= fork) entries.set(nameOf(key), value)
    }
    if (number % BLOCKS_AT_A_TIME === 0) await setImmediate()
  }
  goAlong(paths[0], first.entries, moment)
  goAlong(paths[1], second.entries, moment)
  return [first.entries, second.entries]
}

interface Side {
  fork: number
  entries: Entries
}

/** From the chain along the blocks that were set aside. */
function goAlong({ blocks }: Path, entries: Entries, { get, undo }: Moment): void {
  for (const { hash } of blocks) {
    for (const entry of decodeEntries(get(undo.aside(hash)) ?? new Uint8Array())) {
      if (entry.key[0] === STATE) entries.set(nameOf(entry.key), entry.kind === 'absent' ? undefined : entry.value)
    }
  }
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
