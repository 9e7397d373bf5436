import { PeerError, type PeerErrorData } from '../contract/error.ts'
import type { NetworkDescription } from '../contract/network.ts'
import type { NetworkSettings } from '../project/network-yaml.ts'
import { describeIdentityName } from './identity-label.ts'
import { openNetwork, type Network } from './network.ts'

/**
 * What slipway.yaml and its files say of a network. Nothing is dialled. One of its two identities may be missing: whoever
 * only calls needs no administrator.
 * @throws PeerError NETWORK_INVALID if neither can be read
 */
export async function describeNetwork(settings: NetworkSettings, channel: string): Promise<NetworkDescription> {
  const [identity, admin] = await Promise.all([opened(settings, 'identity'), opened(settings, 'admin')])
  const network = identity.network ?? admin.network
  if (network === undefined) throw identity.error ?? new Error('a network that was not opened has an error')
  try {
    return {
      name: settings.name,
      allowSubmit: settings.allowSubmit,
      channel,
      address: network.client.address,
      tls: network.tls,
      ...(identity.network && { identity: describeIdentityName(identity.network.identity) }),
      ...(admin.network && { admin: describeIdentityName(admin.network.identity) }),
      failures: { ...failed('identity', identity), ...failed('admin', admin) },
    }
  } finally {
    identity.network?.close()
    admin.network?.close()
  }
}

interface Opened {
  network?: Network
  error?: PeerError
}

/** The other one is to be told, and closed, whatever becomes of this one. */
async function opened(settings: NetworkSettings, as: 'identity' | 'admin'): Promise<Opened> {
  try {
    return { network: await openNetwork(settings, as) }
  } catch (error) {
    return { error: PeerError.from(error) }
  }
}

function failed<As extends 'identity' | 'admin'>(as: As, { error }: Opened): Partial<Record<As, PeerErrorData>> {
  return error === undefined ? {} : ({ [as]: error.toJSON() } as Record<As, PeerErrorData>)
}
