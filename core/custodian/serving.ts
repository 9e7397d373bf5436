import type { PeerFact } from '../contract/events.ts'
import type { ContainerState } from '../contract/run-state.ts'
import type { Instance } from '../container/vm.ts'
import { watchMemory } from '../process/memory.ts'
import type { InstanceExit } from '../process/print-line.ts'

export interface ServingParts {
  /** The chaincode's. */
  name: string
  emit: (fact: PeerFact) => void
  /** Called after the end of what serves was reported, unless it was dismissed before. */
  ended: (exit: InstanceExit) => void
}

/** The process or container that Slipway started and that serves. Nothing is reported about one that was replaced. */
export class Serving {
  readonly #parts: ServingParts
  readonly #dismissed = new WeakSet<Instance>()
  #instance: Instance | undefined

  constructor(parts: ServingParts) {
    this.#parts = parts
  }

  get instance(): Instance | undefined {
    return this.#instance
  }

  /** This instance is ready and serves from now on; the one before is stopped. */
  take(instance: Instance): void {
    const { name, emit } = this.#parts
    const before = this.#instance
    this.#instance = instance
    const { process, container } = instance
    if (process !== undefined) emit({ type: 'process.started', name, process })
    if (container !== undefined) emit({ type: 'container', name, container })
    const stopWatching = process && watchMemory(process.pid, (memory) => emit({ type: 'process.memory', name, memory }))
    void instance.exited.then((exit) => {
      stopWatching?.()
      this.#exited(instance, exit)
    })
    void before?.stop()
  }

  /** It is about to be stopped. Returns what the caller is to stop. */
  dismiss(): Instance | undefined {
    if (this.#instance !== undefined) this.#dismissed.add(this.#instance)
    return this.#instance
  }

  /** A process that Slipway did not start serves. */
  letGo(): void {
    const instance = this.#instance
    if (instance === undefined) return
    this.#instance = undefined
    if (instance.container !== undefined) {
      this.#parts.emit({ type: 'container', name: this.#parts.name, container: undefined })
    }
    void instance.stop()
  }

  /** The engine reports something new about a container. */
  containerChanged(container: ContainerState): void {
    if (this.#instance?.container?.id !== container.id) return
    this.#parts.emit({ type: 'container', name: this.#parts.name, container })
  }

  containerStats(id: string, stats: Pick<ContainerState, 'memory' | 'memoryLimit' | 'cpu'>): void {
    if (this.#instance?.container?.id !== id) return
    this.#parts.emit({ type: 'container.stats', name: this.#parts.name, id, stats })
  }

  #exited(instance: Instance, exit: InstanceExit): void {
    if (this.#instance !== instance) return
    this.#instance = undefined
    const { name, emit, ended } = this.#parts
    const id = instance.container?.id
    if (id === undefined) emit({ type: 'process.exited', name, pid: instance.process?.pid ?? 0, exit })
    else emit({ type: 'container.exited', name, id, exit })
    if (!this.#dismissed.has(instance)) ended(exit)
  }
}
