import { hostNetworkIsHere, isElsewhere, reachContainer } from '../container/docker/peer-reach.ts'
import type { ContainerDebug } from '../container/docker/docker-spec.ts'
import type { ContainerFacts } from '../container/docker/engine/engine.ts'
import type { Instance } from '../container/vm.ts'
import { NODE_SOURCES } from '../contract/editor-configuration.ts'
import { PeerError } from '../contract/error.ts'
import type { Debugged, DebuggedProgram, Start } from '../debugger/debugged.ts'
import { now } from '../facts/clock.ts'
import { waitFor } from '../facts/wait.ts'
import { golangSources } from '../platforms/golang/image-plan.ts'
import { endWords } from '../process/child.ts'
import type { Project } from '../project/project.ts'
import type { ContainerWorld } from './container-spec.ts'

/** A container's way to its debugger. */
export interface ContainerDebugger {
  debug: ContainerDebug
  /** It is about to start; see DockerSpec.reserve. */
  running(facts: Promise<ContainerFacts | undefined>): void
  /**
   * It has started: let the chaincode begin. What is returned ends with the chaincode, also where the debugger would live on.
   * @throws PeerError DEBUG_FAILED; the signal's reason; then it was stopped
   */
  started(instance: Instance, signal: AbortSignal): Promise<Instance>
  /** It was never started. Idempotent. */
  ended(): void
}

/**
 * What starts a container under its debugger. The debugger's port is published on this machine's loopback alone, at any
 * free port; editors come to it through the debugger's door, which stays where it is. On this machine's own network the
 * debugger listens on loopback by itself. Either way this machine's other users reach it. `start`: how it would be started
 * without.
 * @throws PeerError DEBUG_CONTAINER, PEER_UNREACHABLE, DOCKER_*, what `begin` throws; then nothing of it is left
 */
export async function containerDebugger(
  { config, engine }: Pick<ContainerWorld, 'config' | 'engine'>,
  project: Project,
  start: Start,
  begin: () => Promise<Debugged>,
  signal: AbortSignal,
): Promise<ContainerDebugger> {
  const { name } = project
  const found = await engine(signal)
  const { docker } = config.vm
  if (isElsewhere(found.address)) throw new PeerError('DEBUG_CONTAINER', { name, host: found.address.host })
  const { published } = reachContainer(found, docker)
  if (!published && !(await hostNetworkIsHere(found, docker, { signal })))
    throw new PeerError('DEBUG_CONTAINER', { name, network: 'host' })
  const root = await sourcesOf(project)
  const debugged = await begin()
  let running: (facts: Promise<ContainerFacts | undefined>) => void = () => undefined
  const facts = new Promise<ContainerFacts | undefined>((resolve) => (running = resolve))
  const outside = async (port: number) => (await facts)?.published[port]
  const { argv, ...rest } = debugged.contained({
    ...start,
    root,
    outside: published ? outside : undefined,
  })
  if (rest.files.length > 0 && docker.hostConfig.ReadonlyRootfs === true) {
    debugged.ended()
    throw new PeerError('DEBUG_CONTAINER', { name })
  }
  return {
    debug: { ...rest, command: argv, printed: (text) => debugged.printed(text) },
    running,
    async started(instance, ending) {
      void instance.exited.then(() => debugged.ended())
      try {
        const program = await waitFor(debugged.program(), { signal: ending })
        return program === undefined ? instance : together(instance, program)
      } catch (error) {
        await instance.stop()
        throw error
      }
    },
    ended: () => debugged.ended(),
  }
}

/** Where its image has the sources, if an editor has to know. */
async function sourcesOf({ language, folder }: Project): Promise<string | undefined> {
  if (language === 'golang') return golangSources(folder)
  return language === 'node' ? NODE_SOURCES : undefined
}

/** A container whose debugger lives on when its program has ended: then it is stopped. */
function together(instance: Instance, program: DebuggedProgram): Instance {
  const startedAt = now()
  let isStopped = false
  const exited = Promise.race([program.ended, instance.exited.then(() => undefined)]).then(async (end) => {
    const at = now()
    await instance.stop()
    const own = await instance.exited
    return end === undefined || isStopped ? own : { ...own, at, ...end, words: endWords(end, at - startedAt) }
  })
  program.begin()
  return {
    containerName: instance.containerName,
    container: instance.container,
    exited,
    printed: () => instance.printed(),
    isWorking: () => instance.isWorking?.() ?? Promise.resolve(false),
    async stop() {
      isStopped = true
      await instance.stop()
      await exited
    },
  }
}
