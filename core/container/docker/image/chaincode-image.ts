import { randomBytes } from 'node:crypto'
import { buildFailed } from '../../../platforms/run-tool.ts'
import { containerLabels, ownLabels } from '../labels.ts'
import { peerLabel } from '../names.ts'
import { baseImage } from './base-image.ts'
import { buildInContainer } from './build-container.ts'
import { buildProxies } from './build-proxies.ts'
import { binaryDockerfile, sourcesDockerfile } from './dockerfiles.ts'
import { basesOf, buildImage, labelsOf, type ImageBuildRun } from './image-build.ts'
import { contextOf } from './package-files.ts'

/** The dependencies that an image was built with: as long as it stays, they stay. */
export const DEPENDENCIES = 'slipway.dependencies'

/**
 * The step `image`: make the chaincode's own. `dependencies`: name of the image that holds them, where there is one.
 * @throws PeerError BUILD_FAILED, IMAGE_*, DOCKER_*, REGISTRY_UNREACHABLE; the signal's reason
 */
export async function chaincodeImage(run: ImageBuildRun, dependencies: string | undefined): Promise<void> {
  const { image } = run.plan
  await run.report.step('image', async (note) => {
    const context =
      image.from === 'dependencies'
        ? await sourcesContext(run, dependencies ?? run.plan.builder, image.target)
        : await builtContext(run, dependencies, note)
    run.doing('docker build')
    const built = dependencies === undefined ? {} : { [DEPENDENCIES]: dependencies }
    await buildImage(run, context, run.image, { ...labelsOf(run, 'chaincode'), ...built })
  })
}

function sourcesContext({ files }: ImageBuildRun, base: string, target: string): Promise<Buffer> {
  const sources = [...files].filter(([name]) => name.startsWith('src/'))
  return contextOf([['Dockerfile', sourcesDockerfile(base, target)], ...sources])
}

/** Build in a container, and put what came of it into the context of the image. */
async function builtContext(
  run: ImageBuildRun,
  dependencies: string | undefined,
  note: (words: string) => void,
): Promise<Buffer> {
  const { plan, config, project, output } = run
  if (plan.image.from !== 'build') return Buffer.alloc(0)
  const { runtime, target, script, words } = plan.image
  const bases = basesOf(run)
  const [builder] = await Promise.all([
    dependencies ?? baseImage(plan.builder, bases, note).then(() => plan.builder),
    baseImage(runtime, bases, note),
  ])
  note(words)
  run.doing(words)
  const { NetworkMode, Dns, DnsSearch, ExtraHosts } = config.vm.docker.hostConfig
  const peer = peerLabel(config.dataDir)
  const built = await buildInContainer(
    run.engine,
    {
      name: `${run.image}-build-${randomBytes(4).toString('hex')}`,
      image: builder,
      script,
      env: { ...buildProxies(process.env), ...plan.env },
      labels: containerLabels({ peer, chaincode: project.name, role: 'build' }),
      hostConfig: withoutUndefined({ NetworkMode, Dns, DnsSearch, ExtraHosts }),
      input: run.code.code,
    },
    output,
    run.signal,
  ).finally(output.end)
  if ('code' in built) {
    const ended = built.oomKilled ? 'ran out of memory and was killed' : `exited with code ${built.code}`
    throw buildFailed(`${words} in ${plan.builder}`, ended, output.lastLines(), output.diagnostics())
  }
  const labels = { ...ownLabels(peer), 'slipway.chaincode': project.name }
  return contextOf([
    ['Dockerfile', binaryDockerfile(runtime, target, labels)],
    ['binpackage.tar', built.output],
  ])
}

function withoutUndefined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const defined = Object.entries(given).filter(([, value]) => value !== undefined)
  return Object.fromEntries(defined) as ReturnType<typeof withoutUndefined<T>>
}
