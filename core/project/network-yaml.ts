import path from 'node:path'
import { withoutUndefined } from '../contract/without-undefined.ts'
import { milliseconds } from './peer-yaml.ts'

/** The file of a wallet, an MSP folder, or certificate and key. */
export type IdentityPaths = string | { cert: string; key: string }

/** `networks.NAME:` in slipway.yaml. */
export interface NetworkYaml {
  profile?: string
  peer?: string
  mspId?: string
  tlsRootCert?: string
  serverName?: string
  identity: IdentityPaths
  admin?: IdentityPaths
  channel?: string
  timeout?: string
  allowSubmit?: boolean
}

/** The same with absolute paths. */
export interface NetworkSettings extends Omit<NetworkYaml, 'timeout' | 'allowSubmit'> {
  name: string
  timeoutMs?: number
  allowSubmit: boolean
}

/** By the names of the networks. `folder`: that of slipway.yaml. */
export function networkSettings(
  networks: Record<string, NetworkYaml> | undefined,
  folder: string,
): Readonly<Record<string, NetworkSettings>> {
  const absolute = (file: string | undefined) => (file === undefined ? undefined : path.resolve(folder, file))
  const paths = (identity: IdentityPaths) =>
    typeof identity === 'string'
      ? path.resolve(folder, identity)
      : { cert: path.resolve(folder, identity.cert), key: path.resolve(folder, identity.key) }
  const settings = Object.entries(networks ?? {}).map(([name, { timeout, allowSubmit = false, ...rest }]) => {
    const { profile, tlsRootCert, identity, admin, ...others } = rest
    return [
      name,
      {
        ...others,
        name,
        allowSubmit,
        identity: paths(identity),
        ...withoutUndefined({
          profile: absolute(profile),
          tlsRootCert: absolute(tlsRootCert),
          admin: admin && paths(admin),
          timeoutMs: milliseconds(timeout),
        }),
      },
    ] as const
  })
  return Object.fromEntries(settings)
}

/** The channel that a chaincode is called on there: the network's own, or what the chaincode has here. */
export function channelThere(
  { channel }: Pick<NetworkSettings, 'channel'>,
  { channel: here }: { channel: string },
): string {
  return channel ?? here
}
