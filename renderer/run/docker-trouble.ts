import type { ErrorCode, PeerErrorData } from '../../core/contract/error.ts'

/** What lies with the engine itself, which may be another one the next moment. */
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

/** What lies with images and containers. */
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

/** Whether the same code would run in dev mode, whatever is wrong here. */
export function devModeHelps(error: PeerErrorData): boolean {
  return isOfEngine(error) || ofContainers.has(error.code)
}
