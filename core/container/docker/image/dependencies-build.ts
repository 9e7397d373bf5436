import { randomBytes } from 'node:crypto'
import { PeerError } from '../../../contract/error.ts'
import type { DependenciesPlan } from '../../../platforms/image-plan.ts'
import type { Labels } from '../engine/engine.ts'
import { DISK_FULL } from '../engine/engine-errors.ts'
import { containerLabels, ofDependencies } from '../labels.ts'
import { peerLabel } from '../names.ts'
import { buildInContainer, ended, networkOf } from './build-container.ts'
import { dependenciesDockerfile } from './dockerfiles.ts'
import { buildImage, commandFailed, type ImageBuildRun } from './image-build.ts'
import { contextOf } from './package-files.ts'

/** The image to make: its name, what is in it, and its labels. */
export interface DependenciesBuild {
  image: string
  dependencies: DependenciesPlan
  labels: Labels
  /** The command of its base, which is its own too. */
  command: readonly string[]
}

/** How the script ended, in words: `exited with code 1`. */
export interface ScriptFailure {
  words: string
  cause?: unknown
}

/**
 * Make the image of dependencies: `slipway/script` is run over the builder's image, where `slipway/src` is the part of
 * the package that it needs. The engine does so by a Dockerfile; one that wouldn't end the script with an aborted build
 * has it run in a container of ours, of which the image is made. Resolves with why there is none if the script fails.
 * @throws PeerError IMAGE_*, DOCKER_*, REGISTRY_UNREACHABLE; the signal's reason
 */
export async function buildDependencies(
  run: ImageBuildRun,
  build: DependenciesBuild,
): Promise<ScriptFailure | undefined> {
  const byEngine = await run.engine.endsBuilds(run.signal)
  try {
    return await (byEngine ? byDockerfile(run, build) : inContainer(run, build))
  } finally {
    run.output.end()
  }
}

async function byDockerfile(run: ImageBuildRun, build: DependenciesBuild): Promise<ScriptFailure | undefined> {
  const dockerfile = dependenciesDockerfile(run.plan.builder, build.labels)
  const context = await contextOf([['Dockerfile', dockerfile], ...scriptFiles(run, build.dependencies)])
  try {
    await buildImage(run, context, build.image)
    return undefined
  } catch (error) {
    const words = commandFailed(error)
    if (words === undefined) throw error
    return { words, cause: error }
  }
}

async function inContainer(
  run: ImageBuildRun,
  { image, dependencies, labels, command }: DependenciesBuild,
): Promise<ScriptFailure | undefined> {
  const { engine, plan, config, project, output, proxies, signal } = run
  const own = containerLabels({ peer: peerLabel(config.dataDir), chaincode: project.name, role: 'build' })
  const result = await buildInContainer(
    engine,
    {
      name: `${run.image}-build-${randomBytes(4).toString('hex')}`,
      image: plan.builder,
      // The image keeps the container's environment, but proxies are nobody else's.
      script: `${exportsOf(proxies)}exec /bin/sh /slipway/script`,
      env: {},
      labels: { ...labels, ...own },
      hostConfig: networkOf(config.vm.docker.hostConfig),
      input: await contextOf(scriptFiles(run, dependencies)),
      inputPath: '/',
    },
    (container) =>
      engine.commitContainer(container, image, [...ofDependencies, `CMD ${JSON.stringify(command)}`], signal),
    output,
    signal,
  )
  await result.removed
  if ('output' in result) return undefined
  // Only the output shows it.
  const diskFull = output.printed().output.findLast((line) => DISK_FULL.test(line))
  if (diskFull === undefined) return { words: ended(result) }
  throw new PeerError('DOCKER_DISK_FULL', { doing: `building the image ${image}`, message: diskFull })
}

function* scriptFiles(
  { files, plan }: ImageBuildRun,
  dependencies: DependenciesPlan,
): Iterable<[string, Buffer | string]> {
  yield ['slipway/script', `${exportsOf(plan.env)}${dependencies.script}\n`]
  for (const name of dependencies.files) yield [`slipway/${name}`, files.get(name) ?? '']
}

function exportsOf(env: Readonly<Record<string, string>>): string {
  const lines = Object.entries(env).map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
  return lines.join('')
}
