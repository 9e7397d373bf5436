import type { Ledger } from '../ledger/ledger.ts'
import type { Identity } from '../msp/identity.ts'
import type { MSPManager } from '../msp/msp.ts'
import { policyManager } from '../policies/manager.ts'

/** Bytes, who claims to have sent them, and that one's signature. */
export interface SignedData {
  identity: Uint8Array
  data: Uint8Array
  signature: Uint8Array
}

export type ChannelPolicyName = 'Readers' | 'Writers'

/**
 * Who may do what on a channel: its configuration decides (Fabric core/policy/policy.go and core/aclmgmt). Only what
 * Fabric's default ACLs ask of client applications, which is to be a reader or a writer.
 */
export interface AccessControl {
  /**
   * Why signed data doesn't satisfy `/Channel/Application/…`, in a peer's words; undefined if it does.
   * @param channel that it asks about
   */
  refusal(channel: string, policy: ChannelPolicyName, signed: SignedData): string | undefined
  /** Whether it satisfies `/Channel/…`, which is what an orderer asks for. */
  satisfies(channel: string, policy: ChannelPolicyName, signed: SignedData): boolean
}

/** Why an orderer refuses who isn't a writer (common/policies/implicitmeta.go, orderer/common/msgprocessor). */
export function unsatisfied(policy: ChannelPolicyName): string {
  return `implicit policy evaluation failed - 0 sub-policies were satisfied, but this policy requires 1 of the '${policy}' sub-policies to be satisfied`
}

/** @param enforced whether policies decide; without them whoever belongs to an organisation of the channel may do anything */
export function accessControl(
  find: (channel: string) => Ledger | undefined,
  msps: MSPManager,
  enforced: boolean,
): AccessControl {
  const isSatisfied = (ledger: Ledger, path: string, signed: SignedData): boolean => {
    const signer = signerOf(msps, signed)
    if (!enforced) return signer !== undefined
    const root = ledger.blocks.config()?.getChannelGroup()
    const policy = root && policyManager(root).policy(path)
    return policy !== undefined && signer !== undefined && policy.isSatisfiedBy([signer])
  }
  return {
    refusal(channel, name, signed) {
      if (channel === '') {
        return 'Invalid channel ID name during check policy on signed data. Name must be different from nil.'
      }
      const ledger = find(channel)
      if (ledger === undefined) return `Failed to get policy manager for channel [${channel}]`
      const path = `/Channel/Application/${name}`
      if (isSatisfied(ledger, path, signed)) return undefined
      return `Failed evaluating policy on signed data during check policy on channel [${channel}] with policy [${path}]: [${unsatisfied(name)}]`
    },
    satisfies(channel, name, signed) {
      const ledger = find(channel)
      return ledger !== undefined && isSatisfied(ledger, `/Channel/${name}`, signed)
    },
  }
}

/** Undefined unless an organisation accepts who signed, and the signature is theirs. */
export function signerOf(
  msps: MSPManager,
  { identity: serialized, data, signature }: SignedData,
): Identity | undefined {
  const identity = deserialized(msps, serialized)
  if (identity === undefined || identity.problem !== undefined) return undefined
  if (Date.now() > identity.certificate.notAfter) return undefined
  return identity.verify(data, signature) ? identity : undefined
}

/** Undefined if it can't be read. */
export function deserialized(msps: MSPManager, serialized: Uint8Array): Identity | undefined {
  try {
    return msps.deserialize(serialized)
  } catch {
    // A peer tells its own log, not the client.
    return undefined
  }
}
