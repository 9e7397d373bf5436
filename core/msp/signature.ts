import { sign, verify, type KeyObject } from 'node:crypto'
import type { KeyAlgorithm } from '../contract/identity.ts'
import { element, elements } from './der.ts'

interface Curve {
  order: bigint
  scalarBytes: number
}

/**
 * The curves of Fabric's signing keys. A signature's S is at most half the curve's order: Fabric mirrors a larger one
 * when it signs, and refuses it when it verifies (bccsp/utils/ecdsa.go).
 */
const CURVES: Record<string, Curve> = {
  prime256v1: {
    order: BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
    scalarBytes: 32,
  },
  secp384r1: {
    order: BigInt('0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973'),
    scalarBytes: 48,
  },
}

/** What a key signs with; undefined: nothing that Fabric takes. Ed25519 only on some channels, see KeyAlgorithms. */
export function algorithmOf(key: KeyObject): KeyAlgorithm | undefined {
  if (key.asymmetricKeyType === 'ed25519') return 'Ed25519'
  return curveOf(key) === undefined ? undefined : 'ECDSA'
}

/**
 * The signature that Fabric makes (msp/identities.go, Sign, v3.1): ECDSA over SHA-256, in DER, with a low S; Ed25519
 * over the message itself. Throws where `algorithmOf(key)` is undefined.
 */
export function signMessage(bytes: Uint8Array, key: KeyObject): Uint8Array {
  return algorithmOf(key) === 'Ed25519' ? sign(null, bytes, key) : signLowS(bytes, key)
}

/**
 * The same, made on a thread of the pool: for a signature takes about 40 µs, in which this thread answers somebody else.
 * It is there a moment later than `signMessage` would have it.
 */
export function signMessageAside(bytes: Uint8Array, key: KeyObject): Promise<Uint8Array> {
  const isEd25519 = algorithmOf(key) === 'Ed25519'
  const curve = isEd25519 ? undefined : mustHaveCurve(key)
  return new Promise((resolve, reject) =>
    sign(isEd25519 ? null : 'sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, (error, signature) => {
      if (error !== null) reject(error)
      else resolve(curve === undefined ? signature : withLowS(signature, curve))
    }),
  )
}

/** Whether it is this key's signature, as `signMessage` makes it; false for anything else. */
export function verifyMessage(message: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  return algorithmOf(key) === 'Ed25519' ? verify(null, message, key, signature) : verifyLowS(message, signature, key)
}

/** The same, verified on a thread of the pool. */
export function verifyMessageAside(message: Uint8Array, signature: Uint8Array, key: KeyObject): Promise<boolean> {
  const isEd25519 = algorithmOf(key) === 'Ed25519'
  if (!isEd25519 && !hasLowS(signature, key)) return Promise.resolve(false)
  return new Promise((resolve) =>
    verify(isEd25519 ? null : 'sha256', message, key, signature, (error, isTheirs) => {
      resolve(error === null && isTheirs)
    }),
  )
}

function signLowS(bytes: Uint8Array, key: KeyObject): Uint8Array {
  const curve = mustHaveCurve(key)
  return withLowS(sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }), curve)
}

/** In DER. `signature`: r and s, each as long as the curve's scalars. */
function withLowS(signature: Buffer, curve: Curve): Uint8Array {
  const { order, scalarBytes } = curve
  const r = signature.subarray(0, scalarBytes)
  const s = signature.subarray(scalarBytes)
  const low = Buffer.compare(s, half(curve)) > 0 ? scalar(order - number(s), scalarBytes) : s
  const content = Buffer.concat([derInteger(r), derInteger(low)])
  return Buffer.concat([Buffer.of(0x30, content.length), content])
}

function verifyLowS(message: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  try {
    return hasLowS(signature, key) && verify('sha256', message, key, signature)
  } catch {
    return false
  }
}

/** Whether it is a signature in DER whose S is low. */
function hasLowS(signature: Uint8Array, key: KeyObject): boolean {
  const curve = curveOf(key)
  if (curve === undefined) return false
  try {
    const [, s] = elements(element(Buffer.from(signature)).content)
    return s !== undefined && number(s.content) <= curve.order >> 1n
  } catch {
    // Not DER, which is an invalid signature for Fabric.
    return false
  }
}

function curveOf(key: KeyObject): Curve | undefined {
  return CURVES[key.asymmetricKeyDetails?.namedCurve ?? '']
}

function mustHaveCurve(key: KeyObject): Curve {
  const curve = curveOf(key)
  if (curve === undefined) throw new Error('it is not an ECDSA key on P-256 or P-384')
  return curve
}

const halves = new Map<bigint, Buffer>()

function half({ order, scalarBytes }: Curve): Buffer {
  const bytes = halves.get(order) ?? scalar(order >> 1n, scalarBytes)
  halves.set(order, bytes)
  return bytes
}

function scalar(value: bigint, bytes: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex')
}

function number(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`)
}

/** DER INTEGER: without leading zeros, except one if the first bit would make it negative. */
function derInteger(value: Buffer): Buffer {
  let at = 0
  while (at < value.length - 1 && value[at] === 0) at++
  const digits = value.subarray(at)
  const padding = (digits[0] ?? 0) >= 0x80 ? Buffer.of(0) : Buffer.of()
  return Buffer.concat([Buffer.of(0x02, padding.length + digits.length), padding, digits])
}
