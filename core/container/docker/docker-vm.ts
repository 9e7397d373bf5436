import type { DockerConfig } from '../../config/peer-config.ts'
import { PeerError } from '../../contract/error.ts'
import type { ContainerState } from '../../contract/run-state.ts'
import { now } from '../../facts/clock.ts'
import { waitFor } from '../../facts/wait.ts'
import type { BuiltProject } from '../../project/project.ts'
import { printedBy } from '../../platforms/printed-by.ts'
import type { StartSteps, VM } from '../vm.ts'
import type { PrintLine } from '../../process/print-line.ts'
import { containerCommands } from './container-commands.ts'
import { uploadFiles } from './container-files.ts'
import { newContainerLines } from './container-output.ts'
import type { MeasuredStats } from './container-stats.ts'
import { createContainer, removeOrRemember } from './create-container.ts'
import { DockerInstance } from './docker-instance.ts'
import type { ContainerDebug, DockerSpec } from './docker-spec.ts'
import { dialectOf } from './engine/engine-dialect.ts'
import type { ContainerCreate, ContainerFacts, DockerEngine, ImageFacts } from './engine/engine.ts'
import { hostConfigFor } from './host-config.ts'
import { isOwnImage } from './labels.ts'

/** What a DockerVM needs. */
export interface DockerVMParts {
  /** The engine that runs now. @throws PeerError DOCKER_* */
  engine(signal?: AbortSignal): Promise<DockerEngine>
  config: DockerConfig
  /** How long to wait, in ms, for an image of another architecture to fail, which it does at once if not emulated. */
  refusalMs?: number
  /** A line of output of a chaincode's container. */
  print(built: BuiltProject, line: Parameters<PrintLine>[0], mspId: string): void
  /** A started container was paused or resumed, or its engine is lost or back. Its end is reported by `exited`. */
  changed?(built: BuiltProject, container: ContainerState): void
  /** About once a second while it runs, if something changed. */
  stats?(built: BuiltProject, containerId: string, stats: MeasuredStats): void
}

const EXISTS = 'exists already'
const REFUSAL_MS = 1_000

/** Runs net mode's chaincode, in containers of a Docker engine (Fabric core/container/dockercontroller). */
export class DockerVM implements VM<DockerSpec> {
  readonly #parts: DockerVMParts
  /** Those whose container is on the engine, running or not. */
  readonly #instances = new Map<DockerInstance, BuiltProject>()
  /** Ids of containers that couldn't be removed, because the engine didn't answer. */
  readonly #leftBehind = new Set<string>()

  constructor(parts: DockerVMParts) {
    this.#parts = parts
  }

