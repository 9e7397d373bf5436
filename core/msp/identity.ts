import type { KeyAlgorithm } from '../contract/identity.ts'
import type { Certificate } from './certificate.ts'

/** Who signed something: a certificate as a member of an organisation (Fabric msp/identities.go, Identity). */
export interface Identity {
  readonly mspId: string
  readonly certificate: Certificate
  /** What its key signs with; undefined if Fabric takes no such key. */
  readonly keyAlgorithm: KeyAlgorithm | undefined
  /** sha256 of the certificate, hex: with the MSP id it identifies the signer, however that was serialized. */
  readonly id: string
  /** Why its organisation doesn't accept it, in Fabric's words; undefined if it does. Ignores expiry. */
  readonly problem: string | undefined
  /** Hash over the issuing certificates, as in an ORGANIZATION_UNIT principal; empty if it has a problem with these. */
  readonly certifiersIdentifier: Uint8Array
  /** Whether it made this signature. Fabric accepts one of ECDSA only with a low S. */
  verify(message: Uint8Array, signature: Uint8Array): boolean
  /** The same on another thread, after which `verify` recognises it: for when this one has others to answer. */
  verifyAside(message: Uint8Array, signature: Uint8Array): Promise<boolean>
}

/** Who signs: a certificate of an organisation and its key (Fabric msp/identities.go, SigningIdentity). */
export interface SigningIdentity {
  readonly mspId: string
  /** X.509 certificate, PEM. */
  readonly certificate: string
  /** msp.SerializedIdentity, marshalled: the creator of a proposal. */
  serialize(): Uint8Array
  /** As Fabric signs: ECDSA over SHA-256 in DER with a low S, or Ed25519. */
  sign(message: Uint8Array): Uint8Array
  /** The same on another thread: for when this one has others to answer. */
  signAside(message: Uint8Array): Promise<Uint8Array>
  /** The same, for what this process is going to verify: it recognises it (known-signatures.ts). */
  signOwn(message: Uint8Array): Uint8Array
}
