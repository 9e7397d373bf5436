import { randomBytes } from 'node:crypto'
import { PeerError } from '../../../contract/error.ts'
import type { ImagePlan } from '../../../platforms/image-plan.ts'
import { containerLabels } from '../labels.ts'
import { peerLabel } from '../names.ts'
import { baseImage } from './base-image.ts'
import { buildInContainer, ended, networkOf } from './build-container.ts'
import { chaincodeDockerfile, ownDockerfile } from './dockerfiles.ts'
import { basesOf, buildImage, labelsOf, type ImageBuildRun } from './image-build.ts'
import { collect, contextOf } from './package-files.ts'

/** The label with the dependencies image that an image was built with, which stays as long as that image does. */
export const DEPENDENCIES = 'slipway.dependencies'

/**
 * The step `image`: build the chaincode's image. `dependencies`: the name of its dependencies image, if it has one.
 * @throws PeerError BUILD_FAILED, IMAGE_*, DOCKER_*, REGISTRY_UNREACHABLE; the signal's reason
 */
export async function chaincodeImage(run: ImageBuildRun, dependencies: string | undefined): Promise<void> {
  await run.report.step('image', async (note) => {
    const { image } = run.plan
    if (image.from === 'dockerfile') return byDockerfile(run, note)
    const { base, add, files, removed } =
      image.from === 'dependencies'
        ? sources(run, dependencies ?? run.plan.builder, image.target, note)
        : await built(run, image, dependencies, note)
    run.doing('docker build')
    const labels = labelsOf(run, 'chaincode')
    const allLabels = dependencies === undefined ? labels : { ...labels, [DEPENDENCIES]: dependencies }
    const dockerfile = chaincodeDockerfile(base, allLabels, run.code.hash, add)
    const context = await contextOf([['Dockerfile', dockerfile], ...files])
    await Promise.all([buildImage(run, context, run.image), removed])
  })
}

/** By the Dockerfile in the folder, with the packaged files as its context. */
async function byDockerfile(run: ImageBuildRun, note: (words: string) => void): Promise<void> {
  note('docker build of its own Dockerfile')
  run.doing('docker build')
  const own = [...run.files].filter(([name]) => name.startsWith('src/'))
  const files = own.map(([name, content]): [string, Buffer | string] => {
    const path = name.slice('src/'.length)
    if (path !== 'Dockerfile') return [path, content]
    return [path, ownDockerfile(content.toString(), labelsOf(run, 'chaincode'), run.code.hash)]
  })
  await buildImage(run, await contextOf(files), run.image)
}

/** What the image adds to its base. */
interface Layer {
  base: string
  /** The line of the Dockerfile that adds the files. */
  add: string
  files: (readonly [name: string, content: Buffer])[]
  /** Resolves once the container in which they were built is gone. */
  removed: Promise<void> | undefined
}

function sources({ files }: ImageBuildRun, base: string, target: string, note: (words: string) => void): Layer {
  note('sources over the dependencies')
  const sourceFiles = [...files].filter(([name]) => name.startsWith('src/'))
  return { base, add: `COPY src ${target}`, files: sourceFiles, removed: undefined }
}

/** Build in a container, and add the output to the base image. */
async function built(
  run: ImageBuildRun,
  { runtime, target, script, words }: Extract<ImagePlan['image'], { from: 'build' }>,
  dependencies: string | undefined,
  note: (words: string) => void,
): Promise<Layer> {
  const { plan, config, project, output } = run
  const bases = basesOf(run)
  const [builder] = await Promise.all([
    dependencies ?? baseImage(plan.builder, bases, note).then(() => plan.builder),
    baseImage(runtime, bases, note),
  ])
  note(words)
  run.doing(words)
  const result = await buildInContainer(
    run.engine,
    {
      name: `${run.image}-build-${randomBytes(4).toString('hex')}`,
      image: builder,
      script,
      env: { ...run.proxies, ...plan.env },
      labels: containerLabels({ peer: peerLabel(config.dataDir), chaincode: project.name, role: 'build' }),
      hostConfig: networkOf(config.vm.docker.hostConfig),
      input: run.code.code,
      inputPath: '/chaincode/input',
    },
    async (container) => collect(await run.engine.getArchive(container, '/chaincode/output/.', run.signal)),
    output,
    run.signal,
  ).finally(output.end)
  if ('code' in result) {
    await result.removed
    throw new PeerError('BUILD_FAILED', {
      command: `${words} in ${plan.builder}`,
      words: ended(result),
      ...output.printed(),
      diagnostics: output.diagnostics(),
    })
  }
  const files = [['binpackage.tar', result.output]] as const
  return { base: runtime, add: `ADD binpackage.tar ${target}`, files: [...files], removed: result.removed }
}
