import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { PeerError } from '../../contract/error.ts'
import type { PeerConfig } from '../../config/peer-config.ts'

/** Fabric's own rule for what it makes (vmRegExp: core/container/dockercontroller/dockercontroller.go v1.1.0, v2.x the same). */
const IMAGE = /^[a-z0-9]+(([._-][a-z0-9]+)+)?$/
/** A container's name becomes a file's name on the engine. */
const MAX_LENGTH = 200
const HASH_LENGTH = 12

/** What names are made of on the peer's side. */
export type PeerNames = Pick<PeerConfig, 'networkId' | 'peerId' | 'dataDir'>

/**
 * Which peer something on the engine belongs to: 16 hex digits of its data folder, the value of the label
 * `slipway.peer`. A data folder has one peer at a time, so that it is the same for the next one.
 */
export function peerLabel(dataDir: string): string {
  return createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16)
}

/**
 * Name of a chaincode's image: `<networkId>-<peerId>-<name>-<version>-<hash>`, as Fabric's GetVMNameForDocker makes it,
 * but with a hash over what is in it too, so that other code never has the same name. `imageKey` is that of the image
 * builder: a hash of all that decides what is in the image.
 * @throws PeerError CONTAINER_NAME_INVALID
 */
export function imageName(peer: PeerNames, cc: { name: string; version: string }, imageKey: string): string {
  const base = sanitised(`${peer.networkId}-${peer.peerId}-${cc.name}-${cc.version}`)
  return checked(`${base}-${hash(`${cc.name}:${cc.version}`, imageKey, peer)}`.toLowerCase())
}

/**
 * Name of the image that holds a chaincode's dependencies: `<networkId>-<peerId>-<name>-dependencies:<hash>`.
 * `key`: a hash of all that decides what is in it.
 * @throws PeerError CONTAINER_NAME_INVALID
 */
export function dependenciesImageName(peer: PeerNames, name: string, key: string): string {
  const base = checked(sanitised(`${peer.networkId}-${peer.peerId}-${name}-dependencies`).toLowerCase())
  return `${base}:${hash(name, key, peer)}`
}

/** Name of the container of the n-th start of an image: the new one stands beside the old one until it is ready. */
export function containerName(image: string, n: number): string {
  return `${image}-${n}`
}

/** Different names may be the same once they are sanitised; this keeps them apart. */
function hash(what: string, key: string, { networkId, peerId, dataDir }: PeerNames): string {
  const parts = JSON.stringify([what, key, networkId, peerId, peerLabel(dataDir)])
  return createHash('sha256').update(parts).digest('hex').slice(0, HASH_LENGTH)
}

function sanitised(text: string): string {
  return text.replace(/[^a-zA-Z0-9-_.]/g, '-')
}

function checked(name: string): string {
  if (name.length > MAX_LENGTH || !IMAGE.test(name)) throw new PeerError('CONTAINER_NAME_INVALID', { name })
  return name
}
