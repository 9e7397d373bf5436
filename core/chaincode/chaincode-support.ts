import { canonicalName, type CCContext } from '../ccprovider/cc-context.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import { PeerError } from '../contract/error.ts'
import type { Instance } from '../container/vm.ts'
import type { BuiltProject } from '../project/project.ts'
import type { ChaincodeDeploymentSpec, ChaincodeInput } from '../protos/index.ts'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import { Handler, type Execution } from './handler.ts'
import type { LaunchReport } from '../facts/launch-report.ts'
import { now } from '../facts/clock.ts'
import type { OpenedChaincode } from './opened-chaincode.ts'
import { readyPayload } from '../config/runtime-params.ts'
import { registrationGate, type RegistrationParts } from './registration-gate.ts'
import type { RuntimeLauncher } from './runtime-launcher.ts'
import type { RequestHandler } from './request-handler.ts'
import type { TransactionParams } from './transaction-params.ts'
import { waitFor } from '../facts/wait.ts'

/** How long a call that lost its chaincode waits for the words of how it ended. A container's end is told by its engine. */
const EXIT_WORDS_MS = { process: 2_000, container: 10_000 }

export interface ChaincodeSupportParts extends RegistrationParts {
  config: PeerConfig['chaincode']
  launcher: RuntimeLauncher
  requests: ReadonlyMap<number, RequestHandler>
  /** What _lifecycle has defined, as a spec. */
  deploymentSpec: (cc: CCContext, signal: AbortSignal) => Promise<ChaincodeDeploymentSpec>
  /** The package store, for a spec that comes without its code. */
  codePackage: (cc: CCContext) => Promise<ChaincodeDeploymentSpec>
}

export interface ExecuteWishes {
  signal?: AbortSignal | undefined
  timeoutMs?: number | undefined
}

/** Launches chaincodes, executes transactions on them, and takes the streams they open (Fabric core/chaincode/chaincode_support.go). */
export class ChaincodeSupport {
  readonly #parts: ChaincodeSupportParts
  readonly #instances = new WeakMap<Handler, { instance: Instance; build: number }>()
  readonly #streams = new Set<Handler>()

  constructor(parts: ChaincodeSupportParts) {
    this.#parts = parts
  }

