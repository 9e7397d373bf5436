import { readFile } from 'node:fs/promises'
import { peerClient, type PeerAddress, type PeerClient, type RpcEnds } from '../comm/peer-client.ts'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import type { SigningIdentity } from '../msp/identity.ts'
import { nearestWord } from '../project/nearest-word.ts'
import type { IdentityPaths, NetworkSettings } from '../project/network-yaml.ts'
import { readIdentity } from './read-identity.ts'
import { readProfile } from './read-profile.ts'

/** A peer of a real network, and who speaks to it. */
export interface Network {
  readonly name: string
  readonly identity: SigningIdentity
  readonly client: PeerClient
  readonly allowSubmit: boolean
  /** Whether its peer speaks TLS. */
  readonly tls: boolean
  /** As slipway.yaml sets it. */
  readonly timeoutMs: number | undefined
  close(): void
}

/** The network of this name. @throws PeerError NETWORK_UNKNOWN */
export function networkNamed(
  name: string,
  networks: Readonly<Record<string, NetworkSettings>> | undefined,
): NetworkSettings {
  const found = Object.hasOwn(networks ?? {}, name) ? networks?.[name] : undefined
  if (found !== undefined) return found
  const known = Object.keys(networks ?? {})
  throw new PeerError('NETWORK_UNKNOWN', { network: name, known, near: nearestWord(name, known) })
}

/**
 * Read what slipway.yaml says of a network. Nothing is dialled yet.
 * @param as `admin`: as who installs and approves
 * @throws PeerError NETWORK_INVALID
 */
export async function openNetwork(settings: NetworkSettings, as: 'identity' | 'admin' = 'identity'): Promise<Network> {
  const { name, allowSubmit, timeoutMs, profile, admin } = settings
  const place = profile === undefined ? await plainAddress(settings) : await fromProfile(settings, profile)
  const paths = as === 'admin' && admin !== undefined ? admin : settings.identity
  const identity = await readOrExplain(name, fileOf(paths), () => readIdentity(paths, settings.mspId ?? place.mspId))
  const client = peerClient(place.peer)
  const tls = place.peer.rootCerts !== undefined
  return { name, identity, client, allowSubmit, tls, timeoutMs, close: () => client.close() }
}

/** @throws PeerError NETWORK_READ_ONLY */
export function checkWritable(
  { name, allowSubmit }: Pick<NetworkSettings, 'name' | 'allowSubmit'>,
  what: string,
): void {
  if (!allowSubmit) throw new PeerError('NETWORK_READ_ONLY', { network: name, what })
}

/** The ends of one request to a network; `usualMs` counts where slipway.yaml sets no timeout. */
export function endsOf({ timeoutMs }: Pick<Network, 'timeoutMs'>, usualMs: number, signal?: AbortSignal): RpcEnds {
  return { deadlineMs: timeoutMs ?? usualMs, signal }
}

interface Place {
  peer: PeerAddress
  mspId?: string | undefined
}

async function fromProfile({ name }: NetworkSettings, profile: string): Promise<Place> {
  return readOrExplain(name, profile, () => readProfile(profile))
}

async function plainAddress({ name, peer = '', tlsRootCert, serverName }: NetworkSettings): Promise<Place> {
  if (tlsRootCert === undefined) return { peer: { address: peer } }
  const rootCerts = await readOrExplain(name, tlsRootCert, () => readFile(tlsRootCert, 'utf8'))
  return { peer: { address: peer, rootCerts, serverName } }
}

async function readOrExplain<T>(network: string, file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'It doesn’t exist.' : messageOf(error)
    throw new PeerError('NETWORK_INVALID', { network, file, reason }, { cause: error })
  }
}

function fileOf(paths: IdentityPaths): string {
  return typeof paths === 'string' ? paths : paths.key
}
