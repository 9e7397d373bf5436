import type { Launched } from '../chaincode/runtime-launcher.ts'
import { PeerError } from '../contract/error.ts'
import type { RunningFact } from '../contract/events.ts'
import type { ContainerState } from '../contract/run-state.ts'
import type { Instance } from '../container/vm.ts'
import { watchMemory } from '../process/memory.ts'
import type { InstanceExit } from '../process/print-line.ts'

export interface ServingParts {
  /** The chaincode's. */
  name: string
  emit: (fact: RunningFact) => void
  /** Called after the end of what serves was reported, unless it was dismissed before. */
  ended: (exit: InstanceExit) => void
}

/**
 * The process or container that Slipway started and that serves. One that was replaced is stopped once it has answered
 * its last call; nothing is reported about it.
 */
export class Serving {
  readonly #parts: ServingParts
  readonly #dismissed = new WeakSet<Instance>()
  #launched: Launched | undefined
  /** Replaced, and not yet gone. */
  readonly #replaced = new Set<Launched>()

  constructor(parts: ServingParts) {
    this.#parts = parts
  }

  get instance(): Instance | undefined {
    return this.#launched?.instance
  }

  /** This one is ready and serves from now on. */
  take(launched: Launched): void {
    const { name, emit } = this.#parts
    const before = this.#launched
    this.#launched = launched
    const { instance } = launched
    const { process, container } = instance
    if (process !== undefined) emit({ type: 'process.started', name, process })
    if (container !== undefined) emit({ type: 'container', name, container })
    const stopWatching =
      process &&
      watchMemory(process.pid, (memory) => {
        if (this.instance === instance) emit({ type: 'process.memory', name, memory })
      })
    void instance.exited.then((exit) => {
      stopWatching?.()
      this.#exited(instance, exit)
    })
    if (before !== undefined) void this.#replace(before)
  }

  /** All of it is about to be stopped, for this reason: calls in flight fail. Returns what the caller is to stop. */
  dismiss(reason: PeerError): Instance[] {
    const { instance } = this
    if (instance !== undefined) this.#dismissed.add(instance)
    for (const { handler } of this.#replaced) handler.end(reason)
    return [...this.#replaced, ...(this.#launched === undefined ? [] : [this.#launched])].map((one) => one.instance)
  }

  /** A process that Slipway did not start serves. */
  letGo(): void {
    const launched = this.#launched
    if (launched === undefined) return
    this.#launched = undefined
    if (launched.instance.container !== undefined) {
      this.#parts.emit({ type: 'container', name: this.#parts.name, container: undefined })
    }
    void this.#replace(launched)
  }

  /** The engine reports something new about a container. */
  containerChanged(container: ContainerState): void {
    if (this.instance?.container?.id !== container.id) return
    this.#parts.emit({ type: 'container', name: this.#parts.name, container })
  }

  containerStats(id: string, stats: Pick<ContainerState, 'memory' | 'memoryLimit' | 'cpu'>): void {
    if (this.instance?.container?.id !== id) return
    this.#parts.emit({ type: 'container.stats', name: this.#parts.name, id, stats })
  }

  /** Calls in flight on it are answered; then it is stopped. */
  async #replace(launched: Launched): Promise<void> {
    const { handler, instance } = launched
    this.#replaced.add(launched)
    handler.drain(new PeerError('STREAM_REPLACED', { canonicalName: handler.canonicalName }))
    await handler.ended
    await instance.stop()
    this.#replaced.delete(launched)
  }

  #exited(instance: Instance, exit: InstanceExit): void {
    if (this.instance !== instance) return
    this.#launched = undefined
    const { name, emit, ended } = this.#parts
    const id = instance.container?.id
    if (id === undefined) emit({ type: 'process.exited', name, pid: instance.process?.pid ?? 0, exit })
    else emit({ type: 'container.exited', name, id, exit })
    if (!this.#dismissed.has(instance)) ended(exit)
  }
}
