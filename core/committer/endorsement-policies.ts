import { decodeMetadata } from '../ledger/versioned-value.ts'
import type { WorldState } from '../ledger/world-state.ts'
import { evaluate } from '../policies/evaluate.ts'
import { policyManager, type ChannelPolicy } from '../policies/manager.ts'
import { policyText } from '../policies/policy-text.ts'
import { implicitCollection } from '../privdata/collection.ts'
import {
  definitionKey,
  legacyDefinitionKey,
  LIFECYCLE_NAMESPACE,
  LSCC_NAMESPACE,
  type StateKey,
} from '../privdata/definition-keys.ts'
import { hashedNamespace } from '../privdata/namespaces.ts'
import type { Config } from '../protos/config.ts'
import { ChaincodeData } from '../protos/index.ts'
import { ChaincodeValidationInfo, StateData } from '../protos/lifecycle.ts'
import { ApplicationPolicy, CollectionConfigPackage, SignaturePolicyEnvelope } from '../protos/policies.ts'

export type EndorsementPolicy = ChannelPolicy

/** The policies that a write's endorsers must satisfy (Fabric core/chaincode/lifecycle/deployedcc_infoprovider.go, v3.1). */
export interface EndorsementPolicies {
  /** undefined: the chaincode isn't defined on the channel. */
  chaincode(name: string): EndorsementPolicy | undefined
  /** undefined: the collection isn't defined. Without a policy of its own it has its chaincode's. */
  collection(chaincode: string, name: string): EndorsementPolicy | undefined
  /** undefined: the key has no policy of its own. `collection`: '' for public state; otherwise `key` is the hash as text. */
  key(chaincode: string, collection: string, key: string): EndorsementPolicy | undefined
}

/** Read from the committed state and the channel's configuration at every call. */
export function endorsementPolicies(
  state: Pick<WorldState, 'get'>,
  config: () => Config | undefined,
): EndorsementPolicies {
  const valueAt = ({ namespace, key }: StateKey) => state.get(namespace, key)?.value
  const policyAt = (path: string): EndorsementPolicy | undefined => {
    const root = config()?.getChannelGroup()
    return root && policyManager(root).policy(path)
  }
  const mustHave = (path: string): EndorsementPolicy => {
    const policy = policyAt(path)
    if (policy === undefined) return never(`${path}, which the channel does not have`)
    return { ...policy, text: `${policy.text} of ${path}` }
  }
  const read = new Map<string, { definition: Uint8Array; policy: () => EndorsementPolicy }>()

  /** The default of the 1.4 lifecycle, which LSCC still has. */
  const anyMember = () => mustHave('/Channel/Application/Readers')

  const chaincode = (name: string): EndorsementPolicy | undefined => {
    if (name === LIFECYCLE_NAMESPACE) return mustHave('/Channel/Application/LifecycleEndorsement')
    if (name === LSCC_NAMESPACE) return anyMember()
    const definition = valueAt(definitionKey(name, 'ValidationInfo'))
    if (definition === undefined) {
      const legacy = valueAt(legacyDefinitionKey(name))
      if (legacy === undefined) return undefined
      const policy = ChaincodeData.deserializeBinary(legacy).getPolicy()
      return policy === undefined ? anyMember() : signaturePolicy(policy)
    }
    // Each call asks twice, and a definition seldom changes: it is taken apart once.
    let known = read.get(name)
    if (known === undefined || Buffer.compare(known.definition, definition) !== 0) {
      const info = StateData.deserializeBinary(definition).getBytes_asU8()
      const parameter = ChaincodeValidationInfo.deserializeBinary(info).getValidationParameter_asU8()
      read.set(name, (known = { definition, policy: application(parameter, mustHave) }))
    }
    return known.policy()
  }

  return {
    chaincode,
    collection(chaincodeName, name) {
      const implicit = implicitCollection(name)
      if (implicit !== undefined) return policyAt(`/Channel/Application/${implicit.members[0] ?? ''}/Endorsement`)
      const definitions = valueAt(definitionKey(chaincodeName, 'Collections'))
      if (definitions === undefined) return undefined
      const bytes = StateData.deserializeBinary(definitions).getBytes_asU8()
      const config = CollectionConfigPackage.deserializeBinary(bytes)
        .getConfigList()
        .map((collection) => collection.getStaticCollectionConfig())
        .find((collection) => collection?.getName() === name)
      if (config === undefined) return undefined
      const own = config.getEndorsementPolicy()
      return own === undefined ? chaincode(chaincodeName) : application(own.serializeBinary(), mustHave)()
    },
    key(chaincodeName, collection, key) {
      const namespace = collection === '' ? chaincodeName : hashedNamespace(chaincodeName, collection)
      const metadata = state.get(namespace, key)?.metadata
      const parameter = metadata && decodeMetadata(metadata).get('VALIDATION_PARAMETER')
      if (parameter === undefined || parameter.length === 0) return undefined
      try {
        return signaturePolicy(SignaturePolicyEnvelope.deserializeBinary(parameter))
      } catch {
        // A real peer stops its channel here, since it takes this for a fault of its own.
        return never('a policy that cannot be read')
      }
    },
  }
}

/**
 * A marshalled ApplicationPolicy; one that can't be read is never satisfied. Where it refers to a policy of the channel,
 * that is looked up at each call: `mustHave`.
 */
function application(bytes: Uint8Array, mustHave: (path: string) => EndorsementPolicy): () => EndorsementPolicy {
  const unreadable = () => never('a policy that cannot be read')
  try {
    const policy = ApplicationPolicy.deserializeBinary(bytes)
    const signature = policy.getSignaturePolicy()
    if (signature !== undefined) {
      const own = signaturePolicy(signature)
      return () => own
    }
    const path = policy.getChannelConfigPolicyReference()
    return () => {
      try {
        return mustHave(path)
      } catch {
        return unreadable()
      }
    }
  } catch {
    return unreadable
  }
}

function signaturePolicy(envelope: SignaturePolicyEnvelope): EndorsementPolicy {
  return {
    text: policyText(envelope),
    isSatisfiedBy(identities) {
      try {
        return evaluate(envelope, identities)
      } catch {
        // Nobody satisfies a malformed policy.
        return false
      }
    },
  }
}

function never(text: string): EndorsementPolicy {
  return { text, isSatisfiedBy: () => false }
}
