import { createHash } from 'node:crypto'
import { accessDenied, EXPIRED, malformed } from '../msp/check-creator.ts'
import type { Identity } from '../msp/identity.ts'
import type { MSPManager } from '../msp/msp.ts'
import { namesOf } from '../protos/enum-names.ts'
import { HeaderType } from '../protos/index.ts'
import type { UnpackedProposal } from './unpack-proposal.ts'

const headerName = namesOf(HeaderType)

/**
 * Check a proposal's headers, transaction id, creator and signature (Fabric, core/endorser/msgvalidation.go, Validate,
 * v2.5).
 * @throws Error with Fabric's text, which does not tell a client what is wrong with its certificate
 */
export function validateProposal(proposal: UnpackedProposal, msps: MSPManager): Identity {
  const { header, channelId, txId, nonce, creator, signedProposal } = proposal
  const type = header.getType()
  if (type !== HeaderType.ENDORSER_TRANSACTION && type !== HeaderType.CONFIG) {
    throw new Error(`invalid header type ${headerName(type)}`)
  }
  if (header.getEpoch() !== 0) throw new Error('epoch is non-zero')
  if (nonce.length === 0) throw new Error('nonce is empty')
  if (creator.length === 0) throw new Error('creator is empty')
  const expected = createHash('sha256').update(nonce).update(creator).digest('hex')
  if (txId !== expected) throw new Error(`incorrectly computed txid '${txId}' -- expected '${expected}'`)
  const bytes = signedProposal.getProposalBytes_asU8()
  const signature = signedProposal.getSignature_asU8()
  if (bytes.length === 0) throw new Error('empty proposal bytes')
  if (signature.length === 0) throw new Error('empty signature bytes')

  const identity = deserialize(msps, creator)
  if (identity === undefined) throw new Error(malformed(channelId))
  if (identity.problem !== undefined || !identity.verify(bytes, signature)) {
    throw new Error(accessDenied(channelId, identity.mspId))
  }
  return identity
}

/** A creator that cannot be read is refused later, by validateProposal. @throws Error with Fabric's text */
export function checkExpiry(creator: Uint8Array, msps: MSPManager): void {
  const identity = deserialize(msps, creator)
  if (identity !== undefined && Date.now() > identity.certificate.notAfter) throw new Error(EXPIRED)
}

/**
 * Whether the proposal was made about now (core/handlers/auth/filter/timewindow.go, v3.1).
 * @param at when it says it was made, milliseconds since the epoch
 * @param window most milliseconds between its time and the peer's
 * @throws Error with Fabric's text
 */
export function checkTime(at: number, window: number): void {
  const now = Date.now()
  if (Math.abs(now - at) <= window) return
  throw new Error(
    `request unauthorized due to incorrect timestamp ${rfc3339(at)}, peer time ${rfc3339(now)}, peer.authentication.timewindow ${window / 60_000}m0s`,
  )
}

/** As Go prints a time of UTC in whole seconds. */
function rfc3339(ms: number): string {
  const time = new Date(ms)
  return Number.isNaN(time.getTime()) ? 'invalid' : time.toISOString().replace(/\.\d+Z$/, 'Z')
}

function deserialize(msps: MSPManager, creator: Uint8Array): Identity | undefined {
  try {
    return msps.deserialize(creator)
  } catch {
    // Whether it is unknown or malformed, a peer reveals only in its own log.
    return undefined
  }
}
