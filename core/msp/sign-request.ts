import { ATTRIBUTES_OID } from './certificate.ts'
import { ALGORITHM, derOf, library, pem, unitsInOrder, type KeyPair } from './make-certificates.ts'

/** What a CA puts into the certificate, whatever the request says. */
export interface Signing {
  /** The organisational units: type and affiliation. */
  units: readonly string[]
  /** For Fabric CA's extension; undefined: none. */
  attributes: Readonly<Record<string, string>> | undefined
  /** `tls`: for both sides of a TLS connection. */
  use: 'signature' | 'tls'
  /** At most that long; never beyond its CA. */
  lifeMs: number
}

export interface SignedCertificate {
  /** PEM. */
  certificate: string
  /** Hex. */
  serialNumber: string
  /** Of the CA's key, hex. */
  authorityKeyId: string
  notAfter: Date
}

/** Of a request's subject, what a CA keeps: these, and the common name. */
const KEPT = ['C', 'ST', 'L', 'O'] as const
const ALTERNATIVE_NAMES = '2.5.29.17'

/** The common name in a certificate signing request. Throws unless it is one, in PEM, signed with its own key. */
export async function requestedName(csr: string): Promise<string> {
  const request = await readRequest(csr)
  return request.subjectName.getField('CN')[0] ?? ''
}

/** Sign a request, as Fabric CA does (fabric-ca lib/serverenroll.go). Throws as `requestedName`. */
export async function signRequest(ca: KeyPair, csr: string, signing: Signing): Promise<SignedCertificate> {
  const x509 = await library()
  const { subjectName, publicKey, extensions } = await readRequest(csr)
  const issuer = new x509.X509Certificate(ca.certificate)
  const signingKey = await crypto.subtle.importKey('pkcs8', derOf(ca.privateKey), ALGORITHM, false, ['sign'])
  const { attributes } = signing
  const authority = await x509.AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export())
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [
      ...KEPT.flatMap((type) => subjectName.getField(type).map((value) => ({ [type]: [value] }))),
      ...(signing.units.length === 0 ? [] : [{ OU: unitsInOrder([...signing.units]) }]),
      { CN: subjectName.getField('CN') },
    ],
    issuer: issuer.subjectName,
    notBefore: issuer.notBefore,
    notAfter: new Date(Math.min(Date.now() + signing.lifeMs, issuer.notAfter.getTime())),
    publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      ...usages(x509, signing.use),
      new x509.BasicConstraintsExtension(false, undefined, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      authority,
      ...extensions.filter(({ type }) => type === ALTERNATIVE_NAMES),
      ...(attributes === undefined
        ? []
        : [new x509.Extension(ATTRIBUTES_OID, false, new TextEncoder().encode(JSON.stringify({ attrs: attributes })))]),
    ],
  })
  return {
    certificate: pem(certificate),
    serialNumber: certificate.serialNumber,
    authorityKeyId: authority.keyId ?? '',
    notAfter: certificate.notAfter,
  }
}

type Library = Awaited<ReturnType<typeof library>>

async function readRequest(csr: string) {
  const x509 = await library()
  const request = new x509.Pkcs10CertificateRequest(csr)
  if (!(await request.verify())) throw new Error('its signature is not that of its key')
  return request
}

/** What the key may be used for, and for `tls` on which side. */
function usages(
  { KeyUsageFlags, ExtendedKeyUsage, KeyUsagesExtension, ExtendedKeyUsageExtension }: Library,
  use: Signing['use'],
) {
  const { digitalSignature, keyEncipherment, keyAgreement } = KeyUsageFlags
  if (use === 'signature') return [new KeyUsagesExtension(digitalSignature, true)]
  return [
    new KeyUsagesExtension(digitalSignature | keyEncipherment | keyAgreement, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
  ]
}
