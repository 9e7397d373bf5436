import { PeerError } from '../contract/error.ts'
import { RESERVED } from './organisation.ts'

/** `User1@Org1MSP`. */
export function identityName(name: string, mspId: string): string {
  return `${name}@${mspId}`
}

/**
 * The two parts of `alice@Org2MSP`; `alice` alone belongs to the local organisation.
 * @throws PeerError IDENTITY_INVALID
 */
export function parseIdentityName(identity: string, localMspId: string): { name: string; mspId: string } {
  const at = identity.lastIndexOf('@')
  const name = at < 0 ? identity : identity.slice(0, at)
  const mspId = at < 0 ? localMspId : identity.slice(at + 1)
  if (name === 'peer') return { name, mspId }
  return { name: validName(name), mspId }
}

const VALID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** Check that a name can be used for a folder and a certificate. @throws PeerError IDENTITY_INVALID */
export function validName(name: string): string {
  if (!VALID.test(name)) {
    const message = `The name ${JSON.stringify(name)} must consist of at most 64 letters, digits, ., - and _, and begin with a letter or digit.`
    throw new PeerError('IDENTITY_INVALID', { message })
  }
  if (RESERVED.includes(name.toLowerCase())) {
    throw new PeerError('IDENTITY_INVALID', { message: `Slipway uses the name ${JSON.stringify(name)} itself.` })
  }
  return name
}
