import type { ReadWriteSet } from '../contract/call.ts'
import type { Collection } from '../privdata/collection.ts'
import { hashedKey, hashedNamespace, privateNamespace } from '../privdata/namespaces.ts'
import { describeReadWriteSet, type ValueBefore } from './described-set.ts'
import { marshalPrivateSets, sha256 } from './private-rwset-proto.ts'
import type { NamespaceReadWriteSet, PrivateWriteSet, Write } from './read-write-set.ts'
import type { RWSetBuilder } from './rwset-builder.ts'
import { marshalReadWriteSet } from './rwset-proto.ts'
import { decodeMetadata } from './versioned-value.ts'
import type { WorldState } from './world-state.ts'

/** What a transaction read and wrote. All of it holds after the simulation is done. */
export interface SimulationResults {
  /** Marshals it as Fabric's TxReadWriteSet, which evaluate never needs. */
  rwset(): Uint8Array
  /** Marshals the private values as its TxPvtReadWriteSet; undefined if none were written. */
  privateRwset: (() => Uint8Array) | undefined
  /** The same for people. */
  readWriteSet: ReadWriteSet
  /** What `rwset()` marshals. */
  publicSets: NamespaceReadWriteSet[]
  /** The committed policies of their own that keys have which it writes. */
  keyPolicies: KeyPolicy[]
  collectionsWritten: CollectionWritten[]
  /** For a hint: keys that it gives policies of their own, and that have no value then. */
  policiesLost: KeyWithoutValue[]
}

/** `key` is plain also in a collection. */
export interface KeyWithoutValue {
  namespace: string
  collection?: string
  key: string
}

/** A key's VALIDATION_PARAMETER. In a collection, `key` is the text of its hash. */
export interface KeyPolicy {
  namespace: string
  collection?: string | undefined
  key: string
  policy: Uint8Array
}

export interface CollectionWritten {
  namespace: string
  collection: Collection
  /** How many peers of the channel besides this one hold its values. */
  otherPeers: number
}

/** `collectionWritten`: the collection that a private write set belongs to. */
export function simulationResults(
  rwset: RWSetBuilder,
  state: WorldState,
  collectionWritten: (namespace: string, name: string) => CollectionWritten,
): SimulationResults {
  const publicSets = rwset.publicSets()
  const privateSets = rwset.privateSets()
  const before: ValueBefore = (namespace, key, collection) =>
    state.get(collection === undefined ? namespace : privateNamespace(namespace, collection), key)?.value
  return {
    rwset: () => marshalReadWriteSet(publicSets),
    privateRwset: privateSets.length === 0 ? undefined : () => marshalPrivateSets(privateSets),
    readWriteSet: describeReadWriteSet(publicSets, privateSets, rwset.privateReads(), before),
    publicSets,
    keyPolicies: publicSets.flatMap((set) => keyPoliciesOf(set, state)),
    collectionsWritten: privateSets.map(({ namespace, collection }) => collectionWritten(namespace, collection)),
    policiesLost: policiesLost(publicSets, privateSets, state),
  }
}

/** A commit passes over them (Fabric v2.5.16 core/ledger/kvledger/txmgmt/validation/tx_ops.go). */
function policiesLost(
  publicSets: readonly NamespaceReadWriteSet[],
  privateSets: readonly PrivateWriteSet[],
  state: WorldState,
): KeyWithoutValue[] {
  const isLost = (writes: readonly Write[], key: string, isCommitted: () => boolean) => {
    const write = writes.find((each) => each.key === key)
    return write === undefined ? !isCommitted() : write.isDelete
  }
  return [
    ...publicSets.flatMap(({ namespace, writes, metadataWrites }) =>
      metadataWrites
        // Without a value it removes a policy.
        .filter(({ metadata }) => [...metadata.values()].some((value) => value.length > 0))
        .filter(({ key }) => isLost(writes, key, () => state.get(namespace, key) !== undefined))
        .map(({ key }) => ({ namespace, key })),
    ),
    ...privateSets.flatMap(({ namespace, collection, writes, metadataWrites }) => {
      const hashes = hashedNamespace(namespace, collection)
      return metadataWrites
        .filter((key) => isLost(writes, key, () => state.get(hashes, hashedKey(sha256(key))) !== undefined))
        .map((key) => ({ namespace, collection, key }))
    }),
  ]
}

/** Not recorded as reads: a peer looks them up beside the simulation (tx_simulator.go, checkStateMetadata, v2.5.16). */
function keyPoliciesOf(
  { namespace, writes, metadataWrites, collections }: NamespaceReadWriteSet,
  state: WorldState,
): KeyPolicy[] {
  const policyAt = (at: string, key: string, collection?: string): KeyPolicy[] => {
    const metadata = state.get(at, key)?.metadata ?? new Uint8Array()
    const policy = decodeMetadata(metadata).get('VALIDATION_PARAMETER')
    return policy === undefined ? [] : [{ namespace, collection, key, policy }]
  }
  const keys = new Set([...writes, ...metadataWrites].map(({ key }) => key))
  return [
    ...[...keys].flatMap((key) => policyAt(namespace, key)),
    ...collections.flatMap(({ name, writes: hashed, metadataWrites: hashedMetadata }) => {
      const hashes = new Set([...hashed, ...hashedMetadata].map(({ keyHash }) => hashedKey(keyHash)))
      return [...hashes].flatMap((key) => policyAt(hashedNamespace(namespace, name), key, name))
    }),
  ]
}
