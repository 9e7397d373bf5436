/** A certificate and its key, PEM. */
export interface KeyPair {
  certificate: string
  privateKey: string
}

export interface Certificates {
  ca: KeyPair
  peer: KeyPair
  user1: KeyPair
}

export const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const YEARS = 10

/** Where Fabric CA puts an identity's attributes, as JSON (fabric-ca lib/attrmgr, fabric-chaincode-go pkg/attrmgr). */
const ATTRIBUTES_OID = '1.2.3.4.5.6.7.8.1'

/**
 * A development CA with a peer and a client of one organisation, made as Fabric CA makes them: P-256, the role in OU.
 * This is the only place that needs the X.509 library, and only when a data folder is new.
 */
export async function makeCertificates(): Promise<Certificates> {
  // The library resolves its parts by decorators and asks for this first.
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const from = new Date()
  from.setUTCHours(0, 0, 0, 0)
  const to = new Date(from)
  to.setUTCFullYear(to.getUTCFullYear() + YEARS)
  const keys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const common = { notBefore: from, notAfter: to, signingAlgorithm: ALGORITHM }

  const caKeys = await keys()
  const caName = subject(undefined, 'ca.slipway')
  const ca = await x509.X509CertificateGenerator.create({
    ...common,
    subject: caName,
    issuer: caName,
    publicKey: caKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })

  const issue = async (role: 'client' | 'peer', name: string): Promise<KeyPair> => {
    const pair = await keys()
    const attributes = { attrs: { 'hf.Affiliation': '', 'hf.EnrollmentID': name, 'hf.Type': role } }
    const certificate = await x509.X509CertificateGenerator.create({
      ...common,
      subject: subject(role, name),
      issuer: caName,
      publicKey: pair.publicKey,
      signingKey: caKeys.privateKey,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.BasicConstraintsExtension(false, undefined, true),
        await x509.SubjectKeyIdentifierExtension.create(pair.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
        new x509.Extension(ATTRIBUTES_OID, false, new TextEncoder().encode(JSON.stringify(attributes))),
      ],
    })
    return { certificate: pem(certificate), privateKey: await exportKey(pair.privateKey) }
  }

  return {
    ca: { certificate: pem(ca), privateKey: await exportKey(caKeys.privateKey) },
    peer: await issue('peer', 'peer0'),
    user1: await issue('client', 'User1'),
  }
}

/** Fabric CA's default subject; the role that NodeOUs read is its OU. */
function subject(role: string | undefined, name: string): string {
  return `C=US, ST=North Carolina, O=Hyperledger${role === undefined ? '' : `, OU=${role}`}, CN=${name}`
}

export function pem(certificate: { toString(format: 'pem'): string }): string {
  return `${certificate.toString('pem').trim()}\n`
}

export async function exportKey(key: CryptoKey): Promise<string> {
  const base64 = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64')
  const lines = base64.match(/.{1,64}/g) ?? []
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n')
}
