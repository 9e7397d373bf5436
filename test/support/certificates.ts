import 'reflect-metadata'
import type { KeyAlgorithm } from '../../core/contract/identity.ts'
import { ALGORITHM, exportKey, pem, type KeyPair } from '../../core/msp/make-certificates.ts'

interface Wanted {
  /** In the certificate's own order, e.g. `O=Elsewhere, OU=client, CN=bob`. */
  subject: string
  /** Signs for itself where there is none. */
  issuer?: KeyPair
  isCA?: boolean
  notBefore?: Date
  notAfter?: Date
  namedCurve?: 'P-256' | 'P-384'
  /** Default: ECDSA. */
  keyAlgorithm?: KeyAlgorithm
}

/** A certificate as somebody else's CA would make it. */
export async function makeCertificate(wanted: Wanted): Promise<KeyPair> {
  const x509 = await import('@peculiar/x509')
  const { subject, issuer, isCA = false, namedCurve = 'P-256', keyAlgorithm = 'ECDSA' } = wanted
  const algorithm = keyAlgorithm === 'ECDSA' ? { ...ALGORITHM, namedCurve } : { name: keyAlgorithm }
  const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const parent = issuer && new x509.X509Certificate(issuer.certificate)
  const signingKey =
    issuer === undefined
      ? keys.privateKey
      : await crypto.subtle.importKey(
          'pkcs8',
          Buffer.from(issuer.privateKey.replace(/-----[^-]+-----/g, ''), 'base64'),
          ALGORITHM,
          false,
          ['sign'],
        )
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: parent?.subject ?? subject,
    notBefore: wanted.notBefore ?? new Date(Date.now() - 86_400_000),
    notAfter: wanted.notAfter ?? new Date(Date.now() + 86_400_000),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: issuer === undefined ? algorithm : ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(isCA, undefined, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: pem(certificate), privateKey: await exportKey(keys.privateKey) }
}
