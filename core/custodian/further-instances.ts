import type { Handler } from '../chaincode/handler.ts'
import type { InstanceLaunch, Launched } from '../chaincode/runtime-launcher.ts'
import { canonicalName } from '../ccprovider/cc-context.ts'
import { PeerError } from '../contract/error.ts'
import type { ContainerState } from '../contract/run-state.ts'
import type { Instance } from '../container/vm.ts'
import { silentReport } from '../facts/launch-report.ts'
import { waitFor } from '../facts/wait.ts'
import type { BuiltProject, Project } from '../project/project.ts'
import { Serving } from './serving.ts'
import { ccOf, lastGood, type State } from './state.ts'
import type { CustodianWorld } from './world.ts'

/**
 * The instances of a chaincode beside its first one: one for each further organisation whose peer had to execute it. Each
 * is launched by its first call, from the last good build, and kept: a new build launches all of them together.
 */
export class FurtherInstances {
  readonly #name: string
  readonly #world: Pick<CustodianWorld, 'registry' | 'launcher' | 'launchables' | 'emit'>
  readonly #state: () => State
  /** By MSP id. */
  readonly #servings = new Map<string, Serving>()
  readonly #launches = new Map<string, Promise<Handler>>()
  /** One at a time: a chaincode has one launch under way. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(
    name: string,
    world: Pick<CustodianWorld, 'registry' | 'launcher' | 'launchables' | 'emit'>,
    state: () => State,
  ) {
    this.#name = name
    this.#world = world
    this.#state = state
  }

  /** What to launch of a build for them. */
  launches(project: Project, built: BuiltProject): InstanceLaunch[] {
    const { launchables } = this.#world
    return [...this.#servings.keys()].map((organisation) => ({
      organisation,
      launchable: launchables.of(project, built, organisation),
    }))
  }

  /** They are ready and serve from now on. */
  take(launched: readonly Launched[]): void {
    for (const one of launched) {
      const { organisation } = one.handler
      if (organisation !== undefined) this.#serving(organisation).take(one)
    }
  }

  /**
   * The handler of an organisation's instance, which is launched if it isn't running.
   * @param own resolves once the first instance serves, so that there is a good build
   * @throws PeerError ABORTED, what `own` throws, what RuntimeLauncher.launch throws
   */
  ensure(organisation: string, own: () => Promise<Handler>, signal: AbortSignal | undefined): Promise<Handler> {
    let launch = this.#launches.get(organisation)
    if (launch === undefined) {
      launch = this.#last.then(() => this.#launch(organisation, own))
      this.#last = launch.catch(() => undefined)
      this.#launches.set(organisation, launch)
      const forget = () => void this.#launches.delete(organisation)
      launch.then(forget, forget)
    }
    const what = `Waiting for ${this.#name} of ${organisation}`
    return waitFor(launch, { signal, onAbort: () => new PeerError('ABORTED', { what }) })
  }

  /** All of them are about to be stopped, for this reason. Returns what the caller is to stop. */
  dismiss(reason: PeerError): Instance[] {
    return [...this.#servings.values()].flatMap((serving) => serving.dismiss(reason))
  }

  /** They are stopped: nothing is launched for those organisations until the next call. */
  forget(): void {
    for (const mspId of this.#servings.keys()) {
      this.#world.emit({ type: 'instance', name: this.#name, mspId, of: undefined })
    }
    this.#servings.clear()
  }

  /** Processes that Slipway didn't start serve. */
  letGo(): void {
    for (const serving of this.#servings.values()) serving.letGo()
    this.forget()
  }

  containerChanged(container: ContainerState): void {
    for (const serving of this.#servings.values()) serving.containerChanged(container)
  }

  containerStats(...stats: Parameters<Serving['containerStats']>): void {
    for (const serving of this.#servings.values()) serving.containerStats(...stats)
  }

  async #launch(organisation: string, own: () => Promise<Handler>): Promise<Handler> {
    const { registry, launcher, launchables } = this.#world
    const isNew = !this.#servings.has(organisation)
    // From now on a new build launches it too.
    this.#serving(organisation)
    for (;;) {
      await own()
      const { project } = this.#state()
      const name = canonicalName(project)
      const serving = registry.handler(name, organisation)
      if (serving !== undefined) return serving
      if (registry.isLaunching(name)) {
        await registry.launched(name)
        continue
      }
      const built = lastGood(this.#state())
      if (built === undefined) throw new PeerError('NOT_RUNNING', { canonicalName: name })
      const instances = [{ organisation, launchable: launchables.of(project, built, organisation) }]
      try {
        const launched = await launcher.launch({ cc: ccOf(project), built, instances, report: silentReport })
        this.take(launched)
        launchables.serves(project, built, organisation)
      } catch (error) {
        // A newer build has taken it along, or the chaincode was stopped.
        if (PeerError.from(error).code === 'ABORTED' && this.#servings.has(organisation)) continue
        if (isNew) this.#drop(organisation)
        throw error
      }
    }
  }

  #drop(mspId: string): void {
    this.#servings.delete(mspId)
    this.#world.emit({ type: 'instance', name: this.#name, mspId, of: undefined })
  }

  #serving(mspId: string): Serving {
    let serving = this.#servings.get(mspId)
    if (serving === undefined) {
      const { emit } = this.#world
      const name = this.#name
      serving = new Serving({ name, emit: (of) => emit({ type: 'instance', name, mspId, of }), ended: () => undefined })
      this.#servings.set(mspId, serving)
    }
    return serving
  }
}
