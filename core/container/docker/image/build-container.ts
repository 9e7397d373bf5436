import type { HostConfig } from '../../../config/peer-config.ts'
import type { ContainerOutput, DockerEngine, Labels } from '../engine/engine.ts'
import { ranOutOfMemory, type OutOfMemory } from '../out-of-memory.ts'

/** A build in a container of its own: Fabric's util.DockerBuild (core/chaincode/platforms/util/utils.go). */
export interface ContainerBuild {
  /** The container's name. */
  name: string
  image: string
  script: string
  env: Readonly<Record<string, string>>
  labels: Labels
  hostConfig: HostConfig
  /** A tar, gzipped or not. */
  input: Buffer
  /** Where it is unpacked. */
  inputPath: string
}

/** What was taken of a build that succeeded; or the exit code of a failed one (undefined: somebody removed it). */
type Outcome<T> = { output: T } | FailedBuild

export interface FailedBuild {
  code: number | undefined
  outOfMemory: OutOfMemory
}

/** `removed`: resolves once the container is gone; only the end of the whole build must wait for that. */
export type ContainerBuildResult<T> = Outcome<T> & { removed: Promise<void> }

/**
 * `take`: what to do with the container once the build in it has succeeded.
 * Throws what the engine throws, or the signal's reason; then the container is gone.
 */
export async function buildInContainer<T>(
  engine: DockerEngine,
  build: ContainerBuild,
  take: (container: string) => Promise<T>,
  output: ContainerOutput,
  signal: AbortSignal,
): Promise<ContainerBuildResult<T>> {
  let outcome: Outcome<T>
  try {
    outcome = await run(engine, build, take, output, signal)
  } catch (error) {
    // Even if its creation failed, the engine may have created it. The first error is the one to throw.
    await engine.removeContainer(build.name).catch(() => undefined)
    throw error
  }
  const removed = engine.removeContainer(build.name)
  // Whoever awaits it gets the error.
  removed.catch(() => undefined)
  return { ...outcome, removed }
}

async function run<T>(
  engine: DockerEngine,
  { name, image, script, env, labels, hostConfig, input, inputPath }: ContainerBuild,
  take: (container: string) => Promise<T>,
  output: ContainerOutput,
  signal: AbortSignal,
): Promise<Outcome<T>> {
  const command = ['/bin/sh', '-c', script]
  await engine.createContainer({ name, image, command, env, labels, hostConfig: { ...hostConfig, Init: true } }, signal)
  const [attachment] = await Promise.all([
    engine.attach(name, output, signal),
    engine.putArchive(name, inputPath, input, signal),
  ])
  try {
    await engine.startContainer(name, signal)
    const code = await engine.waitContainer(name, signal)
    if (code === 0) {
      // The end of its output is reported a moment later; what is taken need not wait for that.
      const [output] = await Promise.all([take(name), attachment.ended])
      return { output }
    }
    await attachment.ended
    const facts = await engine.inspectContainer(name, signal)
    return { code, outOfMemory: facts !== undefined && (await ranOutOfMemory(engine, facts, signal)) }
  } finally {
    attachment.close()
  }
}

/** How a failed build ended: `exited with code 1`. */
export function ended({ code, outOfMemory }: FailedBuild): string {
  if (outOfMemory === 'probably') return 'was killed, probably because memory ran out'
  if (outOfMemory) return 'ran out of memory and was killed'
  return code === undefined ? 'was removed' : `exited with code ${code}`
}

/** A build gets the network of the chaincode's container, but none of its limits. */
export function networkOf({ NetworkMode, Dns, DnsSearch, ExtraHosts }: HostConfig): HostConfig {
  const network = Object.entries({ NetworkMode, Dns, DnsSearch, ExtraHosts })
  return Object.fromEntries(network.filter(([, value]) => value !== undefined))
}
