import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { SerializedIdentity } from '../protos/index.ts'
import type { SigningIdentity } from './identity.ts'
import { remember } from './known-signatures.ts'
import { algorithmOf, signMessage, signMessageAside } from './signature.ts'

/** The identity of a certificate and its key, both PEM. Throws if they can't be read or don't belong together. */
export function signingIdentity(mspId: string, certificate: string, privateKey: string): SigningIdentity {
  const key = createPrivateKey(privateKey)
  if (algorithmOf(key) === undefined) throw new Error('the key is neither ECDSA on P-256 or P-384 nor Ed25519')
  const x509 = new X509Certificate(certificate)
  if (!x509.checkPrivateKey(key)) throw new Error('the key does not belong to the certificate')
  const signer = createHash('sha256').update(x509.raw).digest('hex')
  const message = new SerializedIdentity()
  message.setMspid(mspId)
  message.setIdBytes(Buffer.from(certificate))
  const serialized = message.serializeBinary()
  return {
    mspId,
    certificate,
    serialize: () => serialized,
    sign: (bytes) => signMessage(bytes, key),
    signAside: (bytes) => signMessageAside(bytes, key),
    signOwn(bytes) {
      const signature = signMessage(bytes, key)
      remember(signer, bytes, signature)
      return signature
    },
  }
}
