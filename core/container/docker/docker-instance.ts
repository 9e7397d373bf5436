import { setTimeout as sleep } from 'node:timers/promises'
import { now } from '../../facts/clock.ts'
import type { ContainerState } from '../../contract/state.ts'
import type { Instance } from '../vm.ts'
import type { InstanceExit } from '../../process/print-line.ts'
import type { ContainerLines } from './container-output.ts'
import { watchStats, type MeasuredStats } from './container-stats.ts'
import type { Attachment, ContainerFacts, DockerEngine, Labels } from './engine/engine.ts'
import { instanceExit } from './instance-exit.ts'
import { ranOutOfMemory } from './out-of-memory.ts'

/** After TERM. */
const GRACE_S = 2
/** How long the engine may take over a stop beside that; then it is as good as gone. */
const STOP_MS = 10_000
/** What a container printed before it ended is read to its end, as long as it keeps coming. */
const STALLED_MS = 10_000
/** How long a stop waits for the last of its output. */
const LAST_WORDS_MS = 2_000
/** The output ends a moment before the container has; one that goes on has lost its output. */
const CUT_MS = 1_000
/** How often an engine that went away is looked for. */
const LOOK_MS = { first: 100, most: 1_000 }

/** What a DockerInstance is made of. */
export interface DockerInstanceParts {
  engine: DockerEngine
  /** The engine that is there now, once it is needed again. */
  findEngine(signal: AbortSignal): Promise<DockerEngine>
  container: ContainerState
  labels: Labels
  lines: ContainerLines
  attachment: Attachment
  changed(container: ContainerState): void
  stats(stats: MeasuredStats): void
  /** Nothing of it is on the engine any more. */
  removed(): void
  /** It could not be removed, since the engine does not answer. */
  leftBehind(): void
  /** What the shim prints while all is well does not say why it ended. */
  isChatter(text: string): boolean
}

/**
 * A chaincode's container from its start on. Follows it through pauses and an engine that goes away and comes back, to
 * its end.
 */
export class DockerInstance implements Instance {
  readonly containerName: string
  readonly exited: Promise<InstanceExit>
  readonly #parts: DockerInstanceParts
  readonly #life = new AbortController()
  #engine: DockerEngine
  #container: ContainerState
  #attachment: Attachment
  /** All it printed was read: the engine itself ended its output. */
  #isComplete = false
  #stopping: Promise<void> | undefined
  #ended = false

  constructor(parts: DockerInstanceParts) {
    this.#parts = parts
    this.#engine = parts.engine
    this.#container = parts.container
    this.#attachment = parts.attachment
    this.containerName = parts.container.name
    this.exited = this.#follow().finally(() => this.#end())
  }

  /** As it is now. */
  get container(): ContainerState {
    return this.#container
  }

  get hasEnded(): boolean {
    return this.#ended
  }

  lastLines(): string[] {
    return this.#parts.lines.lastLines().filter((text) => !this.#parts.isChatter(text))
  }

  /** TERM, KILL two seconds later, and removed. Idempotent; resolves also where the engine does not answer. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop())
  }

  async #stop(): Promise<void> {
    const { id } = this.#container
    const overdue = new AbortController()
    const late = sleep(GRACE_S * 1000 + STOP_MS, 'late' as const, { signal: overdue.signal }).catch(
      () => 'late' as const,
    )
    const remove = async () => {
      // A paused one, say, cannot be stopped: removing it by force ends it too.
      if (!this.#ended) await this.#engine.stopContainer(id, GRACE_S).catch(() => undefined)
      if (!this.#ended) await Promise.race([this.exited, sleep(LAST_WORDS_MS, undefined, { signal: overdue.signal })])
      await this.#engine.removeContainer(id)
    }
    try {
      if ((await Promise.race([remove(), late])) === 'late') this.#parts.leftBehind()
      else this.#parts.removed()
    } catch {
      this.#parts.leftBehind()
    } finally {
      overdue.abort()
      this.#life.abort()
    }
    await this.exited
  }

  /** Until it has ended and all it printed was read. Never rejects. */
  async #follow(): Promise<InstanceExit> {
    for (;;) {
      const code = await this.#untilEndOrLoss()
      if (code !== undefined) return this.#exit(code)
      const facts = await this.#lookAgain()
      if (facts === undefined) return this.#exit(undefined)
      if (!this.#isComplete) await this.#reattach()
      if (facts.state === 'paused') this.#change({ state: 'paused' })
      else if (facts.state === 'running' || facts.state === 'restarting') this.#change({ state: 'running' })
      else return this.#exit(facts.exitCode)
    }
  }

