import { randomUUID } from 'node:crypto'
import { afterAll, onTestFinished } from 'vitest'
import { pack } from 'tar-stream'
import type { DockerConfig } from '../../core/config/peer-config.ts'
import { DockerVM, type DockerVMParts } from '../../core/container/docker/docker-vm.ts'
import type { DockerInstance } from '../../core/container/docker/docker-instance.ts'
import type { DockerSpec } from '../../core/container/docker/docker-spec.ts'
import { openEngine } from '../../core/container/docker/engine/docker-engine.ts'
import type { DockerEngine, EngineAddress } from '../../core/container/docker/engine/engine.ts'
import { containerLabels, ownLabels } from '../../core/container/docker/labels.ts'
import { removeEverything } from '../../core/container/docker/leftovers.ts'
import type { MeasuredStats } from '../../core/container/docker/container-stats.ts'
import type { StartSteps } from '../../core/container/vm.ts'
import type { PrintLine } from '../../core/process/print-line.ts'
import type { ContainerState } from '../../core/contract/run-state.ts'
import { tinyImage } from './tiny-image.ts'

const DOCKER_HOST = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'

type Printed = Parameters<PrintLine>[0]

/** A DockerVM on a real engine, as a peer of its own. All it makes is removed when the test is over. */
export interface TestContainers {
  engine: DockerEngine
  /** Its `slipway.peer`. */
  peer: string
  vm: DockerVM
  /** Name of its image, which is built when it is first needed. */
  image: string
  /** What it is built on: a shell and a few programs. */
  base: string
  /** How often it was built. */
  builds: () => number
  printed: Printed[]
  changes: ContainerState[]
  stats: MeasuredStats[]
  /** The steps told, with `step:started`, `step:done`, `step:failed`, `step:skipped`. */
  told: string[]
  spec(script: string, more?: Partial<DockerSpec>): DockerSpec
  start(script: string, more?: Partial<DockerSpec>, signal?: AbortSignal): Promise<DockerInstance>
  steps: StartSteps
  /** Names of its containers on the engine. */
  containers(): Promise<string[]>
}

/** `host`: which engine; `find`: how the VM gets it each time it needs it. */
export async function testContainers(
  options: { config?: Partial<DockerConfig>; host?: string; find?: DockerVMParts['engine'] } = {},
): Promise<TestContainers> {
  const { host = DOCKER_HOST } = options
  const base = await baseOn(host)
  const engine = await engineOn(host)
  const peer = randomUUID().replaceAll('-', '').slice(0, 16)
  const image = `dev-test-probe-1.0-${peer.slice(0, 12)}`
  const printed: Printed[] = []
  const changes: ContainerState[] = []
  const stats: MeasuredStats[] = []
  const told: string[] = []
  let [builds, starts] = [0, 0]
  const vm = new DockerVM({
    engine: options.find ?? (() => Promise.resolve(engine)),
    config: { hostConfig: {}, ...options.config },
    print: (_built, line) => printed.push(line),
    changed: (_built, container) => changes.push(container),
    stats: (_built, _id, measured) => stats.push(measured),
    // None of them runs on: what is waited for ends.
    refusalMs: 60_000,
  })
  onTestFinished(async () => {
    await vm.close()
    await removeEverything(engine, peer)
  })

  const steps: StartSteps = {
    report: {
      async step(name, work) {
        told.push(`${name}:started`)
        try {
          const value = await work(() => undefined)
          told.push(`${name}:done`)
          return value
        } catch (error) {
          told.push(`${name}:failed`)
          throw error
        }
      },
      past: (name) => told.push(`${name}:done`),
      skip: (name) => told.push(`${name}:skipped`),
    },
    untimed: (work) => work(),
  }
  const spec = (script: string, more: Partial<DockerSpec> = {}): DockerSpec => ({
    mspId: 'Org1MSP',
    ccid: 'probe:1.0',
    containerName: `${image}-${(starts += 1)}`,
    args: [],
    env: { CORE_CHAINCODE_ID_NAME: 'probe:1.0' },
    built: probe(3),
    image,
    async build({ report }, signal) {
      await report.step('image', async () => {
        builds++
        const dockerfile = `FROM ${base}\nLABEL slipway.peer=${peer}\n`
        const context = await contextOf(dockerfile)
        await engine.buildImage({ context, image, labels: ownLabels(peer) }, () => undefined, signal)
      })
    },
    command: ['/bin/sh', '-c', script],
    files: [],
    labels: containerLabels({ peer, chaincode: 'probe', role: 'chaincode' }),
    ...more,
  })
  return {
    engine,
    peer,
    vm,
    image,
    base,
    builds: () => builds,
    printed,
    changes,
    stats,
    told,
    spec,
    start: (script, more, signal = new AbortController().signal) => vm.start(spec(script, more), signal, steps),
    steps,
    containers: async () => (await engine.listContainers(ownLabels(peer))).map(({ name }) => name),
  }
}

let base: Promise<string> | undefined
const removals: (() => Promise<void>)[] = []
afterAll(() => Promise.all(removals.map((remove) => remove())))

/** The tests of a file share one; on another engine, or by another way to it, each has its own for as long as it runs. */
function baseOn(host: string): Promise<string> {
  if (host !== DOCKER_HOST) return tinyImage(host)
  return (base ??= tinyImage(host, (remove) => removals.push(remove)))
}

/** Closed when the test is over. */
export async function engineOn(host: string) {
  const path = host.replace(/^unix:\/\//, '')
  const address: EngineAddress = { kind: 'unix', host, why: 'the test', flags: ['-H', host] }
  const engine = await openEngine(address, { kind: 'socket', path })
  onTestFinished(() => engine.close())
  return engine
}

/** A build context of a Dockerfile alone. */
export async function contextOf(dockerfile: string): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: 'Dockerfile' }, dockerfile)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function probe(build: number): DockerSpec['built'] {
  return {
    project: {
      folder: '/nowhere',
      name: 'probe',
      version: '1.0',
      channel: 'mychannel',
      channels: ['mychannel'],
      language: 'node',
      dialect: 'JavaScript',
      buildTool: 'npm',
      mode: 'net',
      startedBy: 'slipway',
      initRequired: false,
      env: { FROM_PROJECT: 'yes' },
      ignore: [],
      terminal: { argv: [] },
    },
    build,
    argv: [],
  }
}
