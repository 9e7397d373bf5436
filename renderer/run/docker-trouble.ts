import type { ErrorCode, PeerErrorData } from '../../core/contract/error.ts'

/** Errors of the engine itself, which another check may clear. */
const ofEngine = new Set<ErrorCode>([
  'DOCKER_ABSENT',
  'DOCKER_STOPPED',
  'DOCKER_PERMISSION',
  'DOCKER_TOO_OLD',
  'DOCKER_UNREACHABLE',
  'DOCKER_ADDRESS',
  'DOCKER_LOST',
  'DOCKER_REFUSED',
  'DOCKER_DISK_FULL',
])

/** Errors of images and containers. */
const ofContainers = new Set<ErrorCode>([
  'IMAGE_NOT_FOUND',
  'IMAGE_BUILD_FAILED',
  'REGISTRY_UNREACHABLE',
  'CONTAINER_NAME_TAKEN',
  'CONTAINER_NAME_INVALID',
  'CONTAINER_REFUSED',
  'CONTAINER_ARCHITECTURE',
  'PEER_UNREACHABLE',
])

export function isOfEngine({ code }: PeerErrorData): boolean {
  return ofEngine.has(code)
}

/** Whether dev mode avoids the error. */
export function devModeHelps(error: PeerErrorData): boolean {
  return isOfEngine(error) || ofContainers.has(error.code)
}
