import type { DockerConfig } from '../../config/peer-config.ts'
import { PeerError } from '../../contract/error.ts'
import type { ContainerState } from '../../contract/state.ts'
import { now } from '../../facts/clock.ts'
import { waitFor } from '../../facts/wait.ts'
import type { BuiltProject } from '../../project/project.ts'
import { isShimLine } from '../../platforms/shim-line.ts'
import type { StartSteps, VM } from '../vm.ts'
import type { PrintLine } from '../../process/print-line.ts'
import { containerCommands } from './container-commands.ts'
import { uploadFiles } from './container-files.ts'
import { newContainerLines } from './container-output.ts'
import type { MeasuredStats } from './container-stats.ts'
import { createContainer, removeOrRemember } from './create-container.ts'
import { DockerInstance } from './docker-instance.ts'
import type { DockerSpec } from './docker-spec.ts'
import type { ContainerCreate, ContainerFacts, DockerEngine, ImageFacts } from './engine/engine.ts'
import { hostConfigFor } from './host-config.ts'
import { isOwnImage } from './labels.ts'

/** What a DockerVM works with. */
export interface DockerVMParts {
  /** The engine that is there now. @throws PeerError DOCKER_* */
  engine(signal?: AbortSignal): Promise<DockerEngine>
  config: DockerConfig
  /** How long an image of another architecture is looked at, in ms: where the engine cannot emulate it, it ends at once. */
  refusalMs?: number
  /** Output of a chaincode's container. */
  print(built: BuiltProject, line: Parameters<PrintLine>[0]): void
  /**
   * What is known of a container that was started has changed: it was paused, or the engine is lost or back. That it
   * has ended is told by `exited`.
   */
  changed?(built: BuiltProject, container: ContainerState): void
  /** About once a second while it runs, where something changed. */
  stats?(built: BuiltProject, containerId: string, stats: MeasuredStats): void
}

const THERE = 'there already'
const REFUSAL_MS = 1_000

/** Runs chaincode in containers of a Docker engine: what net mode's runs in (Fabric core/container/dockercontroller). */
export class DockerVM implements VM<DockerSpec> {
  readonly #parts: DockerVMParts
  /** Those whose container is on the engine, running or not. */
  readonly #instances = new Map<DockerInstance, BuiltProject>()
  /** Ids of containers that could not be removed, since the engine did not answer. */
  readonly #leftBehind = new Set<string>()

  constructor(parts: DockerVMParts) {
    this.#parts = parts
  }

  /**
   * Throws DOCKER_*, IMAGE_*, CONTAINER_* and what the builder throws, or the signal's reason; no container of it is
   * left then.
   */
  async start(spec: DockerSpec, signal: AbortSignal, steps: StartSteps): Promise<DockerInstance> {
    const { report } = steps
    const engine = await this.#parts.engine(signal)
    this.#sweep(engine)
    const image = await this.#image(engine, spec, signal, steps)
    const wanted = this.#wanted(spec)
    const createdAt = now()
    const id = await report.step('create', async (note) => {
      note(spec.containerName)
      const build = () => steps.untimed(() => spec.build(steps, signal))
      const leftBehind = (late: string) => this.#leftBehind.add(late)
      return createContainer(engine, { wanted, peer: peerOf(spec), build, leftBehind }, signal)
    })

    const lines = newContainerLines((line) => this.#parts.print(spec.built, line))
    const reading = new AbortController()
    const abort = () => reading.abort(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    let settle: (facts: ContainerFacts | undefined) => void = () => undefined
    const running = new Promise<ContainerFacts | undefined>((resolve) => (settle = resolve))
    try {
      await uploadFiles(engine, id, spec.files, signal)
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
        ...(wanted.hostConfig.Memory ? { memoryLimit: wanted.hostConfig.Memory } : {}),
        commands: containerCommands(engine.address, wanted),
      }
      engine.inspectContainer(id).then(settle, () => settle(undefined))
      const instance = this.#follow(engine, spec, container, { lines, attachment })
      await this.#checkArchitecture(engine, spec, image, instance)
      return instance
    } catch (error) {
      settle(undefined)
      lines.end()
      reading.abort()
      await removeOrRemember(engine, id, (late) => this.#leftBehind.add(late))
      throw error
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  /** Stop and remove all that it started. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([...this.#instances.keys()].map((instance) => instance.stop()))
  }

  /** The image, built where it is missing. */
  async #image(
    engine: DockerEngine,
    spec: DockerSpec,
    signal: AbortSignal,
    steps: StartSteps,
  ): Promise<ImageFacts | undefined> {
    const there = await engine.inspectImage(spec.image, signal)
    // What has our name and not our label was not made by us, and is no chaincode of ours.
    if (there !== undefined && isOwnImage(there, peerOf(spec))) {
      steps.report.skip('dependencies', THERE)
      steps.report.skip('image', THERE)
      return there
    }
    await steps.untimed(() => spec.build(steps, signal))
    return engine.inspectImage(spec.image, signal)
  }

  #wanted(spec: DockerSpec): ContainerCreate {
    return {
      name: spec.containerName,
      image: spec.image,
      ...(spec.command.length === 0 ? {} : { command: spec.command }),
      env: { ...spec.built.project.env, ...spec.env },
      labels: spec.labels,
      hostConfig: hostConfigFor(this.#parts.config.hostConfig),
      ...(spec.publish === undefined ? {} : { publish: spec.publish }),
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
      isChatter: (text) => isShimLine(project.language, text),
    })
    // One that has ended stays on the engine to be looked at, until its successor is there.
    for (const [before, { project: its }] of this.#instances) {
      if (its.name === project.name && before.hasEnded) void before.stop()
    }
    this.#instances.set(instance, built)
    return instance
  }

  /** @throws PeerError CONTAINER_ARCHITECTURE, where the engine cannot run what is in the image */
  async #checkArchitecture(
    engine: DockerEngine,
    { containerName: name, image }: DockerSpec,
    facts: ImageFacts | undefined,
    instance: DockerInstance,
  ): Promise<void> {
    if (facts === undefined) return
    const arch = await engine.facts().then(
      (known) => known.arch,
      () => undefined,
    )
    // Many engines emulate others: only what has failed is refused.
    if (arch === undefined || facts.arch === arch) return
    const deadlineMs = this.#parts.refusalMs ?? REFUSAL_MS
    const exit = await waitFor(instance.exited, { deadlineMs }).catch(() => undefined)
    if (exit?.lastLines.some((line) => /exec format error/i.test(line)) !== true) return
    await instance.stop()
    throw new PeerError('CONTAINER_ARCHITECTURE', { name, image, imageArch: facts.arch, engineArch: arch })
  }

  #sweep(engine: DockerEngine): void {
    const ids = [...this.#leftBehind]
    this.#leftBehind.clear()
    for (const id of ids) void removeOrRemember(engine, id, (late) => this.#leftBehind.add(late))
  }
}

/** Whose it is to be. */
function peerOf({ labels }: Pick<DockerSpec, 'labels'>): string {
  return labels['slipway.peer'] ?? ''
}
