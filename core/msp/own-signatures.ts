/*
 * Part of the hot path of a submit. A commit checks who sent each transaction and who endorsed it; mostly that is this
 * very process, which signed both a moment ago. To verify a signature takes twice as long as to make it: the two were a
 * third of what a submit cost the peer. So what was just signed here is remembered, and recognised byte for byte.
 */

interface OwnSignature {
  /** Fingerprint of the certificate whose key made it. */
  signer: string
  message: Uint8Array
}

/** Enough for what is in flight; a commit verifies what isn't remembered. */
const MOST = 1000
/** Of one message: longer ones are rare, and all of them together stay below 16 MB. */
const MOST_BYTES = 16 * 1024

/** By signature, oldest first. */
const made = new Map<string, OwnSignature>()

/** Remember that a certificate's key has made this signature. `signer`: sha256 of the certificate, hex. */
export function remember(signer: string, message: Uint8Array, signature: Uint8Array): void {
  if (message.length > MOST_BYTES) return
  // A copy: nobody may change afterwards what was signed.
  made.set(keyOf(signature), { signer, message: Uint8Array.from(message) })
  if (made.size <= MOST) return
  for (const oldest of made.keys()) {
    made.delete(oldest)
    return
  }
}

/** Whether this process has made exactly this signature. False says nothing: it may have been long ago. */
export function isOwn(signer: string, message: Uint8Array, signature: Uint8Array): boolean {
  const own = made.get(keyOf(signature))
  return own?.signer === signer && Buffer.compare(own.message, message) === 0
}

function keyOf(signature: Uint8Array): string {
  return Buffer.from(signature.buffer, signature.byteOffset, signature.byteLength).toString('latin1')
}
