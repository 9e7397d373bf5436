import { createPrivateKey, X509Certificate } from 'node:crypto'
import { SerializedIdentity } from '../protos/index.ts'
import type { SigningIdentity } from './identity.ts'
import { isSigningKey, signLowS } from './signature.ts'

/** An identity of a certificate and its key, both PEM. Throws where they cannot be read or do not belong together. */
export function signingIdentity(mspId: string, certificate: string, privateKey: string): SigningIdentity {
  const key = createPrivateKey(privateKey)
  if (!isSigningKey(key)) throw new Error('the key is none of ECDSA on P-256 or P-384')
  if (!new X509Certificate(certificate).checkPrivateKey(key))
    throw new Error('the key is not the one of the certificate')
  const message = new SerializedIdentity()
  message.setMspid(mspId)
  message.setIdBytes(Buffer.from(certificate))
  const serialized = message.serializeBinary()
  return {
    mspId,
    certificate,
    serialize: () => serialized,
    sign: (bytes) => signLowS(bytes, key),
  }
}
