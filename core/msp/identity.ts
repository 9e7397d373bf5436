import type { Certificate } from './certificate.ts'

/** Who signed something: a certificate as a member of an organisation reads it (Fabric msp/identities.go, Identity). */
export interface Identity {
  readonly mspId: string
  readonly certificate: Certificate
  /** sha256 of the certificate, hex: with the MSP id it tells identities apart, however they were written. */
  readonly id: string
  /** Why its organisation does not take it, in Fabric's words; undefined where it does. Does not look at expiry. */
  readonly problem: string | undefined
  /** Hash over the certificates above it, as an ORGANIZATION_UNIT principal names them; empty where there is a problem. */
  readonly certifiersIdentifier: Uint8Array
  /** Whether it made this signature: ECDSA over SHA-256 in DER, of which Fabric takes the lower S only. */
  verify(message: Uint8Array, signature: Uint8Array): boolean
}

/** Who signs: a certificate of an organisation and its key (Fabric msp/identities.go, SigningIdentity). */
export interface SigningIdentity {
  readonly mspId: string
  /** X.509 certificate, PEM. */
  readonly certificate: string
  /** msp.SerializedIdentity, marshalled: the creator of a proposal. */
  serialize(): Uint8Array
  /** ECDSA P-256 over SHA-256, DER, low-S as Fabric demands. */
  sign(message: Uint8Array): Uint8Array
}
