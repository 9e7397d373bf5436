import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { PeerError } from '../../contract/error.ts'
import type { PeerConfig } from '../../config/peer-config.ts'

/**
 * Fabric's rule for such names (vmRegExp: core/container/dockercontroller/dockercontroller.go v1.1.0, same in v2.x).
 */
const IMAGE = /^[a-z0-9]+(([._-][a-z0-9]+)+)?$/
/** The engine uses a container's name as a file name. */
const MAX_LENGTH = 200
const HASH_LENGTH = 12

/** The peer's part in a name. */
export type PeerNames = Pick<PeerConfig, 'networkId' | 'peerId' | 'dataDir'>

/**
 * The value of the label `slipway.peer`, which names the owner of a container or image: 16 hex digits, a hash of the
 * peer's data folder. A data folder has one peer at a time, so the next one has the same value.
 */
export function peerLabel(dataDir: string): string {
  return createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16)
}

/**
 * The name of a chaincode's image: `<networkId>-<peerId>-<name>-<version>-<hash>`, as made by Fabric's
 * GetVMNameForDocker, except that the hash also covers the content, so that different code never has the same name. For
 * `imageKey`, a hash of everything that decides the content, see imageKey().
 * @throws PeerError CONTAINER_NAME_INVALID
 */
export function imageName(peer: PeerNames, cc: { name: string; version: string }, imageKey: string): string {
  const base = sanitised(`${peer.networkId}-${peer.peerId}-${cc.name}-${cc.version}`)
  return checked(`${base}-${hash(`${cc.name}:${cc.version}`, imageKey, peer)}`.toLowerCase())
}

/**
 * The name of the image that holds a chaincode's dependencies: `<networkId>-<peerId>-<name>-dependencies:<hash>`.
 * `key`: a hash of everything that decides the content.
 * @throws PeerError CONTAINER_NAME_INVALID
 */
export function dependenciesImageName(peer: PeerNames, name: string, key: string): string {
  const base = checked(sanitised(`${peer.networkId}-${peer.peerId}-${name}-dependencies`).toLowerCase())
  return `${base}:${hash(name, key, peer)}`
}

/** The name of the container of the n-th start of an image: the new one runs beside the old one until it is ready. */
export function containerName(image: string, n: number): string {
  return `${image}-${n}`
}

/** Keeps names apart that are the same once sanitised. */
function hash(name: string, key: string, { networkId, peerId, dataDir }: PeerNames): string {
  const parts = JSON.stringify([name, key, networkId, peerId, peerLabel(dataDir)])
  return createHash('sha256').update(parts).digest('hex').slice(0, HASH_LENGTH)
}

function sanitised(text: string): string {
  return text.replace(/[^a-zA-Z0-9-_.]/g, '-')
}

function checked(name: string): string {
  if (name.length > MAX_LENGTH || !IMAGE.test(name)) throw new PeerError('CONTAINER_NAME_INVALID', { name })
  return name
}
