import type { Duplex, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { PeerError } from '../../../contract/error.ts'
import { pathOf, shortName } from './container-listing.ts'
import type { EngineRequests } from './dockerode-requests.ts'
import { readAll } from './read-answer.ts'
import type { Attachment, ContainerOutput, DockerEngine } from './engine.ts'
import { engineError, EngineRefusal, isRefusal, refusal } from './engine-errors.ts'
import { execSession } from './exec-session.ts'
import { frameReader } from './frames.ts'
import { eventFilters, readEvent } from './engine-event.ts'
import { readStats } from './engine-stats.ts'
import { jsonLines } from './json-lines.ts'

type Streams = Pick<DockerEngine, 'attach' | 'followLogs' | 'stats' | 'exec' | 'events'>

/**
 * The engine closes a container's streams a moment before it reports the end of the container; Podman takes over five
 * seconds on a busy machine.
 */
const ENDING_MS = 15_000

export function containerStreams(
  requests: EngineRequests,
  { inspectContainer }: Pick<DockerEngine, 'inspectContainer'>,
): Streams {
  return {
    async attach(container, output, signal) {
      const query = { stream: true, stdout: true, stderr: true }
      const asked = { doing: `attaching to the container ${shortName(container)}` }
      const request = { method: 'POST', path: `${pathOf(container)}/attach`, query, input: false } as const
      const socket = await requests.pipe(request, asked, signal).catch((error: unknown) => {
        throw startFailure(error, container) ?? error
      })
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
    async stats(container, onStats, signal) {
      const asked = { doing: `watching the container ${shortName(container)}` }
      const request = { method: 'GET', path: `${pathOf(container)}/stats`, query: { stream: true } } as const
      try {
        const answer = await requests.stream(request, asked, signal)
        const readSample = (value: unknown) => {
          const stats = readStats(value)
          if (stats !== undefined) onStats(stats)
        }
        await readAll(answer, jsonLines(readSample))
      } catch (error) {
        signal.throwIfAborted()
        // The container is gone: nothing is left to measure.
        if (!isRefusal(error, 404, 409)) throw engineError(error, requests.address, asked)
      }
    },
    exec: (container, command, terminal, signal) => execSession(requests, container, command, terminal, signal),
    async events(labels, onEvent, signal, since) {
      const asked = { doing: 'listening to its events' }
      const from = since === undefined ? undefined : (since / 1000).toFixed(3)
      const query = { filters: eventFilters(labels), since: from }
      try {
        const answer = await requests.stream({ method: 'GET', path: '/events', query }, asked, signal)
        await readAll(
          answer,
          jsonLines((value) => onEvent(readEvent(value))),
        )
      } catch (error) {
        signal.throwIfAborted()
        throw engineError(error, requests.address, asked)
      }
      throw new PeerError('DOCKER_LOST', { host: requests.address.host, ...asked })
    },
  }

  /** Whether the container has ended too, after its output; false if the engine doesn't answer. */
  async function hasEnded(container: string): Promise<boolean> {
    const until = performance.now() + ENDING_MS
    try {
      for (;;) {
        const { state } = (await inspectContainer(container, AbortSignal.timeout(ENDING_MS))) ?? { state: 'dead' }
        if (state === 'exited' || state === 'dead' || state === 'removing') return true
        if (performance.now() > until) return false
        await sleep(20)
      }
    } catch {
      return false
    }
  }
}

/** Podman prepares a container's start when it is attached to, and may fail at that. */
function startFailure(error: unknown, container: string): PeerError | undefined {
  const cause = error instanceof PeerError ? error.cause : undefined
  if (!(cause instanceof EngineRefusal) || !/^preparing container \S+ for attach/.test(cause.message)) return undefined
  return refusal(cause, { doing: 'starting a container', container: shortName(container) })
}

function attachment(
  stream: Duplex | Readable,
  output: ContainerOutput,
  signal: AbortSignal | undefined,
  endedByEngine: () => Promise<boolean>,
): Attachment {
  let closed = false
  stream.on('data', frameReader(output))
  return {
    ended: new Promise((resolve) => {
      stream.once('close', () => {
        if (closed || signal?.aborted === true) resolve({ byEngine: false })
        else void endedByEngine().then((byEngine) => resolve({ byEngine }))
      })
      // Once the engine has ended its half, the half-open connection is useless.
      stream.once('end', () => stream.destroy())
    }),
    close() {
      closed = true
      stream.destroy()
    },
  }
}