  /**
   * Throws DOCKER_*, IMAGE_*, CONTAINER_* and what the builder throws, or the signal's reason; then no container is
   * left.
   */
  async start(spec: DockerSpec, signal: AbortSignal, steps: StartSteps): Promise<DockerInstance> {
    const { report } = steps
    const engine = await this.#parts.engine(signal)
    this.#sweep(engine)
    const image = await this.#image(engine, spec, signal, steps)
    const byHand = this.#createFrom(spec)
    const create = withDebugger(byHand, spec.debug)
    const createdAt = now()
    const id = await report.step('create', async (note) => {
      note(spec.containerName)
      const build = () => steps.untimed(() => spec.build(steps, signal))
      const leftBehind = (id: string) => this.#leftBehind.add(id)
      return createContainer(engine, { container: create, peer: peerOf(spec), build, leftBehind }, signal)
    })

    const lines = newContainerLines((line) => {
      spec.debug?.printed(line.text)
      this.#parts.print(spec.built, line, spec.mspId)
    })
    const reading = new AbortController()
    const abort = () => reading.abort(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    let settle: (facts: ContainerFacts | undefined) => void = () => undefined
    const running = new Promise<ContainerFacts | undefined>((resolve) => (settle = resolve))
    try {
      await uploadFiles(engine, id, [...spec.files, ...(spec.debug?.files ?? [])], signal)
      const attachment = await report.step('attach', () => engine.attach(id, lines, reading.signal))
      try {
        signal.throwIfAborted()
        await spec.reserve?.(running)
        await report.step('start', () => engine.startContainer(id, signal))
        signal.throwIfAborted()
      } catch (error) {
        attachment.close()
        throw error
      }
      const container: ContainerState = {
        id,
        name: spec.containerName,
        image: spec.image,
        state: 'running',
        createdAt,
        startedAt: now(),
        build: spec.built.build,
        commands: containerCommands(engine.address, dialectOf(await engine.facts(signal)), byHand),
      }
      if (create.hostConfig.Memory) container.memoryLimit = create.hostConfig.Memory
      engine.inspectContainer(id).then(settle, () => settle(undefined))
      const instance = this.#follow(engine, spec, container, { lines, attachment })
      await this.#checkArchitecture(engine, spec, image, instance)
      return instance
    } catch (error) {
      settle(undefined)
      lines.end()
      reading.abort()
      await removeOrRemember(engine, id, (unremoved) => this.#leftBehind.add(unremoved))
      throw error
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  /** Stop and remove all containers. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([...this.#instances.keys()].map((instance) => instance.stop()))
  }

  /** The image, built if it is missing. */
  async #image(
    engine: DockerEngine,
    spec: DockerSpec,
    signal: AbortSignal,
    steps: StartSteps,
  ): Promise<ImageFacts | undefined> {
    const existing = await engine.inspectImage(spec.image, signal)
    // An image with our name but not our label wasn't made by Slipway, and isn't this chaincode.
    if (existing !== undefined && isOwnImage(existing, peerOf(spec))) {
      steps.report.skip('dependencies', EXISTS)
      steps.report.skip('image', EXISTS)
      return existing
    }
    await steps.untimed(() => spec.build(steps, signal))
    return engine.inspectImage(spec.image, signal)
  }

  #createFrom(spec: DockerSpec): ContainerCreate {
    return {
      name: spec.containerName,
      image: spec.image,
      command: spec.command.length === 0 ? undefined : spec.command,
      env: { ...spec.built.project.env, ...spec.env },
      labels: spec.labels,
      hostConfig: hostConfigFor(this.#parts.config.hostConfig),
      publish: spec.publish,
    }
  }

  #follow(
    engine: DockerEngine,
    spec: DockerSpec,
    container: ContainerState,
    output: Pick<ConstructorParameters<typeof DockerInstance>[0], 'lines' | 'attachment'>,
  ): DockerInstance {
    const { built } = spec
    const { project } = built
    const parts = this.#parts
    const instance = new DockerInstance({
      ...output,
      engine,
      findEngine: (signal) => parts.engine(signal),
      container,
      labels: spec.labels,
      changed: (state) => parts.changed?.(built, state),
      stats: (stats) => parts.stats?.(built, container.id, stats),
      removed: () => this.#instances.delete(instance),
      leftBehind: () => {
        this.#instances.delete(instance)
        this.#leftBehind.add(container.id)
      },
      explain: (lines) => printedBy(project, lines, { inContainer: true }),
    })
    // An ended container stays on the engine for people to look at, until its successor exists.
    for (const [predecessor, { project: predecessorProject }] of this.#instances) {
      if (predecessorProject.name === project.name && predecessor.hasEnded) void predecessor.stop()
    }
    this.#instances.set(instance, built)
    return instance
  }

  /** @throws PeerError CONTAINER_ARCHITECTURE if the engine can't run what is in the image */
  async #checkArchitecture(
    engine: DockerEngine,
    { containerName: name, image }: DockerSpec,
    facts: ImageFacts | undefined,
    instance: DockerInstance,
  ): Promise<void> {
    if (facts === undefined) return
    const arch = await engine.facts().then(
      (engineFacts) => engineFacts.arch,
      () => undefined,
    )
    // Many engines emulate other architectures: refuse only what has failed.
    if (arch === undefined || facts.arch === arch) return
    const deadlineMs = this.#parts.refusalMs ?? REFUSAL_MS
    const exit = await waitFor(instance.exited, { deadlineMs }).catch(() => undefined)
    if (exit?.output.some((line) => /exec format error/i.test(line)) !== true) return
    await instance.stop()
    throw new PeerError('CONTAINER_ARCHITECTURE', { name, image, imageArch: facts.arch, engineArch: arch })
  }

  #sweep(engine: DockerEngine): void {
    const ids = [...this.#leftBehind]
    this.#leftBehind.clear()
    for (const id of ids) void removeOrRemember(engine, id, (unremoved) => this.#leftBehind.add(unremoved))
  }
}

function withDebugger(create: ContainerCreate, debug: ContainerDebug | undefined): ContainerCreate {
  if (debug === undefined) return create
  const { command, env, publish } = debug
  return { ...create, command, env, publish }
}

/** Its owner. */
function peerOf({ labels }: Pick<DockerSpec, 'labels'>): string {
  return labels['slipway.peer'] ?? ''
}
