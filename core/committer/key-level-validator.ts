import type { EndorsementFailure } from '../contract/call.ts'
import type { NamespaceReadWriteSet } from '../ledger/read-write-set.ts'
import type { Identity } from '../msp/identity.ts'
import { hashedKey } from '../privdata/namespaces.ts'
import { failureWords } from './failure-words.ts'
import type { EndorsementPolicies, EndorsementPolicy } from './endorsement-policies.ts'

type Endorsed = { chaincode: string; readWriteSet: readonly NamespaceReadWriteSet[] }

/** A key that a transaction writes. `collection`: '' for public state; otherwise `key` is the hash as text. */
interface Written {
  collection: string
  key: string
}

/**
 * Validates the endorsements of a block's transactions, which must be passed in their order: once a transaction changes
 * a key's policy, later ones of the block can't write the key. Each write must satisfy the key's own policy, otherwise
 * its collection's, otherwise its chaincode's; a called chaincode that wrote nothing, its own (Fabric
 * core/common/validation/statebased/validator_keylevel.go and v20.go, v3.1).
 */
export function newKeyLevelValidator(
  policies: EndorsementPolicies,
): (transaction: Endorsed, endorsers: readonly Identity[]) => EndorsementFailure | undefined {
  const changed = new Set<string>()
  return ({ chaincode, readWriteSet }, identities) => {
    const sets = readWriteSet.filter((set) => set.namespace === chaincode || writtenBy(set).length > 0)
    const called = sets.some(({ namespace }) => namespace === chaincode)
    const all = called ? sets : [{ ...NOTHING, namespace: chaincode }, ...sets]
    let first: EndorsementFailure | undefined
    for (const set of all) {
      const failure = validate(policies, changed, set, identities)
      first ??= failure
      if (failure !== undefined) continue
      // Even if the transaction fails elsewhere, as in Fabric, which validates namespace by namespace.
      for (const written of metadataWrittenBy(set)) changed.add(idOf(set.namespace, written))
    }
    return first
  }
}

const NOTHING: Omit<NamespaceReadWriteSet, 'namespace'> = {
  reads: [],
  rangeQueries: [],
  writes: [],
  metadataWrites: [],
  collections: [],
}

function validate(
  policies: EndorsementPolicies,
  changed: ReadonlySet<string>,
  set: NamespaceReadWriteSet,
  identities: readonly Identity[],
): EndorsementFailure | undefined {
  const { namespace } = set
  const endorsers = [...new Set(identities.map(({ mspId }) => mspId))]
  const failure = (of: Pick<EndorsementFailure, 'code' | 'collection' | 'key' | 'policy'>, isChanged = false) => {
    const details = { namespace, endorsers, ...of }
    return { ...details, words: failureWords(details, isChanged) }
  }
  const own = policies.chaincode(namespace)
  if (own === undefined) return failure({ code: 'INVALID_CHAINCODE' })
  const code = 'ENDORSEMENT_POLICY_FAILURE'
  /** Results by collection, '' for the chaincode, so that each policy is evaluated once. */
  const checked = new Map<string, boolean>()
  const isSatisfied = (name: string, policy: EndorsementPolicy): boolean => {
    let satisfied = checked.get(name)
    if (satisfied === undefined) checked.set(name, (satisfied = policy.isSatisfiedBy(identities)))
    return satisfied
  }
  let hasKeyPolicy = false
  for (const { collection, key } of writtenBy(set)) {
    const place = { collection: collection === '' ? undefined : collection, key }
    if (changed.has(idOf(namespace, { collection, key }))) return failure({ code, ...place }, true)
    const policy = policies.key(namespace, collection, key)
    if (policy !== undefined) {
      hasKeyPolicy = true
      if (!policy.isSatisfiedBy(identities)) return failure({ code, ...place, policy: policy.text })
      continue
    }
    if (collection === '') {
      if (!isSatisfied('', own)) return failure({ code, policy: own.text })
      continue
    }
    const ofCollection = policies.collection(namespace, collection)
    if (ofCollection === undefined) return failure({ code, collection })
    if (!isSatisfied(collection, ofCollection)) return failure({ code, collection, policy: ofCollection.text })
  }
  const isChecked = hasKeyPolicy || checked.size > 0
  return isChecked || isSatisfied('', own) ? undefined : failure({ code, policy: own.text })
}

function writtenBy(set: NamespaceReadWriteSet): Written[] {
  const hashed = set.collections.flatMap(({ name, writes }) =>
    writes.map(({ keyHash }) => ({ collection: name, key: hashedKey(keyHash) })),
  )
  return [...set.writes.map(({ key }) => ({ collection: '', key })), ...hashed, ...metadataWrittenBy(set)]
}

function metadataWrittenBy({ metadataWrites, collections }: NamespaceReadWriteSet): Written[] {
  return [
    ...metadataWrites.map(({ key }) => ({ collection: '', key })),
    ...collections.flatMap(({ name, metadataWrites: hashed }) =>
      hashed.map(({ keyHash }) => ({ collection: name, key: hashedKey(keyHash) })),
    ),
  ]
}

function idOf(namespace: string, { collection, key }: Written): string {
  return `${namespace}\0${collection}\0${key}`
}
