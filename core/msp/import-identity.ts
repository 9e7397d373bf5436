import { createPrivateKey, X509Certificate } from 'node:crypto'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import type { ImportIdentity } from '../contract/identity.ts'
import type { KeyPair } from './make-certificates.ts'
import { signingIdentity } from './signing-identity.ts'

export interface ImportedIdentity {
  pair: KeyPair
  /** Certificates of the CAs to trust from now on, PEM. */
  roots: string[]
}

/**
 * Read and check an identity in PEM that was made elsewhere.
 * @throws PeerError IDENTITY_INVALID
 */
export function readImport(
  mspId: string,
  { certificate, privateKey, caCertificates }: Omit<ImportIdentity, 'name'>,
): ImportedIdentity {
  const pair = { certificate: certificateOf(certificate), privateKey: privateKeyOf(privateKey) }
  try {
    signingIdentity(mspId, pair.certificate, pair.privateKey)
  } catch (error) {
    throw invalid(messageOf(error), error)
  }
  return { pair, roots: caCertificates === undefined ? [] : certificatesIn(caCertificates).map(caCertificateOf) }
}

function certificateOf(text: string): string {
  try {
    return `${new X509Certificate(text).toString().trim()}\n`
  } catch (error) {
    throw invalid(`The certificate cannot be read: ${messageOf(error)}.`, error)
  }
}

function caCertificateOf(text: string): string {
  const certificate = certificateOf(text)
  if (!new X509Certificate(certificate).ca) throw invalid("The CA's certificate is not that of a CA.")
  return certificate
}

/** As PKCS#8, whatever its form in PEM. */
function privateKeyOf(text: string): string {
  try {
    return createPrivateKey(text).export({ type: 'pkcs8', format: 'pem' }).toString()
  } catch (error) {
    throw invalid(`The private key cannot be read: ${messageOf(error)}.`, error)
  }
}

function certificatesIn(text: string): string[] {
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (certificates.length === 0) throw invalid('The text given for the CA contains no certificate.')
  return certificates
}

function invalid(message: string, cause?: unknown): PeerError {
  return new PeerError('IDENTITY_INVALID', { message }, { cause })
}
