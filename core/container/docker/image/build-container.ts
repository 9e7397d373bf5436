import type { HostConfig } from '../../../config/peer-config.ts'
import type { ContainerOutput, DockerEngine, Labels } from '../engine/engine.ts'
import { ranOutOfMemory, type OutOfMemory } from '../out-of-memory.ts'
import { collect } from './package-files.ts'

/** A build in a container of its own: Fabric's util.DockerBuild (core/chaincode/platforms/util/utils.go). */
export interface ContainerBuild {
  /** The container's name. */
  name: string
  image: string
  script: string
  env: Readonly<Record<string, string>>
  labels: Labels
  hostConfig: HostConfig
  /** A tar, gzipped or not, unpacked in /chaincode/input. */
  input: Buffer
}

/** A tar of /chaincode/output, or the exit code of a failed build (undefined: somebody removed it). */
type Outcome = { output: Buffer } | { code: number | undefined; outOfMemory: OutOfMemory }

/** `removed`: resolves once the container is gone; only the end of the whole build must wait for that. */
export type ContainerBuildResult = Outcome & { removed: Promise<void> }

/** Throws what the engine throws, or the signal's reason; then the container is gone. */
export async function buildInContainer(
  engine: DockerEngine,
  build: ContainerBuild,
  output: ContainerOutput,
  signal: AbortSignal,
): Promise<ContainerBuildResult> {
  let outcome: Outcome
  try {
    outcome = await run(engine, build, output, signal)
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

async function run(
  engine: DockerEngine,
  { name, image, script, env, labels, hostConfig, input }: ContainerBuild,
  output: ContainerOutput,
  signal: AbortSignal,
): Promise<Outcome> {
  const command = ['/bin/sh', '-c', script]
  await engine.createContainer({ name, image, command, env, labels, hostConfig: { ...hostConfig, Init: true } }, signal)
  const [attachment] = await Promise.all([
    engine.attach(name, output, signal),
    engine.putArchive(name, '/chaincode/input', input, signal),
  ])
  try {
    await engine.startContainer(name, signal)
    const code = await engine.waitContainer(name, signal)
    if (code === 0) {
      // The end of its output is reported a moment later; the archive need not wait for that.
      const archive = async () => collect(await engine.getArchive(name, '/chaincode/output/.', signal))
      const [output] = await Promise.all([archive(), attachment.ended])
      return { output }
    }
    await attachment.ended
    const facts = await engine.inspectContainer(name, signal)
    return { code, outOfMemory: facts !== undefined && (await ranOutOfMemory(engine, facts, signal)) }
  } finally {
    attachment.close()
  }
}
