/*
 * Part of the hot path of a call. A commit checks who sent each transaction and who endorsed it; mostly that is this very
 * process, which signed both a moment ago. And a client's proposal is checked twice, by the endorser and by the channel's
 * policies. To verify a signature takes twice as long as to make it: it was a third of what a submit cost the peer. So
 * what was just signed or verified here is remembered, and recognised byte for byte.
 */

interface KnownSignature {
  /** Fingerprint of the certificate whose key made it. */
  signer: string
  message: Uint8Array
}

/** Enough for what is in flight; what isn't remembered is verified. */
const MOST = 1000
/** Of one message: longer ones are rare, and all of them together stay below 16 MB. */
const MOST_BYTES = 16 * 1024

/** By signature, oldest first. */
const known = new Map<string, KnownSignature>()

/** Remember that a certificate's key has made this signature. `signer`: sha256 of the certificate, hex. */
export function remember(signer: string, message: Uint8Array, signature: Uint8Array): void {
  if (message.length > MOST_BYTES) return
  // A copy: nobody may change afterwards what was signed.
  known.set(keyOf(signature), { signer, message: Uint8Array.from(message) })
  if (known.size <= MOST) return
  for (const oldest of known.keys()) {
    known.delete(oldest)
    return
  }
}

/** Whether exactly this signature was made or verified here. False says nothing: it may have been long ago. */
export function isKnown(signer: string, message: Uint8Array, signature: Uint8Array): boolean {
  const found = known.get(keyOf(signature))
  return found?.signer === signer && Buffer.compare(found.message, message) === 0
}

function keyOf(signature: Uint8Array): string {
  return Buffer.from(signature.buffer, signature.byteOffset, signature.byteLength).toString('latin1')
}
