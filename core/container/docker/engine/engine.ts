import type { Readable } from 'node:stream'
import type { HostConfig } from '../../../config/peer-config.ts'

/**
 * The part of a Docker engine that Slipway uses: our interface over the one file that imports dockerode.
 *
 * Every method throws only PeerErrors of errors/docker.ts: DOCKER_* if the engine itself fails, IMAGE_* and CONTAINER_*
 * if it refuses. An aborted signal ends its method with the signal's reason. Names and ids are interchangeable where
 * the engine takes both.
 */
export interface DockerEngine {
  /** Which engine this is and why it was chosen. */
  readonly address: EngineAddress
  /** Read once, when the engine is first reached, and again after it was down. */
  facts(signal?: AbortSignal): Promise<EngineFacts>

  /** Undefined: the image doesn't exist. */
  inspectImage(image: string, signal?: AbortSignal): Promise<ImageFacts | undefined>
  /** Images with all these labels; `dangling`: only those without a name. */
  listImages(labels: Labels, options?: { dangling?: boolean }, signal?: AbortSignal): Promise<ImageFacts[]>
  /** Does nothing if it is gone or still in use; resolves with whether it was removed. */
  removeImage(image: string, signal?: AbortSignal): Promise<boolean>
  /** @throws IMAGE_NOT_FOUND, REGISTRY_UNREACHABLE, DISK_FULL */
  pullImage(image: string, onLine: (line: string) => void, signal?: AbortSignal): Promise<void>
  /**
   * `docker build` of a context; `output` gets the builder's text as it arrives, newlines included, split anywhere.
   * Resolves with the image's id. When an aborted build rejects, it has ended on the engine too.
   * @throws IMAGE_BUILD_FAILED, IMAGE_NOT_FOUND (the FROM), DISK_FULL
   */
  buildImage(build: ImageBuild, output: (text: string) => void, signal?: AbortSignal): Promise<string>
  /** Whether an aborted build ends the command that it runs. Otherwise only the command itself does. */
  endsBuilds(signal?: AbortSignal): Promise<boolean>
  /**
   * Make an image of what a container has become, with its labels and environment; `changes`: lines of a Dockerfile, such
   * as `CMD ["sh"]`. The container must have ended.
   */
  commitContainer(container: string, image: string, changes: readonly string[], signal?: AbortSignal): Promise<void>

  /** @throws IMAGE_NOT_FOUND, CONTAINER_NAME_TAKEN, CONTAINER_REFUSED (wrong architecture, bad host config…) */
  createContainer(container: ContainerCreate, signal?: AbortSignal): Promise<string>
  /** Undefined: the container doesn't exist. */
  inspectContainer(container: string, signal?: AbortSignal): Promise<ContainerFacts | undefined>
  /** Those with all these labels, running or not. */
  listContainers(labels: Labels, signal?: AbortSignal): Promise<ContainerFacts[]>
  /**
   * Output from now on, demultiplexed; resolves once the engine has attached. An engine whose bridge needs a container
   * has put it on its networks by then.
   * @throws CONTAINER_REFUSED: Podman looks for the program here
   */
  attach(container: string, output: ContainerOutput, signal?: AbortSignal): Promise<Attachment>
  /** @throws CONTAINER_REFUSED (exec format error, no such program…) */
  startContainer(container: string, signal?: AbortSignal): Promise<void>
  /** TERM, then KILL after `seconds`. Does nothing if it doesn't run or is gone. */
  stopContainer(container: string, seconds: number): Promise<void>
  killContainer(container: string): Promise<void>
  /** By force, with its anonymous volumes. Does nothing if it is gone. */
  removeContainer(container: string): Promise<void>
  /** Resolves with the exit code once it has ended; undefined: it was removed, and the engine doesn't know the code. */
  waitContainer(container: string, signal?: AbortSignal): Promise<number | undefined>
  /** Unpack a tar at a path inside. */
  putArchive(container: string, path: string, tar: Readable | Buffer, signal?: AbortSignal): Promise<void>
  /** A tar of that path inside. */
  getArchive(container: string, path: string, signal?: AbortSignal): Promise<Readable>
  /** Like `attach`, but begins with the output since that time (seconds since the epoch, with a fraction). */
  followLogs(container: string, since: number, output: ContainerOutput, signal?: AbortSignal): Promise<Attachment>
  /** About once a second while it runs, until the signal. */
  stats(container: string, onStats: (stats: ContainerStats) => void, signal: AbortSignal): Promise<void>
  /** Run a program inside, on its own terminal. */
  exec(container: string, command: string[], terminal: TerminalSize, signal?: AbortSignal): Promise<ExecSession>

