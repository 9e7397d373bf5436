import { StateData } from '../protos/lifecycle.ts'
import { implicitCollection, implicitCollectionName, readCollections, type Collection } from './collection.ts'
import {
  definitionKey,
  definitionMetadataKey,
  legacyCollectionsKey,
  legacyDefinitionKey,
  LIFECYCLE_NAMESPACE,
  type StateKey,
} from './definition-keys.ts'

/** What the definitions are read from: a channel's state. */
export interface DefiningState {
  get(namespace: string, key: string): { value: Uint8Array } | undefined
}

/** The collections of the chaincodes of a channel, as its state defines them. */
export interface CollectionStore {
  /** undefined: the chaincode doesn't define it, and it isn't an implicit collection's name. */
  find(namespace: string, name: string): Collection | undefined
  /** The same, but an implicit one must belong to an organisation of the channel. Throws Fabric's text. */
  use(namespace: string, name: string): Collection
  /** All that a chaincode may use, the implicit ones last. */
  all(namespace: string): Collection[]
}

interface Defined {
  collections: Collection[]
  /** By LSCC, which knows no implicit collections. */
  isLegacy: boolean
}

/**
 * Reads the keys that a peer reads, all fields of the definition included, since a simulation records what it reads
 * (core/chaincode/lifecycle/deployedcc_infoprovider.go, v2.5.16). Each definition is read once: a simulation sees one
 * state.
 * @param organisations MSP ids of the channel
 */
export function collectionStore(state: DefiningState, organisations: () => readonly string[]): CollectionStore {
  const known = new Map<string, Defined>()
  const valueAt = ({ namespace, key }: StateKey) => state.get(namespace, key)?.value
  const read = (namespace: string): Defined => {
    // _lifecycle isn't defined, but has implicit collections.
    if (namespace === LIFECYCLE_NAMESPACE) return { collections: [], isLegacy: false }
    if (valueAt(definitionMetadataKey(namespace)) === undefined) {
      const bytes = valueAt(legacyCollectionsKey(namespace))
      return { collections: bytes === undefined ? [] : readCollections(bytes), isLegacy: true }
    }
    for (const field of ['Sequence', 'EndorsementInfo', 'ValidationInfo'] as const) {
      valueAt(definitionKey(namespace, field))
    }
    const collections = valueAt(definitionKey(namespace, 'Collections')) ?? new Uint8Array()
    return { collections: readCollections(StateData.deserializeBinary(collections).getBytes_asU8()), isLegacy: false }
  }
  const defined = (namespace: string): Defined => {
    let definition = known.get(namespace)
    if (definition === undefined) known.set(namespace, (definition = read(namespace)))
    return definition
  }
  const all = (namespace: string): Collection[] => {
    const { collections, isLegacy } = defined(namespace)
    if (isLegacy) return collections
    const implicit = organisations().map((mspId) => implicitCollection(implicitCollectionName(mspId)))
    return [...collections, ...implicit.filter((collection) => collection !== undefined)]
  }
  return {
    all,
    find(namespace, name) {
      const { collections, isLegacy } = defined(namespace)
      const implicit = isLegacy ? undefined : implicitCollection(name)
      return implicit ?? collections.find((collection) => collection.name === name)
    },
    use(namespace, name) {
      const usable = all(namespace)
      // A peer asks LSCC for the chaincode as well before it uses its collections.
      if (defined(namespace).isLegacy) valueAt(legacyDefinitionKey(namespace))
      const collection = usable.find((candidate) => candidate.name === name)
      if (collection !== undefined) return collection
      // core/ledger/ledger_interface.go, InvalidCollNameError and CollConfigNotDefinedError.
      throw new Error(
        usable.length === 0
          ? `collection config not defined for chaincode [${namespace}], pass the collection configuration upon chaincode definition/instantiation`
          : `collection [${name}] not defined in the collection config for chaincode [${namespace}]`,
      )
    },
  }
}
