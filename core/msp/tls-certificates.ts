import { isIP } from 'node:net'
import { ALGORITHM, exportKey, pem, type KeyPair } from './make-certificates.ts'

/** The certificates with which one chaincode and the peer speak TLS with each other, and with nobody else. */
export interface TlsCertificates {
  /** The certificate that signed both, PEM. */
  ca: string
  /** For the side that listens. */
  server: KeyPair
  /** For the side that connects. */
  client: KeyPair
}

/** The clock of an engine in a virtual machine may be behind after the machine slept. */
const BEFORE_MS = 24 * 3_600_000
const LIFE_MS = 10 * 365 * 24 * 3_600_000

/**
 * Two certificates from a CA of their own, whose key is discarded: whoever trusts it trusts only these two. (Fabric's
 * peer makes such a CA at each start, and distinguishes chaincodes by the hash of their certificates:
 * common/crypto/tlsgen and core/chaincode/accesscontrol.) P-256 keys as PKCS#8, the only form that all shims read:
 * Java's reads no other.
 * @param hosts names and addresses at which the listening side is reached
 */
export async function makeTlsCertificates(hosts: readonly string[]): Promise<TlsCertificates> {
  // The library needs it for its decorators, loaded first.
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const keys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const common = {
    notBefore: new Date(Date.now() - BEFORE_MS),
    notAfter: new Date(Date.now() + LIFE_MS),
    signingAlgorithm: ALGORITHM,
  }
  const caKeys = await keys()
  const issuer = 'O=Slipway, CN=tlsca.slipway'
  const ca = await x509.X509CertificateGenerator.create({
    ...common,
    subject: issuer,
    issuer,
    publicKey: caKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })

  const issue = async (name: string, usage: string, names: readonly string[]): Promise<KeyPair> => {
    const pair = await keys()
    const altNames = names.map((host) => ({ type: isIP(host) === 0 ? ('dns' as const) : ('ip' as const), value: host }))
    const certificate = await x509.X509CertificateGenerator.create({
      ...common,
      subject: `O=Slipway, CN=${name}`,
      issuer,
      publicKey: pair.publicKey,
      signingKey: caKeys.privateKey,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        new x509.BasicConstraintsExtension(false, undefined, true),
        await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
        ...(altNames.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(altNames)]),
      ],
    })
    return { certificate: pem(certificate), privateKey: await exportKey(pair.privateKey) }
  }

  return {
    ca: pem(ca),
    server: await issue('peer.slipway', x509.ExtendedKeyUsage.serverAuth, hosts),
    client: await issue('chaincode.slipway', x509.ExtendedKeyUsage.clientAuth, []),
  }
}