  /**
   * The engine's events about what has these labels, until the signal; rejects when the connection breaks. `since`:
   * also the past events that it still knows, from that time in ms on the engine's clock.
   */
  events(labels: Labels, onEvent: (event: EngineEvent) => void, signal: AbortSignal, since?: number): Promise<void>
  /** The address of a bridge network on this machine; undefined if it has none. */
  bridgeAddress(network: string, signal?: AbortSignal): Promise<BridgeAddress | undefined>
}

export interface BridgeAddress {
  address: string
  /** It exists only while a container is attached to the network, from before that container's start. */
  needsContainer: boolean
}

export type Labels = Readonly<Record<string, string>>

export interface TerminalSize {
  columns: number
  rows: number
}

export interface EngineAddress {
  kind: 'unix' | 'npipe' | 'tcp' | 'ssh'
  /** In DOCKER_HOST's form: `unix:///var/run/docker.sock`. */
  host: string
  /** Where it comes from: `DOCKER_HOST`, `the docker context colima`, `the socket of Podman`… */
  why: string
  /** The flags with which docker reaches the same engine: `['--context', 'colima']`, `['-H', host]`, or [] for none. */
  flags: string[]
}

export interface EngineFacts {
  /** `Docker Engine`, `Docker Desktop`, `Colima`, `Rancher Desktop`, `Podman`. */
  product: string
  version: string
  apiVersion: string
  /** `linux`, `amd64`: the engine's, which may not be this machine's. */
  os: string
  arch: string
  rootless: boolean
  /** It runs on this machine, so its bridge is one of this machine's interfaces. */
  local: boolean
}

export interface ImageFacts {
  id: string
  names: string[]
  labels: Labels
  /** What its containers run where nothing else is named. */
  command: string[]
  createdAt: number
  os: string
  arch: string
  size: number
}

export interface ImageBuild {
  /** A tar of the context with its Dockerfile. */
  context: Readable | Buffer
  /** The name to give it. */
  image: string
  labels: Labels
  networkMode?: string | undefined
  pull?: boolean
  buildArgs?: Readonly<Record<string, string>>
}

export interface ContainerCreate {
  name: string
  image: string
  command?: string[] | undefined
  env: Readonly<Record<string, string>>
  labels: Labels
  /** With `Init`, so that TERM ends it; an engine without an init program ignores it. */
  hostConfig: HostConfig & { Init?: boolean }
  /** A port inside that this machine reaches on loopback, on any free port (see ContainerFacts.published). */
  publish?: number | undefined
}

export interface ContainerFacts {
  id: string
  name: string
  image: string
  imageId: string
  labels: Labels
  state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'
  createdAt: number
  startedAt: number | undefined
  finishedAt: number | undefined
  /** Undefined until it has ended. */
  exitCode: number | undefined
  oomKilled: boolean
  /** Why it couldn't start, in the engine's words. */
  error: string | undefined
  /** Addresses on its networks. */
  addresses: string[]
  /** Port inside → port on this machine's loopback. */
  published: Readonly<Record<number, number>>
  /** Bytes; undefined without a limit. */
  memoryLimit: number | undefined
}

export interface ContainerOutput {
  stdout(chunk: Buffer): void
  stderr(chunk: Buffer): void
}

export interface Attachment {
  /** Resolves at the end of the output; `byEngine`: false if the connection broke. Never rejects. */
  readonly ended: Promise<{ byEngine: boolean }>
  close(): void
}

export interface ContainerStats {
  memory: number
  memoryLimit: number
  cpu: number
}

export interface ExecSession {
  onOutput(onChunk: (chunk: Buffer) => void): void
  write(bytes: Buffer): void
  resize(size: TerminalSize): Promise<void>
  /** Its exit code; null if the connection was closed first. */
  readonly ended: Promise<number | null>
  /** End it. */
  close(): void
}

export interface EngineEvent {
  type: 'container' | 'image'
  action: string
  id: string
  labels: Labels
  at: number
}
