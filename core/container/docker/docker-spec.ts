import type { BuiltProject } from '../../project/project.ts'
import type { StartSpec, StartSteps } from '../vm.ts'
import type { ContainerFacts, Labels } from './engine/engine.ts'

/** How to start a container, in addition to what every VM needs. */
export interface DockerSpec extends StartSpec {
  built: BuiltProject
  /** MSP id of the organisation whose peer it serves. */
  mspId: string
  /** The image's name; see imageName. */
  image: string
  /**
   * Build that image; called only if it is missing. Reports the steps `dependencies` and `image`, and leaves nothing
   * half made when it fails or is aborted.
   */
  build(steps: StartSteps, signal: AbortSignal): Promise<void>
  /** The program and all its arguments, `args` included; empty: the image's own command. */
  command: string[]
  /** Written into the container before it starts; absolute paths. */
  files: ContainerFile[]
  /** See containerLabels; `slipway.peer` names the owner. */
  labels: Labels
  /** A port inside that this machine reaches on loopback, on any free port. */
  publish?: number | undefined
  /** Starts it under its debugger. */
  debug?: ContainerDebug | undefined
  /**
   * The container exists, its output is being read, it is on its networks, and it is about to start: from now on its
   * stream may register.
   * `running` resolves with its facts once it runs, with undefined if it never does, and never rejects. What
   * `reserve` throws fails the start.
   */
  reserve?(running: Promise<ContainerFacts | undefined>): void | Promise<void>
}

/** What a container is started with instead under a debugger; whoever starts it by hand goes without. */
export interface ContainerDebug {
  /** See DockerSpec. */
  publish?: number
  command: string[]
  env: Record<string, string>
  files: ContainerFile[]
  /** Called with each line that it prints. */
  printed(text: string): void
}

export interface ContainerFile {
  path: string
  content: Buffer | string
  /** Default 0o644. */
  mode?: number
}
