import { StartupClock } from '../../startup-clock.ts'
import { waitFor } from '../../../facts/wait.ts'
import type { PeerConfig } from '../../../config/peer-config.ts'
import { PeerError } from '../../../contract/error.ts'
import { platforms } from '../../../platforms/platform.ts'
import type { BuiltProject } from '../../../project/project.ts'
import type { StartSteps } from '../../vm.ts'
import type { PrintLine } from '../../../process/print-line.ts'
import type { DockerEngine } from '../engine/engine.ts'
import { ownLabels } from '../labels.ts'
import { peerLabel } from '../names.ts'
import { newBuildOutput, type BuildOutput } from './build-output.ts'
import { buildProxies } from './build-proxies.ts'
import { chaincodeImage } from './chaincode-image.ts'
import type { ImageBuildRun } from './image-build.ts'
import { inFolder } from '../../../platforms/container-places.ts'
import { dependenciesImage, type Failed } from './dependencies-image.ts'
import { removeHalfMade, removeOldImages } from './image-cleaning.ts'
import { readPackage } from './package-files.ts'

/** When to look again for the remains of an aborted build. */
const LATER_MS = [1_000, 5_000]

/** Builds the images of chaincode, and removes those no longer needed. */
export interface ImageBuilder {
  /**
   * Build the image of a project's package under this name, and its dependencies first if they have changed. Reports
   * the steps `dependencies` and `image`; its time doesn't count for the start. Leaves nothing half made when it fails.
   * @throws PeerError BUILD_FAILED, INSTALL_FAILED, BUILD_TIMEOUT, IMAGE_*, REGISTRY_UNREACHABLE, DOCKER_*; the
   * signal's reason
   */
  build(built: BuiltProject, image: string, steps: StartSteps, signal: AbortSignal): Promise<void>
  /**
   * Remove a chaincode's images, except those named and those in use, and the dependencies that only they were built
   * on.
   * @throws PeerError DOCKER_*; the signal's reason
   */
  removeOldImages(chaincode: string, keep: readonly string[], signal?: AbortSignal): Promise<void>
  /**
   * Stop looking for the remains of aborted builds: the next peer of this data folder has the same labels, and its
   * unfinished builds look the same.
   */
  close(): void
}

export interface ImageBuilderParts {
  /** The engine that runs now. @throws PeerError DOCKER_* */
  engine(signal?: AbortSignal): Promise<DockerEngine>
  config: PeerConfig
  /** Output of the builds, line by line as it arrives. */
  print(built: BuiltProject, line: Parameters<PrintLine>[0]): void
}

export function newImageBuilder(parts: ImageBuilderParts): ImageBuilder {
  const failed: Failed = new Map()
  const peer = peerLabel(parts.config.dataDir)
  const labelsOf = (chaincode: string) => ({ ...ownLabels(peer), 'slipway.chaincode': chaincode })
  const inTurn = newTurns()
  const closing = new AbortController()

  async function build(built: BuiltProject, image: string, { report }: StartSteps, signal: AbortSignal): Promise<void> {
    const { project, code } = built
    if (code === undefined) throw new PeerError('UNEXPECTED', { message: `${project.name} was not packaged.` })
    const { config } = parts
    const engine = await parts.engine(signal)
    const [files, proxies] = await Promise.all([readPackage(code.code), buildProxies(process.env, engine.address.host)])
    const plan = await platforms[project.language].imagePlan(project, files, config.chaincode)
    const output = newBuildOutput(
      project.folder,
      (line) => inFolder(line, plan.root),
      (line) => parts.print(built, line),
    )
    const { buildtimeout } = config.chaincode
    const overdue = new AbortController()
    let command = 'docker build'
    const clock = new StartupClock(buildtimeout, () =>
      overdue.abort(new PeerError('BUILD_TIMEOUT', { command, seconds: Math.round(buildtimeout / 1000) })),
    )
    const run = {
      engine,
      config,
      project,
      code,
      files,
      plan,
      proxies,
      image,
      report: counting(report, output),
      output,
      clock,
      doing: (words: string) => (command = words),
      signal: AbortSignal.any([signal, overdue.signal]),
    }
    try {
      await chaincodeImage(run, await dependenciesImage(run, failed))
    } catch (error) {
      await removeHalfMade(engine, labelsOf(project.name))
      removeLater(project.name, engine)
      throw overdue.signal.aborted && !signal.aborted ? overdue.signal.reason : error
    } finally {
      clock.stop()
      output.end()
    }
  }

  /** The engine finishes the current step of an aborted build, and only then notices that nobody needs its layer. */
  function removeLater(chaincode: string, engine: DockerEngine): void {
    const { signal } = closing
    const clean = async () => {
      if (!signal.aborted) await removeHalfMade(engine, labelsOf(chaincode), signal)
    }
    for (const ms of LATER_MS) {
      // Nothing waits for it: what it misses is removed with the next build or at the peer's next start.
      setTimeout(() => void inTurn(chaincode, clean), ms).unref()
    }
  }

  return {
    build: (built, image, steps, signal) =>
      steps.untimed(() => inTurn(built.project.name, () => build(built, image, steps, signal), signal)),
    removeOldImages: (chaincode, keep, signal) =>
      inTurn(
        chaincode,
        async () => removeOldImages(await parts.engine(signal), labelsOf(chaincode), keep, signal),
        signal,
      ),
    close: () => closing.abort(),
  }
}

/** Reports with each step how many lines its build has printed. */
function counting({ step, skip }: StartSteps['report'], output: BuildOutput): ImageBuildRun['report'] {
  return {
    skip,
    step: (name, work) => step(name, (note, printed) => output.counted(printed, () => work(note))),
  }
}

/**
 * One at a time for each chaincode: the unfinished layers of a build look like the remains of an aborted one, and the
 * next build begins while the previous one is still being aborted.
 */
function newTurns() {
  const last = new Map<string, Promise<void>>()
  return async function inTurn<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = last.get(name) ?? Promise.resolve()
    let done = (): void => undefined
    const turn = new Promise<void>((resolve) => (done = resolve))
    last.set(
      name,
      before.then(() => turn),
    )
    try {
      await waitFor(before, { signal })
      return await work()
    } finally {
      done()
    }
  }
}
