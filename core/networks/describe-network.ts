import type { NetworkDescription } from '../contract/network.ts'
import type { NetworkSettings } from '../project/network-yaml.ts'
import { describeIdentityName } from './identity-label.ts'
import { openNetwork } from './network.ts'

/** What slipway.yaml and its files say of a network. Nothing is dialled. @throws PeerError NETWORK_INVALID */
export async function describeNetwork(settings: NetworkSettings, channel: string): Promise<NetworkDescription> {
  const [network, asAdmin] = await Promise.all([openNetwork(settings), openNetwork(settings, 'admin')])
  try {
    return {
      name: settings.name,
      allowSubmit: settings.allowSubmit,
      channel,
      address: network.client.address,
      tls: network.tls,
      identity: describeIdentityName(network.identity),
      admin: describeIdentityName(asAdmin.identity),
    }
  } finally {
    network.close()
    asAdmin.close()
  }
}
