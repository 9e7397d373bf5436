import type { KeyAlgorithm, Role } from '../contract/identity.ts'
import { ATTRIBUTES_OID } from './certificate.ts'

/** A certificate and its key, PEM. */
export interface KeyPair {
  certificate: string
  privateKey: string
}

/** The subject of a certificate. */
export interface CertificateRequest {
  /** CN. */
  name: string
  role: Role
  attributes?: Readonly<Record<string, string>> | undefined
  /** In Fabric CA's form, `org1.department1`: an OU for each part. */
  affiliation?: string | undefined
  /** Default: ECDSA. */
  keyAlgorithm?: KeyAlgorithm | undefined
}

export const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const YEARS = 10

/** Loaded only when a certificate is made. The library needs reflect-metadata for its decorators, loaded first. */
export async function library() {
  await import('reflect-metadata')
  return import('@peculiar/x509')
}

function common() {
  const from = new Date()
  from.setUTCHours(0, 0, 0, 0)
  const to = new Date(from)
  to.setUTCFullYear(to.getUTCFullYear() + YEARS)
  return { notBefore: from, notAfter: to, signingAlgorithm: ALGORITHM }
}

const newKeys = (algorithm: KeyAlgorithm = 'ECDSA') =>
  crypto.subtle.generateKey(algorithm === 'ECDSA' ? ALGORITHM : { name: algorithm }, true, [
    'sign',
    'verify',
  ]) as Promise<CryptoKeyPair>

/** A self-signed development CA, as made by Fabric CA. */
export async function makeCA(commonName: string): Promise<KeyPair> {
  const x509 = await library()
  const keys = await newKeys()
  const name = [...ORGANISATION, { CN: [commonName] }]
  const certificate = await x509.X509CertificateGenerator.create({
    ...common(),
    subject: name,
    issuer: name,
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

/**
 * An identity of that CA, as made by Fabric CA: on P-256 or with an Ed25519 key, with the role for NodeOUs and the affiliation as OUs, and the
 * attributes in an extension. Throws if the CA's certificate or key can't be read.
 */
export async function issueCertificate(ca: KeyPair, request: CertificateRequest): Promise<KeyPair> {
  const x509 = await library()
  const { name, role, affiliation = '' } = request
  const issuer = new x509.X509Certificate(ca.certificate)
  const signingKey = await crypto.subtle.importKey('pkcs8', derOf(ca.privateKey), ALGORITHM, false, ['sign'])
  const pair = await newKeys(request.keyAlgorithm)
  const attributes = {
    attrs: { 'hf.Affiliation': affiliation, 'hf.EnrollmentID': name, 'hf.Type': role, ...request.attributes },
  }
  const units = [role, ...affiliation.split('.').filter((part) => part !== '')]
  const certificate = await x509.X509CertificateGenerator.create({
    ...common(),
    subject: [...ORGANISATION, { OU: unitsInOrder(units) }, { CN: [name] }],
    issuer: issuer.subjectName,
    publicKey: pair.publicKey,
    signingKey,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.BasicConstraintsExtension(false, undefined, true),
      await x509.SubjectKeyIdentifierExtension.create(pair.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
      new x509.Extension(ATTRIBUTES_OID, false, new TextEncoder().encode(JSON.stringify(attributes))),
    ],
  })
  return { certificate: pem(certificate), privateKey: await exportKey(pair.privateKey) }
}

/** Fabric CA's default subject. */
const ORGANISATION = [{ C: ['US'] }, { ST: ['North Carolina'] }, { O: ['Hyperledger'] }]

/** Several values form a set, which DER orders: the shorter first, then by bytes. */
export function unitsInOrder(units: string[]): string[] {
  return [...new Set(units)].sort((a, b) => {
    const [left, right] = [Buffer.from(a), Buffer.from(b)]
    return left.length - right.length || Buffer.compare(left, right)
  })
}

export function derOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text.replace(/-----[^-]+-----/g, ''), 'base64'))
}

export function pem(certificate: { toString(format: 'pem'): string }): string {
  return `${certificate.toString('pem').trim()}\n`
}

export async function exportKey(key: CryptoKey): Promise<string> {
  const base64 = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64')
  const lines = base64.match(/.{1,64}/g) ?? []
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n')
}
