import type { DockerConfig } from '../../config.ts'
import type { ContainerState } from '../../contract/state.ts'
import type { BuiltProject } from '../../platforms/project.ts'
import type { Instance, PrintLine, StartSteps, VM } from '../vm.ts'
import type { DockerSpec } from './docker-spec.ts'
import type { ContainerStats, DockerEngine } from './engine/engine.ts'

/** What a DockerVM works with. */
export interface DockerVMParts {
  /** The engine that is there now. @throws PeerError DOCKER_* */
  engine(signal?: AbortSignal): Promise<DockerEngine>
  config: DockerConfig
  /** Output of a chaincode's container. */
  print(built: BuiltProject, line: Parameters<PrintLine>[0]): void
  /** Of a container that started what is known has changed: it was paused, the engine is lost or back. Its end is told by `exited`. */
  changed?(built: BuiltProject, container: ContainerState): void
  /** About once a second while it runs. */
  stats?(built: BuiltProject, containerId: string, stats: ContainerStats): void
}

/** Runs chaincode in containers of a Docker engine: what net mode's chaincode runs in (Fabric core/container/dockercontroller). */
export class DockerVM implements VM<DockerSpec> {
  readonly #parts: DockerVMParts

  constructor(parts: DockerVMParts) {
    this.#parts = parts
  }

  /**
   * Throws DOCKER_*, IMAGE_*, CONTAINER_* and what the builder throws, or the signal's reason; no container of it is
   * left then.
   */
  async start(spec: DockerSpec, signal: AbortSignal, steps: StartSteps): Promise<Instance> {
    void this.#parts
    void steps
    signal.throwIfAborted()
    throw new Error(`${spec.containerName}: not written yet`)
  }

  /** Stop and remove all that it started. Idempotent. */
  async close(): Promise<void> {}
}
