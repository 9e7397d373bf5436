import type { IdentityApi } from '../contract/identity.ts'
import { identityName, parseIdentityName } from '../msp/identity-name.ts'
import type { Identities } from '../msp/dev-ca.ts'
import type { SigningIdentity } from '../msp/identity.ts'
import { issue } from '../msp/identity-commands.ts'
import { signingIdentity } from '../msp/signing-identity.ts'
import type { GatewayParts } from '../gateway/gateway-parts.ts'

/** Identities that an organisation's CA issues without anybody else knowing them; the author's own are there too. */
export interface Guests {
  identities: GatewayParts['identities']
  /** One of the author's of that name is hidden. @throws PeerError ORGANISATION_UNKNOWN, IDENTITY_INVALID */
  issue(request: Parameters<IdentityApi['issueIdentity']>[0]): Promise<{ id: string }>
}

export function newGuests(identities: Identities): Guests {
  const guests = new Map<string, SigningIdentity>()
  const [local = ''] = identities.organisations()
  const idOf = (identity: string) => {
    const { name, mspId } = parseIdentityName(identity, local)
    return identityName(name, mspId)
  }
  return {
    identities: {
      get client() {
        return identities.client
      },
      get clientId() {
        return identities.clientId
      },
      msps: identities.msps,
      organisations: () => identities.organisations(),
      peerOf: (mspId) => identities.peerOf(mspId),
      idOf: (identity) => identities.idOf(identity),
      resolve: async (identity) => (guests.has(idOf(identity)) ? idOf(identity) : identities.resolve(identity)),
      find: async (identity) => guests.get(idOf(identity)) ?? identities.find(identity),
    },
    async issue({ mspId = local, ...request }) {
      const { certificate, privateKey } = await issue(identities.organisation(mspId), request)
      const id = identityName(request.name, mspId)
      guests.set(id, signingIdentity(mspId, certificate, privateKey))
      return { id }
    },
  }
}
