import { PeerError } from '../../../contract/error.ts'
import type { DependenciesPlan } from '../../../platforms/image-plan.ts'
import { seconds } from '../../../process/child.ts'
import type { ImageFacts } from '../engine/engine.ts'
import { dependenciesImageName } from '../names.ts'
import { baseImage } from './base-image.ts'
import { buildDependencies } from './dependencies-build.ts'
import { basesOf, labelsOf, type ImageBuildRun } from './image-build.ts'
import { hashOf, PLAN } from './image-key.ts'

/** The label with the id of the base image. */
const BASE = 'slipway.base'
/** The label with a hash of each manifest, to report which one changed. */
const MANIFESTS = 'slipway.manifests'

/** The images that failed to build, with the time of the last attempt: not worth another one on every save. */
export type Failed = Map<string, number>
/** By then the network may be back. */
const RETRY_MS = 300_000

/**
 * The step `dependencies`: build the image of a chaincode's dependencies, unless the image of exactly these exists.
 * Returns its name, or undefined if the dependencies have no image of their own.
 * @throws PeerError INSTALL_FAILED, IMAGE_*, DOCKER_*, REGISTRY_UNREACHABLE; the signal's reason
 */
export async function dependenciesImage(run: ImageBuildRun, failed: Failed): Promise<string | undefined> {
  const { plan, report } = run
  const { dependencies } = plan
  if ('none' in dependencies) {
    report.skip('dependencies', dependencies.none)
    return undefined
  }
  const manifests = hashesOf(run, dependencies)
  const key = hashOf([PLAN, plan.builder, dependencies.script, plan.env, Object.entries(manifests)])
  const image = dependenciesImageName(run.config, run.project.name, key)
  if (performance.now() - (failed.get(image) ?? -RETRY_MS) < RETRY_MS) {
    report.skip('dependencies', 'could not be built separately')
    return undefined
  }
  return report.step('dependencies', async (note) => {
    const [base, existing] = await Promise.all([
      run.engine.inspectImage(plan.builder, run.signal),
      run.engine.inspectImage(image, run.signal),
    ])
    // Without a base image to compare with, the existing image is taken as current.
    const isCurrent = existing !== undefined && (base === undefined || existing.labels[BASE] === base.id)
    if (isCurrent && !run.config.chaincode.pull) {
      note('unchanged')
      return image
    }
    return make(run, { image, dependencies, manifests, existing, failed }, note)
  })
}

interface Making {
  image: string
  dependencies: DependenciesPlan
  manifests: Record<string, string>
  /** The image that has that name now. */
  existing: ImageFacts | undefined
  failed: Failed
}

async function make(
  run: ImageBuildRun,
  { image, dependencies, manifests, existing, failed }: Making,
  note: (words: string) => void,
): Promise<string | undefined> {
  const { plan, output } = run
  const { words } = dependencies
  const base = await baseImage(plan.builder, basesOf(run), note)
  if (existing?.labels[BASE] === base.id) {
    note('unchanged')
    return image
  }
  const why = existing === undefined ? await whatChanged(run, manifests) : `${plan.builder} changed`
  note(`${words}, ${why}`)
  run.doing(words)
  const startedAt = performance.now()
  const labels = { ...labelsOf(run, 'dependencies'), [BASE]: base.id, [MANIFESTS]: JSON.stringify(manifests) }
  const failure = await buildDependencies(run, { image, dependencies, labels, command: base.command })
  if (failure !== undefined) {
    if (plan.image.from === 'dependencies') {
      throw new PeerError(
        'INSTALL_FAILED',
        { command: `${words} in ${plan.builder}`, words: failure.words, ...output.printed() },
        { cause: failure.cause },
      )
    }
    // The build of the whole package reports what is wrong, or works without this image.
    failed.set(image, performance.now())
    note(`${words} ${failure.words}: left to the build`)
    return undefined
  }
  note(`${words} ${seconds(performance.now() - startedAt)}, ${why}`)
  return image
}

/** `no cache because package-lock.json changed`; a folder of manifests, such as `vendor`, appears by its name only. */
async function whatChanged(run: ImageBuildRun, manifests: Record<string, string>): Promise<string> {
  const images = await run.engine.listImages(labelsOf(run, 'dependencies'), {}, run.signal)
  const [last] = images.filter(({ names }) => names.length > 0).toSorted((a, b) => b.createdAt - a.createdAt)
  if (last === undefined) return 'the first time'
  let before: Record<string, string>
  try {
    before = JSON.parse(last.labels[MANIFESTS] ?? '{}') as typeof before
  } catch {
    // Somebody else's label of that name.
    before = {}
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(manifests)])]
  const changed = names.filter((name) => before[name] !== manifests[name])
  if (changed.length === 0) return 'no cache because the base image or the build changed'
  return `no cache because ${changed.slice(0, 3).join(', ')} changed`
}

/** The hash of each manifest, by its name, or by its top folder if it is in one. */
function hashesOf({ files }: ImageBuildRun, { manifests }: DependenciesPlan): Record<string, string> {
  const groups = new Map<string, [name: string, hash: string][]>()
  for (const name of manifests) {
    const [group = ''] = name.replace(/^src\//, '').split('/')
    const members = groups.get(group) ?? []
    members.push([name, hashOf(files.get(name)?.toString('base64') ?? '')])
    groups.set(group, members)
  }
  return Object.fromEntries([...groups].map(([group, members]) => [group, hashOf(members).slice(0, 16)]))
}