  /**
   * The handler of a chaincode, launched if it does not run.
   *
   * Already running: at once. A launch under way: shared, and so is its failure. `spec` is the deployment spec of
   * the chaincode to launch; without one the launch is for an invocation, which asks _lifecycle for it and which cannot
   * launch a system chaincode.
   * @throws PeerError SYSTEM_CHAINCODE_NOT_RUNNING, CHAINCODE_UNKNOWN, NOT_CONNECTED, LIFECYCLE, PACKAGE_MISSING,
   * PACKAGE_DAMAGED, ABORTED, what building it throws, what RuntimeLauncher.launch throws.
   */
  async launch(cc: CCContext, spec?: ChaincodeDeploymentSpec, signal?: AbortSignal): Promise<Handler> {
    const { registry } = this.#parts
    const name = canonicalName(cc)
    const serving = registry.handler(name)
    if (serving !== undefined) return serving
    const onAbort = () => new PeerError('ABORTED', { what: `Waiting for ${name}` })
    const share = async (launch: Promise<Handler>): Promise<Handler> => {
      try {
        return await waitFor(launch, { signal, onAbort })
      } catch (error) {
        // A newer build may have taken its place: then that one is what the caller wants now.
        const newer = this.#parts.opened(cc.name)?.reloading() !== undefined
        if (PeerError.from(error).code !== 'ABORTED' || signal?.aborted === true || !newer) throw error
        return this.launch(cc, spec, signal)
      }
    }
    const underWay = registry.launching(name)
    if (underWay !== undefined) return share(underWay)
    if (cc.systemChaincode) {
      if (spec === undefined) throw new PeerError('SYSTEM_CHAINCODE_NOT_RUNNING', { canonicalName: name })
      return this.#launchSystemChaincode(cc)
    }
    const opened = this.#opened(cc.name)
    if (opened.startedBy === 'you') throw this.#notConnected(opened)
    const built = opened.lastGood()
    const reload = opened.reloading() ?? (built === undefined ? opened.reload() : undefined)
    if (reload !== undefined) {
      try {
        await waitFor(reload, { signal, onAbort })
      } catch (error) {
        // A build that fails leaves the last good one to serve.
        if (built === undefined || signal?.aborted === true) throw error
      }
      return registry.handler(name) ?? this.launch(cc, spec, signal)
    }
    if (built === undefined) throw new PeerError('NOT_RUNNING', { canonicalName: name })
    return share(this.#launchOpened(opened, opened.begin('call'), spec, built))
  }

  /**
   * Launch this build although the chaincode may be running: the one that serves goes on until the new one is
   * ready. A launch under way is ended first. The signal ends this one.
   * @throws as `launch`
   */
  async relaunch(cc: CCContext, built: BuiltProject, report: LaunchReport, signal: AbortSignal): Promise<Handler> {
    const { registry } = this.#parts
    const name = canonicalName(cc)
    const abort = () => void registry.abortLaunch(name)
    signal.addEventListener('abort', abort, { once: true })
    try {
      await registry.abortLaunch(name)
      if (signal.aborted) throw new PeerError('ABORTED', { what: `The launch of ${name}` }, { cause: signal.reason })
      return await this.#launchOpened(this.#opened(cc.name), report, undefined, built)
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  /** Whether a ready handler serves this name. */
  serves(cc: CCContext): boolean {
    return this.#parts.registry.handler(canonicalName(cc)) !== undefined
  }

  /** Whether a launch of this name is under way. */
  launches(cc: CCContext): boolean {
    return this.#parts.registry.launching(canonicalName(cc)) !== undefined
  }

  /** End what serves this name, and the launch under way. */
  async stop(cc: CCContext, reason: PeerError): Promise<void> {
    const name = canonicalName(cc)
    await this.#parts.registry.abortLaunch(name)
    this.#parts.registry.handler(name)?.end(reason)
  }

  /**
   * Execute one transaction on a chaincode, launching it if it does not run.
   * @throws PeerError as `launch` and Handler.execute; CHAINCODE_STOPPED where its process ended in the middle.
   */
  async execute(
    params: TransactionParams,
    input: ChaincodeInput,
    wishes: ExecuteWishes = {},
  ): Promise<Execution & { build?: number }> {
    const { config, systemChaincodes } = this.#parts
    const callee = systemChaincodes.get(params.namespaceId) ?? this.#opened(params.namespaceId)
    const handler = await this.launch({ ...callee.cc, channel: params.channelId }, undefined, wishes.signal)
    const attached = 'startedBy' in callee && callee.startedBy === 'you'
    const timeout = attached ? config.attachedExecutetimeout : config.executetimeout
    try {
      const options = { timeoutMs: wishes.timeoutMs ?? timeout, signal: wishes.signal }
      const execution = await handler.execute(params, input, options)
      const build = this.#instances.get(handler)?.build
      return build === undefined ? execution : { ...execution, build }
    } catch (error) {
      throw await this.#explained(handler, error)
    }
  }

  /**
   * Take a stream that a chaincode opened, until it ends (Fabric: HandleChaincodeStream). Whoever connects is given
   * the startup timeout to send its REGISTER.
   */
  async handleChaincodeStream(stream: ChaincodeStream): Promise<void> {
    const { requests, config } = this.#parts
    const ready = readyPayload(config.runtimeParams)
    const handler = new Handler(stream, registrationGate(stream, this.#parts), { requests, ready })
    this.#streams.add(handler)
    const { startuptimeout } = config
    const deadline = setTimeout(() => {
      if (handler.state === 'created')
        handler.end(new PeerError('REGISTER_TIMEOUT', { seconds: startuptimeout / 1000 }))
    }, startuptimeout)
    try {
      await handler.run()
    } finally {
      clearTimeout(deadline)
      this.#streams.delete(handler)
    }
  }

  /** End every stream, registered or not. */
  close(): void {
    for (const handler of this.#streams) {
      const canonicalName = handler.canonicalName === '' ? handler.from : handler.canonicalName
      handler.end(new PeerError('STREAM_TERMINATED', { canonicalName, reason: 'Slipway is shutting down.' }))
    }
  }

  #launchOpened(
    opened: OpenedChaincode,
    report: LaunchReport,
    given: ChaincodeDeploymentSpec | undefined,
    built: BuiltProject,
  ): Promise<Handler> {
    const { registry, launcher, deploymentSpec, codePackage } = this.#parts
    const { cc } = opened
    const running = registry.handler(canonicalName(cc)) !== undefined
    return registry.launch(canonicalName(cc), report, async (wait) => {
      report.past('already-running', now(), running ? 'yes, it serves on' : 'no')
      const spec = await report.step('deployment-spec', (note) => {
        note(given === undefined ? 'from _lifecycle' : 'given')
        return given ?? deploymentSpec(cc, wait.signal)
      })
      // In net mode what is launched is the package that was made for this build, and its own step has told of it.
      const inContainer = built.project.mode === 'net'
      const packaged = async (note: (words: string) => void) => {
        if (spec.getCodePackage_asU8().length > 0) return note('in the spec')
        note('from the package store')
        await codePackage(cc)
      }
      await (inContainer ? packaged(() => undefined) : report.step('package', packaged))
      if (!inContainer) report.skip('image', 'only in net mode')
      const { handler, instance } = await launcher.launch(opened.launchable(built), wait)
      this.#instances.set(handler, { instance, build: built.build })
      opened.started(instance, built)
      return handler
    })
  }

  /** A system chaincode walks the same path, without a package: InprocVM has its code. */
  #launchSystemChaincode(cc: CCContext): Promise<Handler> {
    const { registry, launcher, systemChaincodes } = this.#parts
    const system = systemChaincodes.get(cc.name)
    if (system === undefined) {
      throw new PeerError('VM_NOT_FOUND', { name: cc.name, known: [...systemChaincodes.keys()] })
    }
    return registry.launch(canonicalName(cc), silentReport(), async (wait) => {
      const { handler, instance } = await launcher.launch(system.launchable(), wait)
      this.#instances.set(handler, { instance, build: 0 })
      return handler
    })
  }

  /** A stream that ended because its process did is told in the words of the process's end. */
  async #explained(handler: Handler, error: unknown): Promise<unknown> {
    if (!(error instanceof PeerError) || error.code !== 'STREAM_TERMINATED') return error
    const instance = this.#instances.get(handler)?.instance
    if (instance === undefined) return error
    const deadlineMs = EXIT_WORDS_MS[instance.container === undefined ? 'process' : 'container']
    const exit = await waitFor(instance.exited, { deadlineMs }).catch(() => undefined)
    if (exit === undefined) return error
    const { words, lastLines } = exit
    return new PeerError(
      'CHAINCODE_STOPPED',
      { canonicalName: handler.canonicalName, words, lastLines },
      { cause: error },
    )
  }

  /** @throws PeerError CHAINCODE_UNKNOWN */
  #opened(name: string): OpenedChaincode {
    const opened = this.#parts.opened(name)
    if (opened === undefined) throw new PeerError('CHAINCODE_UNKNOWN', { name, known: this.#parts.openedNames() })
    return opened
  }

  #notConnected(opened: OpenedChaincode): PeerError {
    const { cc, command, server } = opened
    const address = server ?? this.#parts.address()
    return new PeerError('NOT_CONNECTED', { canonicalName: canonicalName(cc), address, command })
  }
}

/** System chaincodes are started with the peer; nobody watches their timeline. */
function silentReport(): LaunchReport {
  return {
    id: 0,
    build: 0,
    step: async (_name, work) => work(() => undefined),
    past: () => undefined,
    skip: () => undefined,
    end: () => undefined,
  }
}
