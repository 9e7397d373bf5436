import { ALGORITHM, derOf, library, type KeyPair } from './make-certificates.ts'

/** fabric-ca-server's default (lib/caconfig.go, CRL.Expiry). */
const LIFE_MS = 24 * 3_600_000

export interface RevokedCertificate {
  /** As serialOf. */
  serial: string
  at: Date
}

/** What a CA has revoked, signed by it, PEM. Throws if the CA's certificate or key can't be read. */
export async function makeCRL(ca: KeyPair, revoked: readonly RevokedCertificate[]): Promise<string> {
  const x509 = await library()
  const issuer = new x509.X509Certificate(ca.certificate)
  const signingKey = await crypto.subtle.importKey('pkcs8', derOf(ca.privateKey), ALGORITHM, false, ['sign'])
  const thisUpdate = new Date()
  const crl = await x509.X509CrlGenerator.create({
    issuer: issuer.subjectName,
    thisUpdate,
    nextUpdate: new Date(thisUpdate.getTime() + LIFE_MS),
    entries: revoked.map(({ serial, at }) => ({ serialNumber: positive(serial), revocationDate: at })),
    extensions: [await x509.AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export())],
    signingAlgorithm: ALGORITHM,
    signingKey,
  })
  return `${crl.toString('pem')}\n`
}

/** The name of a CA's key, in the certificates that it issues: hex as serialOf. */
export async function keyIdOf(certificate: string): Promise<string> {
  const x509 = await library()
  const { publicKey } = new x509.X509Certificate(certificate)
  const { keyId = '' } = await x509.AuthorityKeyIdentifierExtension.create(await publicKey.export())
  return keyId.toLowerCase().replace(/^0+/, '')
}

/** Whole bytes, the first without the sign's bit: DER's integers have signs, serial numbers don't. */
function positive(serial: string): string {
  const hex = serial.length % 2 === 0 ? serial : `0${serial}`
  return /^[89a-f]/.test(hex) ? `00${hex}` : hex
}
