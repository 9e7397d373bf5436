import { join } from 'node:path'
import { PeerError } from '../contract/error.ts'
import type { SigningIdentity } from './identity.ts'
import { identityName, parseIdentityName } from './identity-name.ts'
import { readSigningIdentity, readUsers } from './organisation.ts'
import type { Organisations } from './organisations.ts'
import { isFolder } from './pem-files.ts'

/** The identities that sign, each read from its files once. */
export interface Users {
  /** @throws PeerError IDENTITY_UNKNOWN, ORGANISATION_UNKNOWN, IDENTITY_DAMAGED */
  find(identity: string): Promise<SigningIdentity>
  /** Its files have changed: read them again. */
  forget(mspId: string, name: string): void
}

export function newUsers(organisations: Organisations, localMspId: string): Users {
  const loaded = new Map<string, Promise<SigningIdentity>>()
  return {
    find(identity) {
      const { name, mspId } = parseIdentityName(identity, localMspId)
      const { folder } = organisations.get(mspId)
      const id = identityName(name, mspId)
      let user = loaded.get(id)
      if (user === undefined) {
        user = readUser(folder, name, mspId)
        loaded.set(id, user)
        // Once the files are fixed, they must be read again.
        user.catch(() => loaded.delete(id))
      }
      return user
    },
    forget: (mspId, name) => void loaded.delete(identityName(name, mspId)),
  }
}

async function readUser(organisationFolder: string, name: string, mspId: string): Promise<SigningIdentity> {
  const folder = join(organisationFolder, name)
  if (await isFolder(folder)) return readSigningIdentity(folder, mspId)
  const known = (await readUsers(organisationFolder)).map((user) => identityName(user, mspId))
  throw new PeerError('IDENTITY_UNKNOWN', { identity: identityName(name, mspId), known })
}

/** MSP ids of the organisations that have a user of this name. */
export async function organisationsWith(name: string, organisations: Organisations): Promise<string[]> {
  const owners = await Promise.all(
    organisations.ids().map(async (mspId) => {
      const isHere = await isFolder(join(organisations.get(mspId).folder, name))
      return isHere ? [mspId] : []
    }),
  )
  return owners.flat()
}
