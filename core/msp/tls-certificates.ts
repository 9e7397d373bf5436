import { isIP } from 'node:net'
import { ALGORITHM, derOf, exportKey, pem, type KeyPair } from './make-certificates.ts'

/** The certificates with which one chaincode and the peer speak TLS with each other, and with nobody else. */
export interface TlsCertificates {
  /** The certificate that signed both, PEM. */
  ca: string
  /** For the side that listens. */
  server: KeyPair
  /** For the side that connects. */
  client: KeyPair
}

/** What a TLS certificate is for. A Fabric node's own does for both: it connects to other nodes with it. */
export type TlsUse = 'server' | 'client' | 'both'

export interface TlsCertificateRequest {
  /** Its distinguished name, `O=Slipway, CN=peer.slipway`. */
  subject: string
  use: TlsUse
  /** Names and addresses at which the listening side is reached. */
  hosts?: readonly string[]
}

/** The clock of an engine in a virtual machine may be behind after the machine slept. */
const BEFORE_MS = 24 * 3_600_000
const LIFE_MS = 10 * 365 * 24 * 3_600_000

/** Loaded only when a certificate is made. The library needs reflect-metadata for its decorators, loaded first. */
async function library() {
  await import('reflect-metadata')
  return import('@peculiar/x509')
}

const newKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

const common = () => ({
  notBefore: new Date(Date.now() - BEFORE_MS),
  notAfter: new Date(Date.now() + LIFE_MS),
  signingAlgorithm: ALGORITHM,
})

/** A self-signed CA for TLS. P-256 keys as PKCS#8, the only form that all shims read: Java's reads no other. */
export async function makeTlsCa(subject: string): Promise<KeyPair> {
  const x509 = await library()
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.create({
    ...common(),
    subject,
    issuer: subject,
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: pem(certificate), privateKey: await exportKey(keys.privateKey) }
}

/** A certificate of that CA. Throws if the CA's certificate or key can't be read. */
export async function issueTlsCertificate(
  ca: KeyPair,
  { subject, use, hosts = [] }: TlsCertificateRequest,
): Promise<KeyPair> {
  const x509 = await library()
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage
  const usages = { server: [serverAuth], client: [clientAuth], both: [serverAuth, clientAuth] }[use]
  const issuer = new x509.X509Certificate(ca.certificate)
  const signingKey = await crypto.subtle.importKey('pkcs8', derOf(ca.privateKey), ALGORITHM, false, ['sign'])
  const keys = await newKeys()
  const altNames = hosts.map((host) => ({ type: isIP(host) === 0 ? ('dns' as const) : ('ip' as const), value: host }))
  const certificate = await x509.X509CertificateGenerator.create({
    ...common(),
    subject,
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usages),
      new x509.BasicConstraintsExtension(false, undefined, true),
      await x509.AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
      ...(altNames.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(altNames)]),
    ],
  })
  return { certificate: pem(certificate), privateKey: await exportKey(keys.privateKey) }
}

/**
 * Two certificates from a CA of their own, whose key is discarded: whoever trusts it trusts only these two. (Fabric's
 * peer makes such a CA at each start, and distinguishes chaincodes by the hash of their certificates:
 * common/crypto/tlsgen and core/chaincode/accesscontrol.)
 * @param hosts names and addresses at which the listening side is reached
 */
export async function makeTlsCertificates(hosts: readonly string[]): Promise<TlsCertificates> {
  const ca = await makeTlsCa('O=Slipway, CN=tlsca.slipway')
  return {
    ca: ca.certificate,
    server: await issueTlsCertificate(ca, { subject: 'O=Slipway, CN=peer.slipway', use: 'server', hosts }),
    client: await issueTlsCertificate(ca, { subject: 'O=Slipway, CN=chaincode.slipway', use: 'client' }),
  }
}
