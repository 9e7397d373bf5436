import { PeerError } from '../contract/error.ts'
import type { Instance, StartSpec, StartSteps, VM } from './vm.ts'

/**
 * Runs VM operations, one at a time for each container name (Fabric core/container/controller.go, VMCProcess).
 * An operation that is aborted while it waits for its turn never begins; one that is aborted later learns of it by its
 * signal and is awaited, so that no container is left half made.
 */
export class VMController {
  /** Container name → the operation last queued on it. */
  readonly #queues = new Map<string, Promise<unknown>>()

  /** @throws what the VM throws; PeerError ABORTED when the signal fires before its turn. */
  start<Spec extends StartSpec>(vm: VM<Spec>, spec: Spec, signal: AbortSignal, steps: StartSteps): Promise<Instance> {
    return this.#process(spec.containerName, () => {
      if (signal.aborted) throw new PeerError('ABORTED', { what: `Starting ${spec.ccid}` }, { cause: signal.reason })
      return vm.start(spec, signal, steps)
    })
  }

  /** Stop an instance; waits for a start of the same name that is under way. */
  stop(instance: Instance): Promise<void> {
    return this.#process(instance.containerName, () => instance.stop())
  }

  async #process<T>(containerName: string, operation: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(containerName) ?? Promise.resolve()
    const mine = before.then(operation, operation)
    this.#queues.set(containerName, mine)
    try {
      return await mine
    } finally {
      if (this.#queues.get(containerName) === mine) this.#queues.delete(containerName)
    }
  }
}
