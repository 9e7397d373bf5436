import {
  blockToLive,
  collectionNames,
  hashOf,
  holds,
  keysWithin,
  type ModelState,
  type ModelValue,
  type Version,
} from './model-state.ts'
import type { ModelRange, ModelSets, ModelTransaction } from './model-simulator.ts'
import { POLICY } from './plain-set.ts'

type Metadata = ModelValue['metadata']
/** One map of the state, under validation. */
type Keys = Map<string, ModelValue>

/** What is written of one key: a value, undefined where it is deleted, or metadata, or both. */
interface KeyChange {
  key: string
  written?: { value: string | undefined }
  metadata?: NonNullable<Metadata>
}

/** A block under validation. `touched`: the places that its valid transactions have written so far. */
interface Block {
  version: Version
  public: Keys
  hashes: Record<string, Keys>
  private: Record<string, Keys>
  touched: Set<string>
  /** Places whose metadata an endorsed transaction has written, whether or not it is valid in the end. */
  metadataTouched: Set<string>
}

/**
 * Validates transactions as the next block and applies the valid ones, as Fabric's source says it (v2.5.16:
 * core/common/validation/statebased/vpmanagerimpl.go; txmgmt/validation/validator.go and tx_ops.go;
 * pvtstatepurgemgmt/purge_mgr.go). A peer of Org1MSP has endorsed each, which is enough for the chaincode.
 */
export function commitBlock(
  before: ModelState,
  transactions: readonly ModelTransaction[],
): { codes: string[]; state: ModelState } {
  const block: Block = {
    version: '',
    public: new Map(before.public),
    hashes: copies(before.hashes),
    private: copies(before.private),
    touched: new Set(),
    metadataTouched: new Set(),
  }
  const history = [...before.history]
  const codes = transactions.map(({ txId, sets }, index) => {
    block.version = `${before.height}:${index}`
    if (!isEndorsed(before, block, sets)) return 'ENDORSEMENT_POLICY_FAILURE'
    const conflict = conflictOf(before, block, sets)
    if (conflict !== undefined) return conflict
    for (const change of changesOf(sets)) apply(block, '', block.public, change)
    for (const [key, { value }] of sets.writes) history.push({ key, value, txId })
    for (const [name, collection] of sets.collections) {
      for (const change of changesOf(collection)) {
        apply(block, name, block.hashes[name], hashed(change))
        if (holds(name)) apply(block, name, block.private[name], change)
      }
    }
    return 'VALID'
  })
  expire(before.height, block)
  const { public: state, hashes, private: values } = block
  return { codes, state: { height: before.height + 1, public: state, hashes, private: values, history } }
}

/**
 * Each key written must be endorsed by whom its policy names, which must not have changed in the same block; a key
 * without one by whom its collection names, which is the organisation of an implicit one.
 */
function isEndorsed(before: ModelState, block: Block, sets: ModelSets): boolean {
  const written = [
    ...changesOf(sets).map(({ key }) => ({ collection: '', key, now: before.public.get(key) })),
    ...[...sets.collections].flatMap(([collection, changes]) =>
      changesOf(changes).map(({ key }) => ({ collection, key, now: before.hashes[collection]?.get(key) })),
    ),
  ]
  const endorsed = written.every(({ collection, key, now }) => {
    const [name, mspId] = now?.metadata ?? []
    const required = name === POLICY ? mspId : /^_implicit_org_(.+)/.exec(collection)?.[1]
    return !block.metadataTouched.has(placeOf(collection, key)) && (required ?? 'Org1MSP') === 'Org1MSP'
  })
  if (!endorsed) return false
  for (const key of sets.metadata.keys()) block.metadataTouched.add(placeOf('', key))
  for (const [name, { metadata }] of sets.collections) {
    for (const key of metadata.keys()) block.metadataTouched.add(placeOf(name, key))
  }
  return true
}

function conflictOf(before: ModelState, block: Block, sets: ModelSets): string | undefined {
  for (const [key, seen] of sets.reads) {
    // Any write in the same block counts, of a key that doesn't exist too.
    const now = before.public.get(key)?.version
    if (block.touched.has(placeOf('', key)) || now !== seen) return 'MVCC_READ_CONFLICT'
  }
  if (sets.ranges.some((range) => isChanged(range, block.public))) return 'PHANTOM_READ_CONFLICT'
  for (const [name, { reads }] of sets.collections) {
    for (const [key, seen] of reads) {
      const now = before.hashes[name]?.get(key)?.version
      if (block.touched.has(placeOf(name, key)) || now !== seen) return 'MVCC_READ_CONFLICT'
    }
  }
  return undefined
}

function isChanged({ start, end, exhausted, reads }: ModelRange, now: Keys): boolean {
  const keys = keysWithin(now.keys(), { start, end, endIsIn: !exhausted })
  return JSON.stringify(keys.map((key) => [key, now.get(key)?.version])) !== JSON.stringify(reads)
}

function changesOf({ writes, metadata }: Pick<ModelSets, 'writes' | 'metadata'>): KeyChange[] {
  return [...new Set([...writes.keys(), ...metadata.keys()])].map((key) => {
    const change: KeyChange = { key }
    const [written, entry] = [writes.get(key), metadata.get(key)]
    if (written !== undefined) change.written = { value: written.value }
    if (entry !== undefined) change.metadata = entry
    return change
  })
}

function hashed({ written, ...change }: KeyChange): KeyChange {
  if (written === undefined) return change
  return { ...change, written: { value: written.value === undefined ? undefined : hashOf(written.value) } }
}

/** A delete takes the metadata along; a new value keeps it; metadata of a key that doesn't exist is nothing. */
function apply(block: Block, collection: string, keys: Keys | undefined, { key, written, metadata }: KeyChange): void {
  const now = keys?.get(key)
  if (written === undefined && now === undefined) return
  block.touched.add(placeOf(collection, key))
  const value = written === undefined ? now?.value : written.value
  if (value === undefined) keys?.delete(key)
  else keys?.set(key, { value, version: block.version, metadata: metadata ?? now?.metadata })
}

/** What a block wrote lives for `blockToLive` more, unless it is written again, be it by the block that ends it. */
function expire(height: number, block: Block): void {
  for (const name of collectionNames) {
    const lives = blockToLive(name)
    if (lives === 0) continue
    for (const [key, { version }] of block.hashes[name] ?? []) {
      const at = Number(version.split(':')[0]) + lives + 1
      if (at !== height || block.touched.has(placeOf(name, key))) continue
      block.hashes[name]?.delete(key)
      block.private[name]?.delete(key)
    }
  }
}

function placeOf(collection: string, key: string): string {
  return `${collection}/${key}`
}

function copies(of: Readonly<Record<string, ReadonlyMap<string, ModelValue>>>): Record<string, Keys> {
  return Object.fromEntries(Object.entries(of).map(([name, keys]) => [name, new Map(keys)]))
}
