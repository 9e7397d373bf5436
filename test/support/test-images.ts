import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, onTestFinished } from 'vitest'
import { peerConfig, type PeerConfig, type PeerSettings } from '../../core/config/peer-config.ts'
import type { DockerEngine, ImageFacts } from '../../core/container/docker/engine/engine.ts'
import { newImageBuilder, type ImageBuilder } from '../../core/container/docker/image/image-builder.ts'
import { imageKey } from '../../core/container/docker/image/image-key.ts'
import { ownLabels } from '../../core/container/docker/labels.ts'
import { removeEverything } from '../../core/container/docker/leftovers.ts'
import { imageName, peerLabel } from '../../core/container/docker/names.ts'
import type { StartSteps } from '../../core/container/vm.ts'
import type { PrintLine } from '../../core/process/print-line.ts'
import { PeerError } from '../../core/contract/error.ts'
import { readProjects } from '../../core/platforms/detect.ts'
import { packageProject } from '../../core/packaging/package-project.ts'
import { tempFolder } from './temp.ts'
import { engineOn } from './test-containers.ts'

/** An image builder on a real engine, for a peer of its own. All it makes is removed when the test is over. */
export interface TestImages {
  engine: DockerEngine
  builder: ImageBuilder
  config: PeerConfig
  printed: Parameters<PrintLine>[0][]
  /** Called with each line as it is printed. */
  heard(line: (text: string) => void): void
  /** The steps in order: `dependencies: npm ci 4 s, the first time`, `image failed`. */
  told: string[]
  /** How many lines each step has printed, as its launch tells, and the last one. */
  counts: Map<string, { lines: number; last: string }>
  /** Package a folder and build its image; its name. */
  build(folder: string, signal?: AbortSignal): Promise<string>
  /** Names of the peer's images, the newest first. */
  images(): Promise<string[]>
  inspect(image: string): Promise<ImageFacts>
  /** What only something half made would be: its containers, and its images without a name. */
  halfMade(): Promise<string[]>
  /** Text that a command prints in an image. */
  run(image: string, script: string): Promise<string>
}

export async function testImages(
  settings: Omit<PeerSettings, 'dataDir'> = {},
  host = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock',
): Promise<TestImages> {
  const engine = await engineOn(host)
  const config = peerConfig({ dataDir: join(await tempFolder('images'), '.slipway'), ...settings })
  const peer = peerLabel(config.dataDir)
  const labels = ownLabels(peer)
  onTestFinished(async () => {
    await removeEverything(engine, peer)
  })
  const printed: Parameters<PrintLine>[0][] = []
  const told: string[] = []
  const counts: TestImages['counts'] = new Map()
  let hear: (text: string) => void = () => undefined
  const builder = newImageBuilder({
    engine: () => Promise.resolve(engine),
    config,
    print(_built, line) {
      printed.push(line)
      hear(stripVTControlCharacters(line.text))
    },
  })
  const steps: StartSteps = {
    report: {
      async step(name, work) {
        let note = ''
        try {
          const count = (last: string) => counts.set(name, { lines: (counts.get(name)?.lines ?? 0) + 1, last })
          const value = await work((words) => (note = words), count)
          told.push(`${name}: ${note}`)
          return value
        } catch (error) {
          told.push(`${name} failed`)
          throw error
        }
      },
      past: () => undefined,
      skip: (name, why) => told.push(`${name} skipped: ${why}`),
    },
    untimed: (work) => work(),
  }
  let builds = 0
  let runs = 0
  return {
    engine,
    builder,
    config,
    printed,
    heard: (line) => (hear = line),
    told,
    counts,
    async build(folder, signal = new AbortController().signal) {
      const { projects } = await readProjects(folder, { name: 'images' })
      const [project] = projects
      if (project === undefined) throw new Error(`${folder} isn't a chaincode`)
      const code = await packageProject(project, signal)
      const image = imageName(config, project, imageKey(project, code, config.chaincode))
      await builder.build({ project, code, build: (builds += 1), argv: [] }, image, steps, signal)
      return image
    },
    async images() {
      const all = await engine.listImages(labels)
      return all.toSorted((a, b) => b.createdAt - a.createdAt).flatMap(({ names }) => names)
    },
    async inspect(image) {
      const facts = await engine.inspectImage(image)
      if (facts === undefined) throw new Error(`${image} doesn't exist`)
      return facts
    },
    async halfMade() {
      const [containers, images] = await Promise.all([
        engine.listContainers(labels),
        engine.listImages(labels, { dangling: true }),
      ])
      return [...containers.map(({ name }) => name), ...images.map(({ id }) => id)]
    },
    async run(image, script) {
      const name = `${peer}-${(runs += 1)}`
      let said = ''
      const read = (chunk: Buffer) => (said += chunk.toString())
      await engine.createContainer({
        name,
        image,
        command: ['/bin/sh', '-c', script],
        env: {},
        labels,
        hostConfig: {},
      })
      try {
        const attachment = await engine.attach(name, { stdout: read, stderr: read })
        await engine.startContainer(name)
        await engine.waitContainer(name)
        await attachment.ended
      } finally {
        await engine.removeContainer(name)
      }
      return said
    },
  }
}

/** The PeerError that this fails with. */
export async function failure(work: Promise<unknown>): Promise<PeerError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof PeerError)) throw new Error('it did not fail with a PeerError', { cause: error })
  return error
}

/** Abort a build when it prints this. */
export async function abortAt(t: TestImages, line: RegExp, folder: string): Promise<void> {
  const aborting = new AbortController()
  const reason = new PeerError('ABORTED', { what: 'The test' })
  t.heard((text) => {
    if (line.test(text)) aborting.abort(reason)
  })
  await expect(t.build(folder, aborting.signal)).rejects.toBe(reason)
  expect(aborting.signal.aborted).toBe(true)
  t.heard(() => undefined)
}