  /** The exit code; undefined where it has to be looked at again: the engine or a connection to it went away. */
  async #untilEndOrLoss(): Promise<number | undefined> {
    const round = new AbortController()
    const signal = AbortSignal.any([this.#life.signal, round.signal])
    this.#listen(signal)
    const ended = this.#engine.waitContainer(this.#container.id, signal).catch(() => undefined)
    const cut = this.#outputEnded()
      .then(() => sleep(CUT_MS, undefined, { signal }))
      .catch(() => undefined)
    try {
      return await Promise.race([ended, cut])
    } finally {
      round.abort()
    }
  }

  async #outputEnded(): Promise<void> {
    const { byEngine } = await this.#attachment.ended
    this.#isComplete ||= byEngine
  }

  /** What the engine knows of it, once it answers; undefined: it is gone, or nobody waits for it any more. */
  async #lookAgain(): Promise<ContainerFacts | undefined> {
    const { signal } = this.#life
    let wait: number = LOOK_MS.first
    while (!signal.aborted) {
      const answer = await this.#inspect(signal)
      if (answer !== 'no answer') return answer
      if (this.#container.state !== 'lost' && !this.#life.signal.aborted) this.#change({ state: 'lost' })
      await sleep(wait, undefined, { signal }).catch(() => undefined)
      wait = Math.min(wait * 2, LOOK_MS.most)
    }
    return undefined
  }

  async #inspect(signal: AbortSignal): Promise<ContainerFacts | 'no answer' | undefined> {
    try {
      this.#engine = await this.#parts.findEngine(signal)
      return await this.#engine.inspectContainer(this.#container.id, signal)
    } catch {
      return 'no answer'
    }
  }

  /** What it printed since its output was lost, and prints from now on. */
  async #reattach(): Promise<void> {
    const { lines } = this.#parts
    const rest = lines.fromStart()
    const since = rest !== undefined ? 0 : (lines.receivedAt ?? this.#container.startedAt ?? 0) / 1000
    const { id } = this.#container
    const { signal } = this.#life
    this.#attachment.close()
    try {
      this.#attachment = await this.#engine
        .followLogs(id, since, rest ?? lines, signal)
        // With some log drivers the engine keeps nothing that could be read again.
        .catch(() => this.#engine.attach(id, lines, signal))
    } catch {
      // It has ended, or the engine went away again: both are seen next.
    }
  }

  async #exit(code: number | undefined): Promise<InstanceExit> {
    const at = now()
    await this.#drained()
    const facts = await this.#facts()
    this.#parts.lines.end()
    return instanceExit({
      at,
      startedAt: this.#container.startedAt ?? this.#container.createdAt,
      code,
      facts,
      stopped: this.#stopping !== undefined,
      away: this.#container.state === 'lost',
      unknown: this.#life.signal.aborted ? 'was given up' : 'was removed',
      lastLines: this.lastLines(),
    })
  }

  /** What the engine knows of its end; undefined: nothing, or it does not answer. */
  async #facts(): Promise<ContainerFacts | undefined> {
    const signal = AbortSignal.any([this.#life.signal, AbortSignal.timeout(STALLED_MS)])
    const facts = await this.#engine.inspectContainer(this.#container.id, signal).catch(() => undefined)
    if (facts === undefined || this.#stopping !== undefined) return facts
    return { ...facts, oomKilled: await ranOutOfMemory(this.#engine, facts, signal) }
  }

  /** All it printed is read, or nothing has come for a while. */
  async #drained(): Promise<void> {
    const stop = new AbortController()
    const stalled = async () => {
      for (let before = -1; before !== this.#parts.lines.received;) {
        before = this.#parts.lines.received
        await sleep(STALLED_MS, undefined, { signal: AbortSignal.any([stop.signal, this.#life.signal]) })
      }
    }
    await Promise.race([this.#attachment.ended, stalled().catch(() => undefined)])
    stop.abort()
  }

  /** Hear of pauses, and what it uses. */
  #listen(signal: AbortSignal): void {
    const { id } = this.#container
    const heard = (event: { id: string; action: string }) => {
      if (event.id !== id || this.#ended) return
      if (event.action === 'pause') this.#change({ state: 'paused' })
      else if (event.action === 'unpause') this.#change({ state: 'running' })
    }
    // A connection that breaks is noticed where the container's end is waited for.
    this.#engine.events(this.#parts.labels, heard, signal).catch(() => undefined)
    const isLimited = this.#container.memoryLimit !== undefined
    void watchStats(this.#engine, id, isLimited, (stats) => this.#heardStats(stats), signal)
  }

  #heardStats(stats: MeasuredStats): void {
    if (this.#ended) return
    this.#container = { ...this.#container, ...stats }
    this.#parts.stats(stats)
  }

  #change(changes: Partial<ContainerState>): void {
    this.#container = { ...this.#container, ...changes }
    this.#parts.changed(this.#container)
  }

  #end(): void {
    this.#ended = true
    this.#life.abort()
    this.#attachment.close()
  }
}
