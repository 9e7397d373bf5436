import { canonicalName, type CCContext } from '../ccprovider/cc-context.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import { PeerError } from '../contract/error.ts'
import { StartupClock } from '../container/startup-clock.ts'
import type { VMController } from '../container/vm-controller.ts'
import type { Instance, StartSpec, StartSteps, VM } from '../container/vm.ts'
import { now } from '../facts/clock.ts'
import type { Standstill } from '../facts/standstill.ts'
import { silentReport, type LaunchReport } from '../facts/launch-report.ts'
import type { BuiltProject } from '../project/project.ts'
import type { ChaincodeDeploymentSpec } from '../protos/index.ts'
import { awaitRegistration, exitOf } from './await-registration.ts'
import type { Handler } from './handler.ts'
import type { HandlerRegistry, LaunchWait } from './handler-registry.ts'

/** A VM with what to start on it; bound together so that each VM keeps its own kind of spec. */
export interface Launchable {
  ccid: string
  /** Where the chaincode is to register, for the text of an error. */
  address: string
  /** Whether nothing has ever connected there, where that is known: then the name wasn't the problem. */
  readonly nothingConnected?: boolean
  start(controller: VMController, signal: AbortSignal, steps: StartSteps): Promise<Instance>
}

export function launchable<Spec extends StartSpec>(vm: VM<Spec>, spec: Spec, address: string): Launchable {
  return { ccid: spec.ccid, address, start: (controller, signal, steps) => controller.start(vm, spec, signal, steps) }
}

/** What to start for an organisation's peer; undefined: for the peer's own. */
export interface InstanceLaunch {
  organisation?: string | undefined
  launchable: Launchable
}

/** A build to launch. */
export interface BuildLaunch {
  cc: CCContext
  built: BuiltProject
  /** One for each organisation, at least one; the timeline is that of the first. */
  instances: readonly InstanceLaunch[]
  report: LaunchReport
  signal?: AbortSignal | undefined
}

/** How many times `startuptimeout` one may take that works all the time. */
const MOST_EXTENSIONS = 4

/** A ready handler, and what was started for it. */
export interface Launched {
  handler: Handler
  instance: Instance
  /** Number of the build; 0 for a system chaincode. */
  build: number
}

export interface RuntimeLauncherParts {
  controller: VMController
  config: Pick<PeerConfig['chaincode'], 'startuptimeout'>
  registry: HandlerRegistry
  /** A process may stand at a breakpoint before it registers. */
  standstill: Standstill
  /** What _lifecycle has defined, as a spec. */
  deploymentSpec: (cc: CCContext, signal: AbortSignal) => Promise<ChaincodeDeploymentSpec>
  /** The package store, for a spec that comes without its code. */
  codePackage: (cc: CCContext) => Promise<ChaincodeDeploymentSpec>
}

/**
 * Starts a chaincode and waits until it is ready: done, failed, deadline, aborted, or its process exits
 * (Fabric core/chaincode/runtime_launcher.go; the exit is noticed since 1.4.1). What it started and did not get
 * ready it stops again, and it rethrows the first error.
 */
export class RuntimeLauncher {
  readonly #parts: RuntimeLauncherParts
  readonly #launched = new WeakMap<Handler, Launched>()

  constructor(parts: RuntimeLauncherParts) {
    this.#parts = parts
  }

