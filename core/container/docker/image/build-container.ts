import type { HostConfig } from '../../../config/peer-config.ts'
import type { ContainerOutput, DockerEngine, Labels } from '../engine/engine.ts'
import { ranOutOfMemory } from '../out-of-memory.ts'
import { collect } from './package-files.ts'

/** A build in a container that lives no longer: Fabric's util.DockerBuild (core/chaincode/platforms/util/utils.go). */
export interface ContainerBuild {
  /** Name of the container. */
  name: string
  image: string
  script: string
  env: Readonly<Record<string, string>>
  labels: Labels
  hostConfig: HostConfig
  /** A tar, gzipped or not, unpacked in /chaincode/input. */
  input: Buffer
}

/** What came of it: a tar of /chaincode/output, or the code it exited with. */
type Ended = { output: Buffer } | { code: number; oomKilled: boolean }

/** `removed`: resolves once its container is gone, for which nothing need wait but the end of it all. */
export type ContainerBuilt = Ended & { removed: Promise<void> }

/** Throws what the engine throws, or the signal's reason; the container is gone then. */
export async function buildInContainer(
  engine: DockerEngine,
  build: ContainerBuild,
  output: ContainerOutput,
  signal: AbortSignal,
): Promise<ContainerBuilt> {
  let ended: Ended
  try {
    ended = await run(engine, build, output, signal)
  } catch (error) {
    // Also where it failed while it was being created: the engine may have made it all the same. What failed first is told.
    await engine.removeContainer(build.name).catch(() => undefined)
    throw error
  }
  const removed = engine.removeContainer(build.name)
  // Whoever waits for it is told.
  removed.catch(() => undefined)
  return { ...ended, removed }
}

async function run(
  engine: DockerEngine,
  { name, image, script, env, labels, hostConfig, input }: ContainerBuild,
  output: ContainerOutput,
  signal: AbortSignal,
): Promise<Ended> {
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
      // That its output has ended is told a moment later, for which what came of it need not wait.
      const archive = async () => collect(await engine.getArchive(name, '/chaincode/output/.', signal))
      const [output] = await Promise.all([archive(), attachment.ended])
      return { output }
    }
    await attachment.ended
    const facts = await engine.inspectContainer(name, signal)
    return { code, oomKilled: facts !== undefined && (await ranOutOfMemory(engine, facts, signal)) }
  } finally {
    attachment.close()
  }
}
