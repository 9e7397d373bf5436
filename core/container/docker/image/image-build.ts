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

/** One build of an image: what all its parts need. */
export interface ImageBuildRun {
  engine: DockerEngine
  config: PeerConfig
  project: Project
  code: CodePackage
  files: PackageFiles
  plan: ImagePlan
  /** Variables for every build. */
  proxies: Readonly<Record<string, string>>
  /** The name of the chaincode's image. */
  image: string
  report: Pick<LaunchReport, 'step' | 'skip'>
  output: BuildOutput
  clock: StartupClock
  /** Sets the command that a timeout would report. */
  doing(command: string): void
  signal: AbortSignal
}

export function basesOf({ engine, config, output, clock, signal }: ImageBuildRun): BaseImages {
  return {
    engine,
    pull: config.chaincode.pull,
    announce: output.announce,
    signal,
    untimed: (work) => clock.untimed(work),
  }
}

/** The labels of an image, the same for every build. */
export function labelsOf({ config, project }: ImageBuildRun, role: Role): Labels {
  return imageLabels({
    peer: peerLabel(config.dataDir),
    chaincode: project.name,
    role,
    language: project.language,
  })
}

/** `docker build` of a context. Throws what the engine throws, such as IMAGE_BUILD_FAILED. */
export async function buildImage(run: ImageBuildRun, context: Buffer, image: string): Promise<void> {
  const { NetworkMode } = run.config.vm.docker.hostConfig
  await run.engine.buildImage(
    {
      context,
      image,
      // The Dockerfile sets them.
      labels: {},
      buildArgs: run.proxies,
      networkMode: NetworkMode,
    },
    run.output.text,
    run.signal,
  )
  run.output.end()
}

/** How a command in the build of an image ended: `exited with code 1`; undefined if something else failed. */
export function commandFailed(error: unknown): string | undefined {
  if (!(error instanceof PeerError) || error.code !== 'IMAGE_BUILD_FAILED') return undefined
  const { message } = error.details as { message: string }
  // The words of Docker, and those of Podman.
  const code = /(?:returned a non-zero code:|exit status) (\d+)/.exec(message)
  return code === null ? undefined : `exited with code ${code[1] ?? ''}`
}
