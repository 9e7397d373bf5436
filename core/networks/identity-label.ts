import { parseCertificate } from '../msp/certificate.ts'
import type { SigningIdentity } from '../msp/identity.ts'

/** `User1@Org1MSP`, by the name in the certificate; the test network's own names already have an `@`. */
export function describeIdentityName({ certificate, mspId }: SigningIdentity): string {
  const name = /CN=([^\n]*)/.exec(parseCertificate(Buffer.from(certificate)).x509.subject)?.[1] ?? ''
  return `${name.replace(/@.*$/, '')}@${mspId}`
}
