import { randomBytes } from 'node:crypto'
import type { ImagePlan } from '../../../platforms/image-plan.ts'
import { buildFailed } from '../../../platforms/run-tool.ts'
import { containerLabels } from '../labels.ts'
import { peerLabel } from '../names.ts'
import { baseImage } from './base-image.ts'
import { buildInContainer } from './build-container.ts'
import { chaincodeDockerfile } from './dockerfiles.ts'
import { basesOf, buildImage, labelsOf, type ImageBuildRun } from './image-build.ts'
import { contextOf } from './package-files.ts'

/** The dependencies that an image was built with: as long as it stays, they stay. */
export const DEPENDENCIES = 'slipway.dependencies'

/**
 * The step `image`: make the chaincode's own. `dependencies`: name of the image that holds them, where there is one.
 * @throws PeerError BUILD_FAILED, IMAGE_*, DOCKER_*, REGISTRY_UNREACHABLE; the signal's reason
 */
export async function chaincodeImage(run: ImageBuildRun, dependencies: string | undefined): Promise<void> {
  await run.report.step('image', async (note) => {
    const { base, add, files, removed } =
      run.plan.image.from === 'dependencies'
        ? sources(run, dependencies ?? run.plan.builder, run.plan.image.target, note)
        : await built(run, run.plan.image, dependencies, note)
    run.doing('docker build')
    const labels = {
      ...labelsOf(run, 'chaincode'),
      ...(dependencies === undefined ? {} : { [DEPENDENCIES]: dependencies }),
    }
    const dockerfile = chaincodeDockerfile(base, labels, run.code.hash, add)
    const context = await contextOf([['Dockerfile', dockerfile], ...files])
    await Promise.all([buildImage(run, context, run.image), removed])
  })
}

/** What is laid over which image, by which line of the Dockerfile. */
interface Laid {
  base: string
  add: string
  files: (readonly [name: string, content: Buffer])[]
  /** Resolves once the container that they were built in is gone. */
  removed?: Promise<void>
}

function sources({ files }: ImageBuildRun, base: string, target: string, note: (words: string) => void): Laid {
  note('sources over the dependencies')
  return { base, add: `COPY src ${target}`, files: [...files].filter(([name]) => name.startsWith('src/')) }
}

/** Build in a container, and lay what came of it over the base image. */
async function built(
  run: ImageBuildRun,
  { runtime, target, script, words }: Extract<ImagePlan['image'], { from: 'build' }>,
  dependencies: string | undefined,
  note: (words: string) => void,
): Promise<Laid> {
  const { plan, config, project, output } = run
  const bases = basesOf(run)
  const [builder] = await Promise.all([
    dependencies ?? baseImage(plan.builder, bases, note).then(() => plan.builder),
    baseImage(runtime, bases, note),
  ])
  note(words)
  run.doing(words)
  const { NetworkMode, Dns, DnsSearch, ExtraHosts } = config.vm.docker.hostConfig
  const ended = await buildInContainer(
    run.engine,
    {
      name: `${run.image}-build-${randomBytes(4).toString('hex')}`,
      image: builder,
      script,
      env: { ...run.proxies, ...plan.env },
      labels: containerLabels({ peer: peerLabel(config.dataDir), chaincode: project.name, role: 'build' }),
      hostConfig: withoutUndefined({ NetworkMode, Dns, DnsSearch, ExtraHosts }),
      input: run.code.code,
    },
    output,
    run.signal,
  ).finally(output.end)
  if ('code' in ended) {
    await ended.removed
    const how = ended.oomKilled ? 'ran out of memory and was killed' : `exited with code ${ended.code}`
    throw buildFailed(`${words} in ${plan.builder}`, how, output.lastLines(), output.diagnostics())
  }
  const files = [['binpackage.tar', ended.output]] as const
  return { base: runtime, add: `ADD binpackage.tar ${target}`, files: [...files], removed: ended.removed }
}

function withoutUndefined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const defined = Object.entries(given).filter(([, value]) => value !== undefined)
  return Object.fromEntries(defined) as ReturnType<typeof withoutUndefined<T>>
}
