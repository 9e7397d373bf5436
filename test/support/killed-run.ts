import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { PeerEvent } from '../../core/contract/events.ts'
import { connectPeer, type RemotePeer } from '../../main/host/remote-peer.ts'
import { readPeerFile } from '../../main/host/peer-file.ts'
import { join } from 'node:path'
import { ownLabels } from '../../core/container/docker/labels.ts'
import { peerLabel } from '../../core/container/docker/names.ts'
import { startSlipway } from './command-line.ts'
import { eventually } from './eventually.ts'
import { markedProcesses } from './marked-processes.ts'
import { onEngine } from './peer-images.ts'

const MARK = 'SLIPWAY_KILLED_RUN'

/** `slipway run` on a folder, to be killed. */
export interface DoomedRun {
  /** The step of a launch that runs now, or ran last. */
  step(): string
  /** Resolves once this step of a launch begins, or where there is none, once the chaincode is ready. */
  reaches(step: string): Promise<void>
  /** Resolves once the chaincode is ready. */
  ready(): Promise<void>
  connect(): Promise<RemotePeer>
  /** SIGKILL. Resolves with the time, in ms, until nothing was left of it. */
  kill(): Promise<number>
  stderr(): string
}

/** `net`: whether it may leave something on a Docker engine. */
export function doomedRun(folder: string, name: string, { net }: { net: boolean }): DoomedRun {
  const dataDir = join(folder, '.slipway')
  const mark = `${MARK}=${randomUUID()}`
  const run = startSlipway(['run', folder, '--json', '--trust', '--mode', net ? 'net' : 'dev'], {
    [MARK]: mark.slice(MARK.length + 1),
  })
  let step = 'before the first step'
  let isReady = false
  const reached = new Set<string>()
  if (run.child.stdout !== null) {
    createInterface(run.child.stdout).on('line', (line) => {
      // The last one may be cut.
      const event = parsed(line)
      if (event?.type === 'launch.step' && event.step.state === 'running') reached.add((step = event.step.name))
      if (event?.type === 'registration' && event.name === name) isReady = event.registration.state === 'ready'
    })
  }
  const ended = () => run.child.exitCode !== null || run.child.signalCode !== null
  /** An image takes its time. */
  const until = async (isSo: () => boolean) => {
    await expect.poll(() => isSo() || ended(), { timeout: 200_000 }).toBe(true)
    if (!isSo()) throw new Error(`it ended by itself: ${run.stderr()}`)
  }
  return {
    step: () => step,
    stderr: () => run.stderr(),
    async reaches(wanted) {
      await until(() => reached.has(wanted) || isReady)
    },
    async ready() {
      await until(() => isReady)
    },
    async connect() {
      let peer: RemotePeer | undefined
      await eventually(async () => {
        const file = await readPeerFile(dataDir)
        peer ??= file && (await connectPeer(file))
        return peer !== undefined
      }).toBe(true)
      if (peer === undefined) throw new Error('nobody answers')
      return peer
    },
    async kill() {
      run.child.kill('SIGKILL')
      const at = performance.now()
      const left = async () => [
        ...(await markedProcesses(mark)).map(({ pid, command }) => `process ${pid} (${command})`),
        ...(net ? await leftOnEngine(dataDir) : []),
      ]
      for (let found = await left(); found.length > 0; found = await left()) {
        if (performance.now() - at > 60_000) throw new Error(`left behind: ${found.join('; ')}`)
        await sleep(50)
      }
      const ms = performance.now() - at
      await run.ended
      return ms
    },
  }
}

/** Containers, and images that were never finished. */
function leftOnEngine(dataDir: string): Promise<string[]> {
  const labels = ownLabels(peerLabel(dataDir))
  return onEngine(async (engine) => [
    ...(await engine.listContainers(labels)).map(({ name }) => `container ${name}`),
    ...(await engine.listImages(labels, { dangling: true })).map(({ id }) => `image ${id}`),
  ])
}

function parsed(line: string): PeerEvent | undefined {
  try {
    return JSON.parse(line) as PeerEvent
  } catch {
    return undefined
  }
}
