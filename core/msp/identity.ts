import type { Certificate } from './certificate.ts'

/** Who signed something: a certificate as a member of an organisation (Fabric msp/identities.go, Identity). */
export interface Identity {
  readonly mspId: string
  readonly certificate: Certificate
  /** sha256 of the certificate, hex: with the MSP id it identifies the signer, however that was serialized. */
  readonly id: string
  /** Why its organisation doesn't accept it, in Fabric's words; undefined if it does. Ignores expiry. */
  readonly problem: string | undefined
  /** Hash over the issuing certificates, as in an ORGANIZATION_UNIT principal; empty if it has a problem with these. */
  readonly certifiersIdentifier: Uint8Array
  /** Whether it made this signature: ECDSA over SHA-256 in DER, which Fabric accepts only with a low S. */
  verify(message: Uint8Array, signature: Uint8Array): boolean
}

/** Who signs: a certificate of an organisation and its key (Fabric msp/identities.go, SigningIdentity). */
export interface SigningIdentity {
  readonly mspId: string
  /** X.509 certificate, PEM. */
  readonly certificate: string
  /** msp.SerializedIdentity, marshalled: the creator of a proposal. */
  serialize(): Uint8Array
  /** ECDSA P-256 over SHA-256, DER, with a low S as Fabric requires. */
  sign(message: Uint8Array): Uint8Array
}
