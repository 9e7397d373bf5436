import type { KeyAlgorithm } from '../contract/identity.ts'

/** What a channel's peers make of a certificate's key (Fabric msp/mspimplsetup.go, supportedPublicKeyAlgorithms). */
export interface KeyRules {
  /** Those that a peer can read; a certificate with another is malformed to it. */
  readonly read: readonly KeyAlgorithm[]
  /** Those that an identity may have. */
  readonly accepted: readonly KeyAlgorithm[]
}

/** A peer of 2.5, on any channel. */
export const ECDSA_ONLY: KeyRules = { read: ['ECDSA'], accepted: ['ECDSA'] }
