import { parsePolicy } from '../../../core/policies/policy-dsl.ts'

/** The name of the metadata that says who must endorse a key (peer.MetaDataKeys). */
export const POLICY = 'VALIDATION_PARAMETER'

const policies = new Map(
  ['Org1MSP', 'Org2MSP'].map((mspId) => [mspId, parsePolicy(`OR('${mspId}.peer')`).serializeBinary()]),
)

/** A SignaturePolicyEnvelope: a peer of that organisation must endorse. */
export function encodePolicy(mspId: string): Uint8Array {
  return policies.get(mspId) ?? new Uint8Array()
}

export function decodePolicy(bytes: Uint8Array): string {
  const found = [...policies].find(([, policy]) => Buffer.compare(policy, bytes) === 0)
  return found?.[0] ?? 'unknown'
}
