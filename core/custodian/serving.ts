import type { PeerFact } from '../contract/events.ts'
import type { ContainerState } from '../contract/state.ts'
import type { Instance } from '../container/vm.ts'
import type { InstanceExit } from '../process/print-line.ts'

/** What a Serving tells, and to whom. */
export interface ServingParts {
  /** The chaincode's. */
  name: string
  emit: (fact: PeerFact) => void
  /** Tell its process's memory now and then, until the returned function is called. */
  watchMemory: (name: string, pid: number) => () => void
  /** The one that serves has ended, which has just been told. */
  ended: (exit: InstanceExit) => void
}

/** The process or container that Slipway started and that serves. Facts of one that was replaced are not told. */
export class Serving {
  readonly #parts: ServingParts
  #instance: Instance | undefined

  constructor(parts: ServingParts) {
    this.#parts = parts
  }

  get instance(): Instance | undefined {
    return this.#instance
  }

  /** This one is ready and serves from now on; the one before is stopped. */
  take(instance: Instance): void {
    const { name, emit, watchMemory } = this.#parts
    const before = this.#instance
    this.#instance = instance
    const { process, container } = instance
    if (process !== undefined) emit({ type: 'process.started', name, process })
    if (container !== undefined) emit({ type: 'container', name, container })
    const forget = process === undefined ? undefined : watchMemory(name, process.pid)
    void instance.exited.then((exit) => {
      forget?.()
      this.#exited(instance, exit)
    })
    void before?.stop()
  }

  /** Another one serves, that Slipway did not start. */
  letGo(): void {
    const instance = this.#instance
    if (instance === undefined) return
    this.#instance = undefined
    if (instance.container !== undefined) {
      this.#parts.emit({ type: 'container', name: this.#parts.name, container: undefined })
    }
    void instance.stop()
  }

  /** What is known of a container has changed. */
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
    ended(exit)
  }
}
