import type { Duplex, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { PeerError } from '../../../contract/error.ts'
import { pathOf, shortName } from './containers.ts'
import type { EngineRequests } from './dockerode-requests.ts'
import { readAll } from './read-answer.ts'
import type { Attachment, ContainerOutput, ContainerStats, DockerEngine } from './engine.ts'
import { engineError } from './engine-errors.ts'
import { execSession } from './exec-session.ts'
import { frameReader } from './frames.ts'
import { eventFilters, readEvent } from './engine-event.ts'
import { isRefusal } from './images.ts'
import { jsonLines } from './json-lines.ts'

type Streams = Pick<DockerEngine, 'attach' | 'followLogs' | 'stats' | 'exec' | 'events'>

/** The engine closes a container's streams a moment before it says that the container has ended. */
const ENDING_MS = 5_000

export function containerStreams(
  requests: EngineRequests,
  { inspectContainer }: Pick<DockerEngine, 'inspectContainer'>,
): Streams {
  return {
    async attach(container, output, signal) {
      const query = { stream: true, stdout: true, stderr: true }
      const socket = await requests.pipe(
        { method: 'POST', path: `${pathOf(container)}/attach`, query, input: false },
        { doing: `attaching to the container ${shortName(container)}` },
        signal,
      )
      return attachment(socket, output, signal, () => hasEnded(container))
    },
    async followLogs(container, since, output, signal) {
      const query = { follow: true, stdout: true, stderr: true, since: since.toFixed(9) }
      const answer = await requests.stream(
        { method: 'GET', path: `${pathOf(container)}/logs`, query },
        { doing: `reading the output of the container ${shortName(container)}` },
        signal,
      )
      return attachment(answer, output, signal, async () => answer.complete)
    },
    async stats(container, heard, signal) {
      const asked = { doing: `watching the container ${shortName(container)}` }
      const request = { method: 'GET', path: `${pathOf(container)}/stats`, query: { stream: true } } as const
      try {
        const answer = await requests.stream(request, asked, signal)
        const read = jsonLines((value) => {
          const stats = readStats(value as EngineStats)
          if (stats !== undefined) heard(stats)
        })
        await readAll(answer, read)
      } catch (error) {
        signal.throwIfAborted()
        // It is gone: there is nothing more to tell.
        if (!isRefusal(error, 404, 409)) throw engineError(error, requests.address, asked)
      }
    },
    exec: (container, command, terminal, signal) => execSession(requests, container, command, terminal, signal),
    async events(labels, heard, signal, since) {
      const asked = { doing: 'listening to its events' }
      const from = since === undefined ? {} : { since: (since / 1000).toFixed(3) }
      const query = { filters: eventFilters(labels), ...from }
      try {
        const answer = await requests.stream({ method: 'GET', path: '/events', query }, asked, signal)
        const read = jsonLines((value) => heard(readEvent(value)))
        await readAll(answer, read)
      } catch (error) {
        signal.throwIfAborted()
        throw engineError(error, requests.address, asked)
      }
      throw new PeerError('DOCKER_LOST', { host: requests.address.host, ...asked })
    },
  }

  /** Whether a container whose output has ended has ended itself; an engine that went away cannot say so. */
  async function hasEnded(container: string): Promise<boolean> {
    const until = performance.now() + ENDING_MS
    try {
      for (;;) {
        const found = await inspectContainer(container, AbortSignal.timeout(ENDING_MS))
        if (found === undefined || found.state === 'exited' || found.state === 'dead' || found.state === 'removing')
          return true
        if (performance.now() > until) return false
        await sleep(20)
      }
    } catch {
      return false
    }
  }
}

function attachment(
  stream: Duplex | Readable,
  output: ContainerOutput,
  signal: AbortSignal | undefined,
  byEngine: () => Promise<boolean>,
): Attachment {
  let closed = false
  stream.on('data', frameReader(output))
  return {
    ended: new Promise((resolve) => {
      stream.once('close', () => {
        if (closed || signal?.aborted === true) resolve({ byEngine: false })
        else void byEngine().then((ended) => resolve({ byEngine: ended }))
      })
      // A connection that stays half open after the engine has ended its half is of no use.
      stream.once('end', () => stream.destroy())
    }),
    close() {
      closed = true
      stream.destroy()
    },
  }
}

/** Of `GET /containers/{id}/stats`. Without the first measure of the processor there is nothing to compare with. */
interface EngineStats {
  memory_stats?: { usage?: number; limit?: number; stats?: { inactive_file?: number; total_inactive_file?: number } }
  cpu_stats?: CpuStats
  precpu_stats?: CpuStats
}
interface CpuStats {
  cpu_usage?: { total_usage?: number; percpu_usage?: number[] | null }
  system_cpu_usage?: number
  online_cpus?: number
}

/** As `docker stats` reckons: less the page cache that could go at once; processor time as a part of the machine's. */
function readStats({
  memory_stats: memory,
  cpu_stats: now,
  precpu_stats: before,
}: EngineStats): ContainerStats | undefined {
  if (memory?.usage === undefined) return undefined
  const cache = memory.stats?.total_inactive_file ?? memory.stats?.inactive_file ?? 0
  const used = (now?.cpu_usage?.total_usage ?? 0) - (before?.cpu_usage?.total_usage ?? 0)
  const passed = (now?.system_cpu_usage ?? 0) - (before?.system_cpu_usage ?? 0)
  const processors = now?.online_cpus ?? now?.cpu_usage?.percpu_usage?.length ?? 1
  const known = before?.system_cpu_usage !== undefined && passed > 0 && used >= 0
  return {
    memory: Math.max(0, memory.usage - cache),
    memoryLimit: memory.limit ?? 0,
    cpu: known ? (used / passed) * processors : 0,
  }
}
