import { PeerError } from '../contract/error.ts'
import type { SigningIdentity } from './identity.ts'
import type { MSPManager } from './msp.ts'

/**
 * Whether a peer would take what this identity signs, told before anything is executed for it: its certificate has not
 * expired and its organisation takes it. Cheap where it was asked before.
 * @throws PeerError ACCESS_DENIED, in Fabric's words and why
 */
export function checkCreator(msps: MSPManager, creator: SigningIdentity, channel: string): void {
  const identity = msps.deserialize(creator.serialize())
  if (Date.now() > identity.certificate.notAfter) throw refused(EXPIRED, 'Its certificate is too old.')
  if (identity.problem === undefined) return
  const validating = `error validating proposal: ${accessDenied(channel, identity.mspId)}`
  throw refused(validating, `Its certificate is refused: ${identity.problem}.`)
}

/** core/handlers/auth/filter/expiration.go, which stands before the endorser. */
export const EXPIRED = 'proposal client identity expired'

/** core/endorser/msgvalidation.go, v2.5: whatever is wrong with the creator, its client learns no more than this. */
export function accessDenied(channel: string, mspId: string): string {
  return `access denied: channel [${channel}] creator org [${mspId}]`
}

function refused(message: string, reason: string): PeerError {
  return new PeerError('ACCESS_DENIED', { message, reason })
}
