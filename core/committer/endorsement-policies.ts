import { decodeMetadata } from '../ledger/versioned-value.ts'
import type { WorldState } from '../ledger/world-state.ts'
import { evaluate } from '../policies/evaluate.ts'
import { policyManager, type ChannelPolicy, type PolicyManager } from '../policies/manager.ts'
import { policyText } from '../policies/policy-text.ts'
import { collectionsKey, implicitCollection } from '../privdata/collection.ts'
import { hashedNamespace } from '../privdata/namespaces.ts'
import type { Config } from '../protos/config.ts'
import { ChaincodeData } from '../protos/index.ts'
import { ChaincodeValidationInfo, StateData } from '../protos/lifecycle.ts'
import { ApplicationPolicy, CollectionConfigPackage, SignaturePolicyEnvelope } from '../protos/policies.ts'

export type EndorsementPolicy = ChannelPolicy

/** What a channel demands of the endorsers of a write (Fabric core/chaincode/lifecycle/deployedcc_infoprovider.go, v3.1). */
export interface EndorsementPolicies {
  /** undefined: no such chaincode is defined on the channel. */
  chaincode(name: string): EndorsementPolicy | undefined
  /** undefined: no such collection is defined. One that has no policy of its own has its chaincode's. */
  collection(chaincode: string, name: string): EndorsementPolicy | undefined
  /** undefined: the key has none of its own. `collection` '' for the public state; there a key is the text of its hash. */
  key(chaincode: string, collection: string, key: string): EndorsementPolicy | undefined
}

const LIFECYCLE = '_lifecycle'
const LSCC = 'lscc'

/** As the committed state and the channel's configuration have them when they are asked for. */
export function endorsementPolicies(
  state: Pick<WorldState, 'get'>,
  config: () => Config | undefined,
): EndorsementPolicies {
  const managers = new WeakMap<Config, PolicyManager>()
  const referred = (path: string): EndorsementPolicy | undefined => {
    const now = config()
    const group = now?.getChannelGroup()
    if (now === undefined || group === undefined) return undefined
    let manager = managers.get(now)
    if (manager === undefined) managers.set(now, (manager = policyManager(group)))
    return manager.policy(path)
  }
  const reference = (path: string): EndorsementPolicy => {
    const policy = referred(path)
    if (policy === undefined) return never(`${path}, which the channel does not have`)
    return { ...policy, text: `${policy.text} of ${path}` }
  }
  /** Of the marshalled message. What cannot be read nobody satisfies. */
  const application = (bytes: Uint8Array): EndorsementPolicy => {
    try {
      const policy = ApplicationPolicy.deserializeBinary(bytes)
      const signature = policy.getSignaturePolicy()
      if (signature !== undefined) return signaturePolicy(signature)
      return reference(policy.getChannelConfigPolicyReference())
    } catch {
      return never('a policy that cannot be read')
    }
  }

  /** The default under the lifecycle of 1.4, which channels of today have left and LSCC still knows. */
  const anyMember = () => reference('/Channel/Application/Readers')

  const chaincode = (name: string): EndorsementPolicy | undefined => {
    if (name === LIFECYCLE) return reference('/Channel/Application/LifecycleEndorsement')
    if (name === LSCC) return anyMember()
    const found = state.get(LIFECYCLE, `namespaces/fields/${name}/ValidationInfo`)
    if (found === undefined) {
      const legacy = state.get(LSCC, name)
      if (legacy === undefined) return undefined
      const policy = ChaincodeData.deserializeBinary(legacy.value).getPolicy()
      return policy === undefined ? anyMember() : signaturePolicy(policy)
    }
    const info = StateData.deserializeBinary(found.value).getBytes_asU8()
    return application(ChaincodeValidationInfo.deserializeBinary(info).getValidationParameter_asU8())
  }

  return {
    chaincode,
    collection(of, name) {
      const implicit = implicitCollection(name)
      if (implicit !== undefined) return referred(`/Channel/Application/${implicit.members[0] ?? ''}/Endorsement`)
      const at = collectionsKey(of)
      const found = state.get(at.namespace, at.key)
      if (found === undefined) return undefined
      const config = CollectionConfigPackage.deserializeBinary(StateData.deserializeBinary(found.value).getBytes_asU8())
        .getConfigList()
        .map((one) => one.getStaticCollectionConfig())
        .find((one) => one?.getName() === name)
      if (config === undefined) return undefined
      const own = config.getEndorsementPolicy()
      return own === undefined ? chaincode(of) : application(own.serializeBinary())
    },
    key(of, collection, key) {
      const metadata = state.get(collection === '' ? of : hashedNamespace(of, collection), key)?.metadata
      const parameter = metadata && decodeMetadata(metadata).get('VALIDATION_PARAMETER')
      if (parameter === undefined || parameter.length === 0) return undefined
      try {
        return signaturePolicy(SignaturePolicyEnvelope.deserializeBinary(parameter))
      } catch {
        // A real peer stops its channel here, for it takes it for a fault of its own.
        return never('a policy that cannot be read')
      }
    },
  }
}

function signaturePolicy(envelope: SignaturePolicyEnvelope): EndorsementPolicy {
  return {
    text: policyText(envelope),
    isSatisfiedBy(identities) {
      try {
        return evaluate(envelope, identities)
      } catch {
        // A malformed policy is one that nobody satisfies.
        return false
      }
    },
  }
}

function never(text: string): EndorsementPolicy {
  return { text, isSatisfiedBy: () => false }
}
