import type { BuiltProject } from '../../project/project.ts'
import type { StartSpec, StartSteps } from '../vm.ts'
import type { ContainerFacts, Labels } from './engine/engine.ts'

/** What a container is started with, beside what every VM is told. */
export interface DockerSpec extends StartSpec {
  built: BuiltProject
  /** Name of the image; see imageName. */
  image: string
  /**
   * Make that image. Called only where it is missing. Tells the steps `dependencies` and `image` itself, and leaves
   * nothing half made behind when it fails or is aborted.
   */
  build(steps: StartSteps, signal: AbortSignal): Promise<void>
  /** Program and all its arguments, `args` among them; empty: what the image says. */
  command: string[]
  /** Written into the container before it is started; absolute paths. */
  files: ContainerFile[]
  /** See containerLabels; `slipway.peer` says whose it is. */
  labels: Labels
  /** A port inside that this machine reaches on loopback, on any free port. */
  publish?: number
  /**
   * The container exists, its output is being read, and it is about to be started: from now on its stream may register.
   * `running` resolves with its addresses and ports once it runs; with undefined where it never did. Never rejects.
   */
  reserve?(running: Promise<ContainerFacts | undefined>): void | Promise<void>
}

export interface ContainerFile {
  path: string
  content: Buffer | string
  /** Default 0o644. */
  mode?: number
}
