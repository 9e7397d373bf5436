import { createPrivateKey, sign, X509Certificate, type KeyObject } from 'node:crypto'
import { SerializedIdentity } from '../protos/index.ts'
import type { SigningIdentity } from './identity.ts'

/** Half the order of P-256: a larger S is mirrored, since Fabric refuses it (bccsp/utils/ecdsa.go). */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
const HALF_ORDER = Buffer.from((ORDER >> 1n).toString(16).padStart(64, '0'), 'hex')
const SCALAR_BYTES = 32

/** An identity of a certificate and its key, both PEM. Throws where they cannot be read or do not belong together. */
export function signingIdentity(mspId: string, certificate: string, privateKey: string): SigningIdentity {
  const key = createPrivateKey(privateKey)
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

function signLowS(bytes: Uint8Array, key: KeyObject): Uint8Array {
  const signature = sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' })
  const r = signature.subarray(0, SCALAR_BYTES)
  const s = signature.subarray(SCALAR_BYTES)
  const low = Buffer.compare(s, HALF_ORDER) > 0 ? mirror(s) : s
  const content = Buffer.concat([derInteger(r), derInteger(low)])
  return Buffer.concat([Buffer.of(0x30, content.length), content])
}

function mirror(s: Buffer): Buffer {
  const mirrored = ORDER - BigInt(`0x${s.toString('hex')}`)
  return Buffer.from(mirrored.toString(16).padStart(2 * SCALAR_BYTES, '0'), 'hex')
}

/** DER INTEGER: no zeros in front, but one where the first bit would make it negative. */
function derInteger(scalar: Buffer): Buffer {
  let at = 0
  while (at < scalar.length - 1 && scalar[at] === 0) at++
  const digits = scalar.subarray(at)
  const sign0 = (digits[0] ?? 0) >= 0x80 ? Buffer.of(0) : Buffer.of()
  return Buffer.concat([Buffer.of(0x02, sign0.length + digits.length), sign0, digits])
}
