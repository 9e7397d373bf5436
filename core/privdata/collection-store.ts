import { StateData } from '../protos/lifecycle.ts'
import {
  collectionsKey,
  implicitCollection,
  implicitCollectionName,
  legacyCollectionsKey,
  readCollections,
  type Collection,
} from './collection.ts'

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

/** `organisations`: MSP ids of the channel. Definitions are read once: a simulation sees one state. */
export function collectionStore(state: DefiningState, organisations: () => readonly string[]): CollectionStore {
  const known = new Map<string, Collection[]>()
  const defined = (namespace: string): Collection[] => {
    let collections = known.get(namespace)
    if (collections === undefined) {
      const [at, legacy] = [collectionsKey(namespace), legacyCollectionsKey(namespace)]
      const definition = state.get(at.namespace, at.key)
      const bytes =
        definition === undefined
          ? state.get(legacy.namespace, legacy.key)?.value
          : StateData.deserializeBinary(definition.value).getBytes_asU8()
      collections = bytes === undefined ? [] : readCollections(bytes)
      known.set(namespace, collections)
    }
    return collections
  }
  const all = (namespace: string): Collection[] => [
    ...defined(namespace),
    ...organisations()
      .map((mspId) => implicitCollection(implicitCollectionName(mspId)))
      .filter((collection) => collection !== undefined),
  ]
  return {
    all,
    find: (namespace, name) =>
      implicitCollection(name) ?? defined(namespace).find((collection) => collection.name === name),
    use(namespace, name) {
      const usable = all(namespace)
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