  /**
   * Launch this build although the chaincode may be running: the instances that serve go on until all new ones are
   * ready, which then serve at once. If one fails, all are stopped. A launch under way is ended first. The caller ends
   * the report.
   * @throws PeerError LIFECYCLE, PACKAGE_MISSING, PACKAGE_DAMAGED, CHAINCODE_EXITED, STARTUP_TIMEOUT, ABORTED, what the
   * VM's start throws
   */
  async launch({ cc, built, instances, report, signal }: BuildLaunch): Promise<Launched[]> {
    const { registry } = this.#parts
    const name = canonicalName(cc)
    const abort = () => void registry.abortLaunch(name)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      while (registry.isLaunching(name)) await registry.abortLaunch(name)
      if (signal?.aborted === true) throw abortedLaunch(name, signal)
      const running = registry.handler(name) !== undefined
      return await registry.launch(name, async (wait) => {
        report.past('already-running', now(), running ? 'yes, it serves on' : 'no')
        await this.#findPackage(cc, built, report, wait.signal)
        return this.#startAll(instances, built.build, report, wait)
      })
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  /** A system chaincode has neither a package nor a timeline: InprocVM has its code. */
  launchSystemChaincode(ccid: string, launchable: Launchable): Promise<Launched> {
    return this.#parts.registry.launch(ccid, async (wait) => {
      const launched = await this.#start({ launchable }, 0, silentReport, wait)
      wait.serve([launched.handler])
      return launched
    })
  }

  /** What was launched for this handler; undefined if Slipway did not start it. */
  launched(handler: Handler): Launched | undefined {
    return this.#launched.get(handler)
  }

  /** End what serves this chaincode, and the launch under way. */
  async stop(cc: CCContext, reason: PeerError): Promise<void> {
    const { registry } = this.#parts
    const name = canonicalName(cc)
    await registry.abortLaunch(name)
    for (const handler of registry.handlers(name)) handler.end(reason)
  }

  /** This version is served no longer; calls in flight on it are answered. */
  retire(cc: CCContext, reason: PeerError): void {
    for (const handler of this.#parts.registry.handlers(canonicalName(cc))) handler.drain(reason)
  }

  async #findPackage(cc: CCContext, built: BuiltProject, report: LaunchReport, signal: AbortSignal): Promise<void> {
    const { deploymentSpec, codePackage } = this.#parts
    const spec = await report.step('deployment-spec', (note) => {
      note('from _lifecycle')
      return deploymentSpec(cc, signal)
    })
    const packaged = async (note: (words: string) => void) => {
      if (spec.getCodePackage_asU8().length > 0) return note('in the spec')
      note('from the package store')
      await codePackage(cc)
    }
    // In net mode the package was made for this build, and has reported its own step.
    if (built.project.mode === 'net') return packaged(() => undefined)
    await report.step('package', packaged)
    report.skip('image', 'only in net mode')
  }

  /** The first one is started before the others: they need what its start makes, an image for example. */
  async #startAll(
    instances: readonly InstanceLaunch[],
    build: number,
    report: LaunchReport,
    wait: LaunchWait,
  ): Promise<Launched[]> {
    const failed = new AbortController()
    const group = { ...wait, signal: AbortSignal.any([wait.signal, failed.signal]) }
    let started: () => void = () => undefined
    const isStarted = new Promise<void>((resolve) => (started = resolve))
    const outcomes = await Promise.allSettled(
      instances.map(async (instance, i) => {
        try {
          if (i > 0) await isStarted
          return await this.#start(instance, build, i === 0 ? report : silentReport, group, started)
        } catch (error) {
          failed.abort(error)
          started()
          throw error
        }
      }),
    )
    const launched = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    const ended = launched.find(({ handler }) => handler.state !== 'ready')
    if (!failed.signal.aborted && ended === undefined) {
      wait.serve(launched.map(({ handler }) => handler))
      return launched
    }
    await Promise.allSettled(launched.map(({ instance }) => this.#parts.controller.stop(instance)))
    if (failed.signal.aborted) throw failed.signal.reason
    const reason = 'It ended while the instances of other organisations were being started.'
    throw new PeerError('STREAM_TERMINATED', { canonicalName: ended?.handler.canonicalName ?? '', reason })
  }

  async #start(
    { organisation, launchable }: InstanceLaunch,
    build: number,
    report: LaunchReport,
    wait: LaunchWait,
    started: () => void = () => undefined,
  ): Promise<Launched> {
    const { signal } = wait
    const overdue = new AbortController()
    const { startuptimeout } = this.#parts.config
    const clock = new StartupClock(startuptimeout, () => overdue.abort(this.#timedOut(launchable)))
    const steps: StartSteps = { report, untimed: (work) => clock.untimed(work) }
    // The wait for READY keeps the time from here.
    const instance = await this.#startInstance(launchable, signal, overdue.signal, steps).finally(() => clock.stop())
    started()
    try {
      const handler = await report.step('registered', async (note) => {
        const registered = await awaitRegistration({
          arrived: Promise.race([wait.arrival(organisation), exitOf(launchable, instance)]),
          isWorking: () => instance.isWorking?.() ?? Promise.resolve(false),
          leftMs: clock.left(),
          mostMs: startuptimeout * MOST_EXTENSIONS,
          timedOut: () => this.#timedOut(launchable, instance),
          aborted: () => abortedLaunch(launchable.ccid, signal),
          countdown: this.#parts.standstill.countdown,
          goesOn: () => note('still starting: it uses the processor'),
          signal,
        })
        note(registered.canonicalName)
        return registered
      })
      report.past('ready', handler.readyAt ?? handler.createdAt)
      const launched = { handler, instance, build }
      this.#launched.set(handler, launched)
      return launched
    } catch (error) {
      // Whatever becomes of the stop, the caller learns what prevented the launch.
      await Promise.allSettled([this.#parts.controller.stop(instance)])
      throw error
    }
  }

  /** The VM undoes a start that is aborted, so it is awaited also when the time is up. */
  async #startInstance(
    launchable: Launchable,
    signal: AbortSignal,
    overdue: AbortSignal,
    steps: StartSteps,
  ): Promise<Instance> {
    try {
      return await launchable.start(this.#parts.controller, AbortSignal.any([signal, overdue]), steps)
    } catch (error) {
      if (!overdue.aborted || signal.aborted) throw error
      // Why a server could not be reached in all that time says more than that the time was up.
      throw error instanceof PeerError && error.code === 'DIAL_FAILED' ? error : overdue.reason
    }
  }

  /** `instance`: what runs; absent where its start took all the time. */
  #timedOut(launchable: Launchable, instance?: Instance): PeerError {
    return new PeerError('STARTUP_TIMEOUT', {
      canonicalName: launchable.ccid,
      seconds: this.#parts.config.startuptimeout / 1000,
      address: launchable.address,
      ...(instance !== undefined && launchable.nothingConnected === true ? { nothingConnected: true } : {}),
      ...(instance?.printed() ?? { output: [] }),
    })
  }
}

function abortedLaunch(ccid: string, signal: AbortSignal): PeerError {
  return new PeerError('ABORTED', { what: `The launch of ${ccid}` }, { cause: signal.reason })
}
