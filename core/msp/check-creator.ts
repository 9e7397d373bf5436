import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import type { Identity, SigningIdentity } from './identity.ts'
import type { MSPManager } from './msp.ts'

/**
 * Check that a peer would accept what this identity signs, before anything is executed for it: that its certificate has
 * not expired and its organisation accepts it. Cheap for an identity that was checked before.
 * @throws PeerError ACCESS_DENIED, in Fabric's words and with the reason
 */
export function checkCreator(msps: MSPManager, creator: SigningIdentity, channel: string): void {
  const identity = read(msps, creator, channel)
  if (Date.now() > identity.certificate.notAfter) throw refused(EXPIRED, 'Its certificate has expired.')
  if (identity.problem === undefined) return
  const validating = `error validating proposal: ${accessDenied(channel, identity.mspId)}`
  throw refused(validating, `Its certificate is refused: ${identity.problem}.`)
}

/** A certificate that its organisation's peers can't read is malformed to them. */
function read(msps: MSPManager, creator: SigningIdentity, channel: string): Identity {
  try {
    return msps.deserialize(creator.serialize())
  } catch (error) {
    throw refused(`error validating proposal: ${malformed(channel)}`, `${messageOf(error)}.`)
  }
}

/** core/handlers/auth/filter/expiration.go, which runs before the endorser. */
export const EXPIRED = 'proposal client identity expired'

/** core/endorser/msgvalidation.go, v2.5: all that a client learns, whatever is wrong with the creator. */
export function accessDenied(channel: string, mspId: string): string {
  return `access denied: channel [${channel}] creator org [${mspId}]`
}

/** The same of a creator that can't be read, whether its organisation is unknown or its certificate malformed. */
export function malformed(channel: string): string {
  return `access denied: channel [${channel}] creator org unknown, creator is malformed`
}

function refused(message: string, reason: string): PeerError {
  return new PeerError('ACCESS_DENIED', { message, reason })
}
