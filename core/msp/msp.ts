import { createHash, type X509Certificate } from 'node:crypto'
import { roles, type KeyAlgorithm, type Role } from '../contract/identity.ts'
import { SerializedIdentity } from '../protos/index.ts'
import { parseCertificate, type Certificate } from './certificate.ts'
import type { Identity } from './identity.ts'
import type { KeyRules } from './key-rules.ts'
import { isKnown, remember } from './known-signatures.ts'
import { serialOf } from './revoked.ts'
import { algorithmOf, verifyMessage, verifyMessageAside } from './signature.ts'

/** The organisations of a channel and their members (Fabric msp/mspmgrimpl.go). */
export interface MSPManager {
  /**
   * Read a serialized identity, whether or not its organisation accepts it (`problem`).
   * @throws Error in Fabric's words if its organisation is unknown or it is malformed
   */
  deserialize(serialized: Uint8Array): Identity
}

const MOST_CACHED = 1000

/**
 * Identities are cached, as in Fabric's msp/cache; `clear` empties the cache after a CA was added.
 * @param caCertificates of an organisation, PEM; undefined if it is unknown
 * @param revoked serial numbers of its revoked certificates, as serialOf
 */
export function mspManager(
  caCertificates: (mspId: string) => readonly string[] | undefined,
  keys: KeyRules,
  revoked: (mspId: string) => ReadonlySet<string> = () => NOTHING_REVOKED,
): MSPManager & { clear(): void } {
  const cache = new Map<string, Identity>()
  return {
    deserialize(serialized) {
      const key = Buffer.from(serialized).toString('latin1')
      const cached = cache.get(key)
      if (cached !== undefined) return cached
      const identity = deserialize(serialized, caCertificates, { keys, revoked })
      if (cache.size >= MOST_CACHED) cache.clear()
      cache.set(key, identity)
      return identity
    },
    clear: () => cache.clear(),
  }
}

function deserialize(
  serialized: Uint8Array,
  caCertificates: (mspId: string) => readonly string[] | undefined,
  { keys, revoked }: { keys: KeyRules; revoked: (mspId: string) => ReadonlySet<string> },
): Identity {
  let message: SerializedIdentity
  try {
    message = SerializedIdentity.deserializeBinary(serialized)
  } catch (error) {
    throw new Error('could not deserialize a SerializedIdentity', { cause: error })
  }
  const mspId = message.getMspid()
  const cas = caCertificates(mspId)
  if (cas === undefined) throw new Error(`MSP ${mspId} is not defined on channel`)
  const rules = { caCertificates: cas, keys, revoked: revoked(mspId) }
  const identity = identityOf(mspId, Buffer.from(message.getIdBytes_asU8()), rules)
  const { keyAlgorithm } = identity
  // bccsp/sw/keyimport.go, v2.5. A key of another kind is read, and refused.
  if (keyAlgorithm !== undefined && !keys.read.includes(keyAlgorithm)) {
    throw new Error("failed to import certificate's public key: Certificate's public key type not recognized")
  }
  return identity
}

const NOTHING_REVOKED: ReadonlySet<string> = new Set()

/** What decides whether an organisation accepts a certificate. */
export interface MemberRules {
  caCertificates: readonly string[]
  keys: KeyRules
  /** Serial numbers, as serialOf. */
  revoked?: ReadonlySet<string>
}

/** @throws Error unless it is a certificate in PEM */
export function identityOf(mspId: string, pem: Buffer | string, rules: MemberRules): Identity {
  const { caCertificates, keys, revoked = NOTHING_REVOKED } = rules
  if (!String(pem).includes('-----BEGIN')) throw new Error('could not decode the PEM structure')
  const certificate = parseCertificate(pem)
  // A getter that makes a new key each time.
  const { publicKey } = certificate.x509
  const keyAlgorithm = algorithmOf(publicKey)
  const { chain, problem } = isAccepted(keyAlgorithm, keys)
    ? chainOf(certificate, caCertificates)
    : { problem: `could not validate identity's public key algorithm: ${keyAlgorithm ?? 'it'} is not supported` }
  const id = createHash('sha256').update(certificate.x509.raw).digest('hex')
  return {
    mspId,
    certificate,
    keyAlgorithm,
    id,
    problem: problem ?? (revoked.has(serialOf(certificate.x509)) ? REVOKED : problemOfOUs(certificate, mspId)),
    certifiersIdentifier: chain === undefined ? Buffer.of() : certifiersIdentifier(chain),
    verify(bytes, signature) {
      if (isKnown(id, bytes, signature)) return true
      const isTheirs = verifyMessage(bytes, signature, publicKey)
      if (isTheirs) remember(id, bytes, signature)
      return isTheirs
    },
    async verifyAside(bytes, signature) {
      if (isKnown(id, bytes, signature)) return true
      const isTheirs = await verifyMessageAside(bytes, signature, publicKey)
      if (isTheirs) remember(id, bytes, signature)
      return isTheirs
    },
  }
}

/** msp/mspimplvalidate.go, validateCertAgainstChain. */
const REVOKED = 'could not validate identity against certification chain: The certificate has been revoked'

/** msp/mspimplvalidate.go, validateIdentity, v3.1. */
function isAccepted(algorithm: KeyAlgorithm | undefined, { accepted }: KeyRules): boolean {
  return algorithm !== undefined && accepted.includes(algorithm)
}

/** The issuing certificates, up to a self-signed one (msp/mspimplvalidate.go, v2.5). Expiry is checked elsewhere. */
function chainOf(
  certificate: Certificate,
  caCertificates: readonly string[],
): { chain?: X509Certificate[]; problem?: string } {
  const noChain = (reason: string) => ({ problem: `could not obtain certification chain: ${reason}` })
  if (certificate.x509.ca) {
    return noChain(
      'An X509 certificate with Basic Constraint: Certificate Authority equals true cannot be used as an identity',
    )
  }
  const cas = caCertificates.map((pem) => parseCertificate(pem).x509)
  const chain: X509Certificate[] = []
  let subject = certificate.x509
  while (chain.length <= cas.length) {
    const issued = subject
    const issuer = cas.find((ca) => ca.ca && issued.checkIssued(ca) && issued.verify(ca.publicKey))
    if (issuer === undefined) break
    chain.push(issuer)
    if (issuer.checkIssued(issuer)) return { chain }
    subject = issuer
  }
  return noChain('the supplied identity is not valid: x509: certificate signed by unknown authority')
}

/** sha256 over the issuing certificates (msp/mspimpl.go, getCertificationChainIdentifierFromChain). */
function certifiersIdentifier(chain: X509Certificate[]): Uint8Array {
  const hash = createHash('sha256')
  for (const { raw } of chain) hash.update(raw)
  return hash.digest()
}

/** With NodeOUs exactly one OU must name a role (msp/mspimplvalidate.go, validateIdentityOUsV142). */
function problemOfOUs({ organizationalUnits }: Certificate, mspId: string): string | undefined {
  const named = rolesOf(organizationalUnits)
  if (named.length === 1) return undefined
  const units = `OUs: [${organizationalUnits.join(' ')}], MSP: [${mspId}]`
  const reason =
    named.length === 0
      ? 'the identity does not have an OU that resolves to client, peer, orderer, or admin role.'
      : 'the identity must have a client, a peer, an orderer, or an admin OU role to be valid, not a combination of them.'
  return `could not validate identity's OUs: ${reason} ${units}`
}

/** The roles that OUs name. */
export function rolesOf(organizationalUnits: readonly string[]): Role[] {
  return organizationalUnits.filter((unit): unit is Role => roles.some((role) => role === unit))
}
