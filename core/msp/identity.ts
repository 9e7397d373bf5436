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
