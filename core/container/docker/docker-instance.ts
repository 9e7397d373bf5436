import { setTimeout as sleep } from 'node:timers/promises'
import { now } from '../../facts/clock.ts'
import { waitFor } from '../../facts/wait.ts'
import type { Printed } from '../../contract/cause.ts'
import type { ContainerState } from '../../contract/run-state.ts'
import type { Instance } from '../vm.ts'
import type { InstanceExit } from '../../process/print-line.ts'
import type { ContainerLines } from './container-output.ts'
import { watchStats, type MeasuredStats } from './container-stats.ts'
import type { Attachment, ContainerFacts, DockerEngine, EngineEvent, Labels } from './engine/engine.ts'
import { instanceExit, type ContainerEnd } from './instance-exit.ts'
import { InstanceOutput } from './instance-output.ts'
import { ranOutOfMemory } from './out-of-memory.ts'

/** Between TERM and KILL. */
const GRACE_S = 2
/** How long the engine may take over a stop beyond that; then it counts as gone. */
const STOP_MS = 10_000
/** How long the engine may take to describe an ended container. */
const INSPECT_MS = 10_000
/** How long a stop waits for the last output. */
const LAST_OUTPUT_MS = 2_000
/** Output ends a moment before its container; a container that runs on after this has lost its output. */
const CUT_MS = 1_000
/** How often to look for an engine that went away. */
const LOOK_MS = { first: 100, most: 1_000 }

/** What a DockerInstance needs. */
export interface DockerInstanceParts {
  engine: DockerEngine
  /** The engine that runs now, for use after it was lost. */
  findEngine(signal: AbortSignal): Promise<DockerEngine>
  container: ContainerState
  labels: Labels
  lines: ContainerLines
  attachment: Attachment
  changed(container: ContainerState): void
  stats(stats: MeasuredStats): void
  /** Nothing of it is left on the engine. */
  removed(): void
  /** It could not be removed, because the engine doesn't answer. */
  leftBehind(): void
  /** The cause of its end, in what it printed. */
  explain(lines: string[]): Printed
}

/** A chaincode's container from start to end, through pauses and an engine that goes away and comes back. */
export class DockerInstance implements Instance {
  readonly containerName: string
  readonly exited: Promise<InstanceExit>
  readonly #parts: DockerInstanceParts
  readonly #life = new AbortController()
  readonly #output: InstanceOutput
  #engine: DockerEngine
  #container: ContainerState
  #stopping: Promise<void> | undefined
  #ended = false

  constructor(parts: DockerInstanceParts) {
    this.#parts = parts
    this.#engine = parts.engine
    this.#container = parts.container
    this.#output = new InstanceOutput(parts.lines, parts.attachment)
    this.containerName = parts.container.name
    this.exited = this.#follow().finally(() => this.#end())
  }

  /** Its current state. */
  get container(): ContainerState {
    return this.#container
  }

  get hasEnded(): boolean {
    return this.#ended
  }

  /** Of a processor, as the engine measured last. */
  isWorking(): Promise<boolean> {
    return Promise.resolve((this.#container.cpu ?? 0) > 0.1)
  }

  printed(): Printed {
    return this.#parts.explain(this.#parts.lines.kept())
  }

  /** TERM, KILL two seconds later, then remove it. Idempotent; resolves even if the engine doesn't answer. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop())
  }

  async #stop(): Promise<void> {
    try {
      await waitFor(this.#remove(), { deadlineMs: GRACE_S * 1000 + STOP_MS })
      this.#parts.removed()
    } catch {
      this.#parts.leftBehind()
    } finally {
      this.#life.abort()
    }
    await this.exited
  }

  async #remove(): Promise<void> {
    const { id } = this.#container
    // Some can't be stopped, such as a paused one: removing it by force ends it too.
    if (!this.#ended) await this.#engine.stopContainer(id, GRACE_S).catch(() => undefined)
    if (!this.#ended) await waitFor(this.exited, { deadlineMs: LAST_OUTPUT_MS }).catch(() => undefined)
    await this.#engine.removeContainer(id)
  }

  /** Until it has ended and all its output was read. Never rejects. */
  async #follow(): Promise<InstanceExit> {
    for (;;) {
      const code = await this.#untilEndOrLoss()
      if (code !== undefined) return this.#exit(code)
      const facts = await this.#lookAgain()
      if (facts === undefined) return this.#exit(undefined)
      await this.#output.resume(this.#engine, this.#container, this.#life.signal)
      if (facts.state === 'paused') this.#change({ state: 'paused' })
      else if (facts.state === 'running' || facts.state === 'restarting') this.#change({ state: 'running' })
      else return this.#exit(facts.exitCode)
    }
  }

  /** The exit code; undefined if the engine or its connection went away, so the container must be looked at again. */
  async #untilEndOrLoss(): Promise<number | undefined> {
    const round = new AbortController()
    const signal = AbortSignal.any([this.#life.signal, round.signal])
    this.#listen(signal)
    const ended = this.#engine.waitContainer(this.#container.id, signal).catch(() => undefined)
    const cut = this.#output
      .ended()
      .then(() => sleep(CUT_MS, undefined, { signal }))
      .catch(() => undefined)
    try {
      return await Promise.race([ended, cut])
    } finally {
      round.abort()
    }
  }

  /** What the engine knows of it, once it answers; undefined: it is gone, or nobody waits for it any longer. */
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

  async #exit(code: number | undefined): Promise<InstanceExit> {
    const at = now()
    await this.#output.drained(this.#life.signal)
    const facts = await this.#finalFacts()
    this.#parts.lines.end()
    return instanceExit({
      at,
      startedAt: this.#container.startedAt ?? this.#container.createdAt,
      code,
      facts,
      stopped: this.#stopping !== undefined,
      away: this.#container.state === 'lost',
      unknown: this.#life.signal.aborted ? 'was given up' : 'was removed',
      printed: this.printed(),
    })
  }

  /** What the engine knows of its end; undefined: nothing, or it doesn't answer. */
  async #finalFacts(): Promise<ContainerEnd['facts']> {
    const signal = AbortSignal.any([this.#life.signal, AbortSignal.timeout(INSPECT_MS)])
    const facts = await this.#engine.inspectContainer(this.#container.id, signal).catch(() => undefined)
    if (facts === undefined) return undefined
    if (this.#stopping !== undefined) return { ...facts, outOfMemory: facts.oomKilled }
    return { ...facts, outOfMemory: await ranOutOfMemory(this.#engine, facts, signal) }
  }

  /** Follow its pauses and its use of memory and processor. */
  #listen(signal: AbortSignal): void {
    const { id } = this.#container
    const onEvent = (event: EngineEvent) => {
      if (event.id !== id || this.#ended) return
      if (event.action === 'pause') this.#change({ state: 'paused' })
      else if (event.action === 'unpause') this.#change({ state: 'running' })
    }
    // A broken connection is noticed by the wait for the container's end.
    this.#engine.events(this.#parts.labels, onEvent, signal).catch(() => undefined)
    const isLimited = this.#container.memoryLimit !== undefined
    void watchStats(this.#engine, id, isLimited, (stats) => this.#setStats(stats), signal)
  }

  #setStats(stats: MeasuredStats): void {
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
    this.#output.close()
  }
}
