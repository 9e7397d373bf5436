import { ECDSA_ONLY, type KeyRules } from '../msp/key-rules.ts'

/** A line of Fabric that the peer stands for: 2.5, the one with long-term support, or the newest. */
export const fabricVersions = ['2.5', '3.1'] as const
export type FabricVersion = (typeof fabricVersions)[number]

/**
 * What a channel's configuration requires of its peers (common/capabilities). On the channel V3_0 accepts Ed25519
 * identities; in the application V2_5 allows purging private data.
 */
export interface Capabilities {
  channel: 'V2_0' | 'V3_0'
  application: 'V2_0' | 'V2_5'
}

/** What peers of the two lines do differently. */
export interface FabricLine {
  /** Those of the line's own sampleconfig/configtx.yaml. */
  capabilities: Capabilities
  /** Whether READY offers batches of writes and of reads (core.yaml, chaincode.runtimeParams, since 3.1). */
  offersBatches: boolean
  /** Whether LSCC is deployed (internal/peer/node/start.go). */
  hasLscc: boolean
  /** Whether a certificate with an Ed25519 key can be read at all (bccsp, since 3.0). */
  readsEd25519: boolean
  /**
   * How far a proposal's time may be from the peer's, in milliseconds (core.yaml, peer.authentication.timewindow, and
   * the filter TimeWindowCheck, since 3.0).
   */
  timeWindow: number | undefined
}

export const fabricLines: Readonly<Record<FabricVersion, FabricLine>> = {
  '2.5': {
    capabilities: { channel: 'V2_0', application: 'V2_5' },
    offersBatches: false,
    hasLscc: true,
    readsEd25519: false,
    timeWindow: undefined,
  },
  '3.1': {
    capabilities: { channel: 'V3_0', application: 'V2_5' },
    offersBatches: true,
    hasLscc: false,
    readsEd25519: true,
    timeWindow: 15 * 60_000,
  },
}

/** The keys of identities on the channels of such a peer. */
export function keyRules({ version, capabilities }: { version: FabricVersion; capabilities: Capabilities }): KeyRules {
  if (!fabricLines[version].readsEd25519) return ECDSA_ONLY
  const read = ['ECDSA', 'Ed25519'] as const
  return { read, accepted: capabilities.channel === 'V3_0' ? read : ECDSA_ONLY.accepted }
}
