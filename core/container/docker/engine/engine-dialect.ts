import type { EngineFacts } from './engine.ts'

/** Where an engine that speaks Docker's API differs from Docker. Nothing else asks which engine it is. */
export interface EngineDialect {
  /** The program that takes docker's commands for it. */
  program: 'docker' | 'podman'
  /** An image's name as Docker writes it: `dev-asset:latest`, not `docker.io/library/dev-asset:latest`. */
  imageName(name: string): string
  /** A bridge and its address exist only while a container is attached to it, from before the container's start. */
  bridgeNeedsContainer: boolean
  /** It puts its gateway instead of `host-gateway` in ExtraHosts. */
  resolvesHostGateway: boolean
  /** The exit code that its `wait` answers is the container's; otherwise 0 and -1 may mean that it was removed. */
  waitIsExact: boolean
  /** It reports each container that was killed because memory ran out. */
  reportsOutOfMemory: boolean
  /**
   * What builds an image isn't among its containers, and an aborted build leaves it behind: its command runs on until it
   * has ended by itself, and no request ends it. Then the engine removes it.
   */
  hidesBuildContainers: boolean
  /** Without root, its network `host` is still this machine's own. */
  hostNetworkWithoutRoot: boolean
}

const DOCKER: EngineDialect = {
  program: 'docker',
  imageName: (name) => name,
  bridgeNeedsContainer: false,
  resolvesHostGateway: true,
  waitIsExact: true,
  reportsOutOfMemory: true,
  hidesBuildContainers: false,
  hostNetworkWithoutRoot: false,
}

/** Seen on Podman 4.3.1 and, in part, 5.4.2. Newer ones differ less, but no answer says in what. */
const PODMAN: EngineDialect = {
  program: 'podman',
  imageName: (name) => name.replace(/^(?:docker\.io\/(?:library\/)?|localhost\/)/, ''),
  bridgeNeedsContainer: true,
  resolvesHostGateway: false,
  waitIsExact: false,
  reportsOutOfMemory: false,
  hidesBuildContainers: true,
  hostNetworkWithoutRoot: true,
}

export function dialectOf({ product }: Pick<EngineFacts, 'product'>): EngineDialect {
  return product === 'Podman' ? PODMAN : DOCKER
}
