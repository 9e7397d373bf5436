import type { Readable } from 'node:stream'
import type { HostConfig } from '../../../config/peer-config.ts'

/**
 * The little of a Docker engine that Slipway uses: an interface of ours over the one file that imports dockerode.
 *
 * Every method throws a PeerError of errors/docker.ts and nothing else: DOCKER_* when the engine itself is the trouble,
 * IMAGE_* and CONTAINER_* when it refused. Every method ends when its signal is aborted, with the signal's reason.
 * Names and ids are interchangeable where the engine takes both.
 */
export interface DockerEngine {
  /** Which engine this is and why it was chosen. */
  readonly address: EngineAddress
  /** Asked once, when it was first reached; asked anew after it was down. */
  facts(signal?: AbortSignal): Promise<EngineFacts>

  /** Undefined: there is no such image. */
  inspectImage(image: string, signal?: AbortSignal): Promise<ImageFacts | undefined>
  /** Images that carry all these labels; `dangling`: only those without a name. */
  listImages(labels: Labels, options?: { dangling?: boolean }, signal?: AbortSignal): Promise<ImageFacts[]>
  /** Nothing happens where it is gone already or still in use; returns whether it was removed. */
  removeImage(image: string, signal?: AbortSignal): Promise<boolean>
  /** @throws IMAGE_NOT_FOUND, REGISTRY_UNREACHABLE, DISK_FULL */
  pullImage(image: string, progress: (line: string) => void, signal?: AbortSignal): Promise<void>
  /**
   * `docker build` of a context; `output`: the builder's own text as it comes, newlines included, in any pieces.
   * Resolves with the image's id. An aborted build has ended on the engine too.
   * @throws IMAGE_BUILD_FAILED, IMAGE_NOT_FOUND (the FROM), DISK_FULL
   */
  buildImage(build: ImageBuild, output: (text: string) => void, signal?: AbortSignal): Promise<string>

  /** @throws IMAGE_NOT_FOUND, CONTAINER_NAME_TAKEN, CONTAINER_REFUSED (wrong architecture, bad host config…) */
  createContainer(container: ContainerCreate, signal?: AbortSignal): Promise<string>
  /** Undefined: there is no such container. */
  inspectContainer(container: string, signal?: AbortSignal): Promise<ContainerFacts | undefined>
  /** Running or not, those that carry all these labels. */
  listContainers(labels: Labels, signal?: AbortSignal): Promise<ContainerFacts[]>
  /** Output from now on, frames already taken apart; resolves once the engine has attached. */
  attach(container: string, output: ContainerOutput, signal?: AbortSignal): Promise<Attachment>
  /** @throws CONTAINER_REFUSED (exec format error, no such program…) */
  startContainer(container: string, signal?: AbortSignal): Promise<void>
  /** TERM, and KILL after so many seconds. Nothing happens where it does not run, or is gone. */
  stopContainer(container: string, seconds: number): Promise<void>
  killContainer(container: string): Promise<void>
  /** By force, with its anonymous volumes. Nothing happens where it is gone. */
  removeContainer(container: string): Promise<void>
  /** Resolves with the exit code once it has ended. */
  waitContainer(container: string, signal?: AbortSignal): Promise<number>
  /** Unpack a tar archive at a path inside. */
  putArchive(container: string, path: string, tar: Readable | Buffer, signal?: AbortSignal): Promise<void>
  /** A tar archive of what is at that path inside. */
  getArchive(container: string, path: string, signal?: AbortSignal): Promise<Readable>
  /** What it printed from then on (seconds since the epoch, with a fraction), then what it prints; as `attach`. */
  followLogs(container: string, since: number, output: ContainerOutput, signal?: AbortSignal): Promise<Attachment>
  /** About once a second while it runs, until the signal. */
  stats(container: string, heard: (stats: ContainerStats) => void, signal: AbortSignal): Promise<void>
  /** A program on a terminal of its own inside. */
  exec(container: string, command: string[], terminal: TerminalSize, signal?: AbortSignal): Promise<ExecSession>

  /**
   * The engine's events about what carries these labels, until the signal; rejects when the connection breaks. `since`,
   * in ms by the engine's clock: those too that it still knows of.
   */
  events(labels: Labels, heard: (event: EngineEvent) => void, signal: AbortSignal, since?: number): Promise<void>
  /** The address of the engine's default bridge as this machine's own interface has it; undefined where it has none. */
  bridgeAddress(network: string, signal?: AbortSignal): Promise<string | undefined>
}

export type Labels = Readonly<Record<string, string>>
export interface TerminalSize {
  columns: number
  rows: number
}

export interface EngineAddress {
  kind: 'unix' | 'npipe' | 'tcp' | 'ssh'
  /** As DOCKER_HOST has it: `unix:///var/run/docker.sock`. */
  host: string
  /** `DOCKER_HOST`, `the docker context colima`, `docker's default socket`, `the socket of Podman`… */
  why: string
  /** What a person puts behind `docker` to reach the same engine: [] where docker finds it by itself, else `['--context', 'colima']` or `['-H', host]`. */
  flags: string[]
}

export interface EngineFacts {
  /** `Docker Engine`, `Docker Desktop`, `Colima`, `Rancher Desktop`, `Podman`. */
  product: string
  version: string
  apiVersion: string
  /** `linux`, `amd64`: of the engine, perhaps not of this machine. */
  os: string
  arch: string
  rootless: boolean
  /** It runs on this very machine, so that its bridge is one of our interfaces. */
  local: boolean
}

export interface ImageFacts {
  id: string
  names: string[]
  labels: Labels
  createdAt: number
  os: string
  arch: string
  size: number
}

export interface ImageBuild {
  /** A tar of the context with its Dockerfile. */
  context: Readable | Buffer
  /** Name given to it. */
  image: string
  labels: Labels
  networkMode?: string
  pull?: boolean
  buildArgs?: Readonly<Record<string, string>>
}

export interface ContainerCreate {
  name: string
  image: string
  command?: string[]
  env: Readonly<Record<string, string>>
  labels: Labels
  workingDir?: string
  user?: string
  /** With `Init`, so that a TERM ends it. */
  hostConfig: HostConfig & { Init?: boolean }
  /** A port inside that this machine reaches on loopback, on any free port (see ContainerFacts.published). */
  publish?: number
}

export interface ContainerFacts {
  id: string
  name: string
  image: string
  imageId: string
  labels: Labels
  state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'
  createdAt: number
  startedAt?: number
  finishedAt?: number
  exitCode?: number
  oomKilled: boolean
  /** The engine's own words of why it could not start. */
  error?: string
  /** Addresses on its networks. */
  addresses: string[]
  /** Port inside → port on this machine's loopback. */
  published: Readonly<Record<number, number>>
  memoryLimit?: number
}

export interface ContainerOutput {
  stdout(chunk: Buffer): void
  stderr(chunk: Buffer): void
}

export interface Attachment {
  /** Resolves when there is no more, with whether the engine ended it (false: the connection broke). Never rejects. */
  readonly ended: Promise<{ byEngine: boolean }>
  close(): void
}

export interface ContainerStats {
  memory: number
  memoryLimit: number
  cpu: number
}

export interface ExecSession {
  onOutput(heard: (chunk: Buffer) => void): void
  write(bytes: Buffer): void
  resize(size: TerminalSize): Promise<void>
  /** Its exit code; null where it was cut off. */
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
