import * as lifecycle from '../../../../core/protos/lifecycle.ts'
import collectionPb from '@hyperledger/fabric-protos/lib/peer/collection_pb.js'
import policiesPb from '@hyperledger/fabric-protos/lib/common/policies_pb.js'
import principalPb from '@hyperledger/fabric-protos/lib/msp/msp_principal_pb.js'
import policyPb from '@hyperledger/fabric-protos/lib/peer/policy_pb.js'
import { archive } from '../../../support/archive.ts'

/** Makes the arguments that a recording describes. */

type Message = Record<string, ((value: unknown) => unknown) | undefined> & { serializeBinary(): Uint8Array }
type MessageType = new () => Message

/** What the fields hold that are messages themselves. */
const types = {
  collections: collectionPb.CollectionConfigPackage,
  configList: collectionPb.CollectionConfig,
  staticCollectionConfig: collectionPb.StaticCollectionConfig,
  memberOrgsPolicy: collectionPb.CollectionPolicyConfig,
  signaturePolicy: policiesPb.SignaturePolicyEnvelope,
  rule: policiesPb.SignaturePolicy,
  nOutOf: policiesPb.SignaturePolicy.NOutOf,
  rulesList: policiesPb.SignaturePolicy,
  identitiesList: principalPb.MSPPrincipal,
  endorsementPolicy: policyPb.ApplicationPolicy,
  source: lifecycle.ChaincodeSource,
  localPackage: lifecycle.ChaincodeSource.Local,
  unavailable: lifecycle.ChaincodeSource.Unavailable,
} as unknown as Record<string, MessageType | undefined>

/** The argument of a function of `_lifecycle`. */
export function lifecycleArgument(fn: string, fields: object): Uint8Array {
  const type = (lifecycle as unknown as Record<string, MessageType | undefined>)[`${fn}Args`]
  if (type === undefined) throw new Error(`no argument of ${fn} is known`)
  return filled(type, fields).serializeBinary()
}

/** Bytes are base64, which is what a message takes for them as well. */
function filled(type: MessageType, fields: object): Message {
  const message = new type()
  for (const [name, value] of Object.entries(fields)) {
    const set = message[`set${name.charAt(0).toUpperCase()}${name.slice(1)}`]
    if (set === undefined) throw new Error(`${type.name} has no ${name}`)
    set.call(message, valueOf(types[name], value))
  }
  return message
}

function valueOf(type: MessageType | undefined, value: unknown): unknown {
  if (type === undefined) return value
  return Array.isArray(value) ? value.map((each: object) => filled(type, each)) : filled(type, value as object)
}

/** A package of a chaincode that runs as a service of its own. */
export async function servicePackage(label: string): Promise<Buffer> {
  const code = await archive({ 'connection.json': JSON.stringify({ address: '127.0.0.1:9', dial_timeout: '1s' }) })
  return archive({ 'metadata.json': JSON.stringify({ type: 'ccaas', label }), 'code.tar.gz': code })
}
