/** A place in a channel's state. */
export interface StateKey {
  namespace: string
  key: string
}

export const LIFECYCLE_NAMESPACE = '_lifecycle'
export const LSCC_NAMESPACE = 'lscc'

/** The fields of a definition, each in a StateData of its own (core/chaincode/lifecycle/lifecycle.go, ChaincodeDefinition). */
export type DefinitionField = 'Sequence' | 'EndorsementInfo' | 'ValidationInfo' | 'Collections'

/** Where _lifecycle keeps a field of a chaincode's definition (core/chaincode/lifecycle/serializer.go, FieldKey). */
export function definitionKey(chaincode: string, field: DefinitionField): StateKey {
  return { namespace: LIFECYCLE_NAMESPACE, key: `namespaces/fields/${chaincode}/${field}` }
}

/** Where it says that there is one (MetadataKey). */
export function definitionMetadataKey(chaincode: string): StateKey {
  return { namespace: LIFECYCLE_NAMESPACE, key: `namespaces/metadata/${chaincode}` }
}

/** Where LSCC keeps a chaincode's ChaincodeData, which is its definition there. */
export function legacyDefinitionKey(chaincode: string): StateKey {
  return { namespace: LSCC_NAMESPACE, key: chaincode }
}

/** Where LSCC keeps its CollectionConfigPackage, unwrapped (core/common/privdata, BuildCollectionKVSKey). */
export function legacyCollectionsKey(chaincode: string): StateKey {
  return { namespace: LSCC_NAMESPACE, key: `${chaincode}~collection` }
}
