import type { PeerConfig } from '../../../config/peer-config.ts'
import type { StartupClock } from '../../startup-clock.ts'
import type { LaunchReport } from '../../../facts/launch-report.ts'
import { PeerError } from '../../../contract/error.ts'
import type { ImagePlan, PackageFiles } from '../../../platforms/image-plan.ts'
import type { CodePackage, Project } from '../../../project/project.ts'
import type { DockerEngine, Labels } from '../engine/engine.ts'
import { imageLabels, type Role } from '../labels.ts'
import { peerLabel } from '../names.ts'
import type { BaseImages } from './base-image.ts'
import type { BuildOutput } from './build-output.ts'

/** One build of an image under way: what all its parts work with. */
export interface ImageBuildRun {
  engine: DockerEngine
  config: PeerConfig
  project: Project
  code: CodePackage
  files: PackageFiles
  plan: ImagePlan
  /** Variables that every build is given. */
  proxies: Readonly<Record<string, string>>
  /** Name of the chaincode's image. */
  image: string
  report: Pick<LaunchReport, 'step' | 'skip'>
  output: BuildOutput
  clock: StartupClock
  /** What it is at: for the words of a timeout. */
  doing(command: string): void
  signal: AbortSignal
}

export function basesOf({ engine, config, output, clock, signal }: ImageBuildRun): BaseImages {
  return {
    engine,
    pull: config.chaincode.pull,
    say: output.say,
    signal,
    untimed: (work) => clock.untimed(work),
  }
}

/** Labels of what is made: the same for every build. */
export function labelsOf({ config, project }: ImageBuildRun, role: Role): Labels {
  return imageLabels({
    peer: peerLabel(config.dataDir),
    chaincode: project.name,
    role,
    language: project.language,
  })
}

/** `docker build` of a context. Throws what the engine throws, IMAGE_BUILD_FAILED among it. */
export async function buildImage(run: ImageBuildRun, context: Buffer, image: string): Promise<void> {
  const { NetworkMode } = run.config.vm.docker.hostConfig
  await run.engine.buildImage(
    {
      context,
      image,
      // They stand in the Dockerfile.
      labels: {},
      buildArgs: run.proxies,
      ...(NetworkMode === undefined ? {} : { networkMode: NetworkMode }),
    },
    run.output.text,
    run.signal,
  )
  run.output.end()
}

/** How a command in the build of an image ended: `exited with code 1`; undefined where it was something else that failed. */
export function commandFailed(error: unknown): string | undefined {
  if (!(error instanceof PeerError) || error.code !== 'IMAGE_BUILD_FAILED') return undefined
  const { message } = error.details as { message: string }
  // Docker's words, and Podman's.
  const code = /(?:returned a non-zero code:|exit status) (\d+)/.exec(message)
  return code === null ? undefined : `exited with code ${code[1] ?? ''}`
}
