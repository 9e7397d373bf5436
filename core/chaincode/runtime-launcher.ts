import type { PeerConfig } from '../config/peer-config.ts'
import { PeerError } from '../contract/error.ts'
import type { VMController } from '../container/vm-controller.ts'
import type { Instance, StartSpec, StartSteps, VM } from '../container/vm.ts'
import type { Handler } from './handler.ts'
import type { LaunchWait } from './handler-registry.ts'
import { StartupClock } from '../container/startup-clock.ts'
import { waitFor } from '../facts/wait.ts'

/** A VM with what to start on it; bound together so that each VM keeps its own kind of spec. */
export interface Launchable {
  ccid: string
  /** Where the chaincode is to register, for the words of an error. */
  address: string
  /** Whether nothing has ever connected there, where that is known: then it is not the name that was wrong. */
  readonly nothingConnected?: boolean
  start(controller: VMController, signal: AbortSignal, steps: StartSteps): Promise<Instance>
}

export function launchable<Spec extends StartSpec>(vm: VM<Spec>, spec: Spec, address: string): Launchable {
  return { ccid: spec.ccid, address, start: (controller, signal, steps) => controller.start(vm, spec, signal, steps) }
}

/**
 * Starts a chaincode and waits until it is ready: done, failed, deadline, aborted, or its process exits
 * (Fabric core/chaincode/runtime_launcher.go; the exit is noticed since 1.4.1). What it started and did not get
 * ready it stops again, and it rethrows the first error.
 */
export class RuntimeLauncher {
  readonly #controller: VMController
  readonly #config: PeerConfig['chaincode']

  constructor(controller: VMController, config: PeerConfig['chaincode']) {
    this.#controller = controller
    this.#config = config
  }

  /** @throws PeerError CHAINCODE_EXITED, STARTUP_TIMEOUT, ABORTED, or what the VM's start throws. */
  async launch(what: Launchable, wait: LaunchWait): Promise<{ handler: Handler; instance: Instance }> {
    const { report, signal } = wait
    const overdue = new AbortController()
    const clock = new StartupClock(this.#config.startuptimeout, () => overdue.abort(this.#timedOut(what)))
    const instance = await this.#start(what, signal, overdue.signal, { report, untimed: (work) => clock.untimed(work) })
      // The wait for READY keeps the time from here.
      .finally(() => clock.stop())
    try {
      const handler = await report.step('registered', async (note) => {
        const registered = await waitFor(Promise.race([wait.arrival, this.#exit(what, instance)]), {
          signal,
          deadlineMs: clock.left(),
          onDeadline: () => this.#timedOut(what, instance),
          onAbort: () => new PeerError('ABORTED', { what: `The launch of ${what.ccid}` }, { cause: signal.reason }),
        })
        note(registered.canonicalName)
        return registered
      })
      report.past('ready', handler.readyAt ?? handler.createdAt)
      return { handler, instance }
    } catch (error) {
      // What prevented it is what is told, whatever becomes of the stop.
      await Promise.allSettled([this.#controller.stop(instance)])
      throw error
    }
  }

  stop(instance: Instance): Promise<void> {
    return this.#controller.stop(instance)
  }

  /** The VM undoes a start that is aborted, so it is awaited also when the time is up. */
  async #start(what: Launchable, signal: AbortSignal, overdue: AbortSignal, steps: StartSteps): Promise<Instance> {
    try {
      return await what.start(this.#controller, AbortSignal.any([signal, overdue]), steps)
    } catch (error) {
      if (!overdue.aborted || signal.aborted) throw error
      // A server that was not reached in all that time: why says more than that the time was up.
      throw error instanceof PeerError && error.code === 'DIAL_FAILED' ? error : overdue.reason
    }
  }

  async #exit(what: Launchable, instance: Instance): Promise<never> {
    const exit = await Promise.race([
      instance.exited,
      ...(instance.turnedAway === undefined ? [] : [instance.turnedAway]),
    ])
    if (exit instanceof PeerError) throw exit
    throw new PeerError('CHAINCODE_EXITED', { canonicalName: what.ccid, words: exit.words, lastLines: exit.lastLines })
  }

  /** `instance`: what runs; absent where its start took all the time. */
  #timedOut(what: Launchable, instance?: Instance): PeerError {
    return new PeerError('STARTUP_TIMEOUT', {
      canonicalName: what.ccid,
      seconds: this.#config.startuptimeout / 1000,
      address: what.address,
      ...(instance !== undefined && what.nothingConnected === true ? { nothingConnected: true } : {}),
      lastLines: instance?.lastLines() ?? [],
    })
  }
}
