import { canonicalName, type CCContext } from '../ccprovider/cc-context.ts'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import { readyPayload } from '../config/runtime-params.ts'
import { printedIn } from '../contract/cause.ts'
import { PeerError } from '../contract/error.ts'
import type { Standstill } from '../facts/standstill.ts'
import { waitFor } from '../facts/wait.ts'
import type { ChaincodeInput } from '../protos/index.ts'
import type { Execution } from './execution.ts'
import { Handler } from './handler.ts'
import type { OpenedChaincode } from './opened-chaincode.ts'
import { registrationGate, type RegistrationParts } from './registration-gate.ts'
import type { RequestHandler } from './request-handler.ts'
import type { RuntimeLauncher } from './runtime-launcher.ts'
import type { TransactionParams } from './transaction-params.ts'

/** How long a call that lost its chaincode waits to learn how it ended. The engine reports a container's end later. */
const EXIT_WORDS_MS = { process: 2_000, container: 10_000 }

export interface ChaincodeSupportParts extends RegistrationParts {
  config: PeerConfig['chaincode']
  /** MSP id of the peer's own organisation. */
  mspId: string
  launcher: RuntimeLauncher
  requests: ReadonlyMap<number, RequestHandler>
  /** While a process stands at a breakpoint, no call's time runs out. */
  standstill: Standstill
}

export interface ExecuteWishes {
  signal?: AbortSignal | undefined
  timeoutMs?: number | undefined
}

/** Executes transactions on chaincodes, and takes the streams they open (Fabric core/chaincode/chaincode_support.go). */
export class ChaincodeSupport {
  readonly #parts: ChaincodeSupportParts
  readonly #streams = new Set<Handler>()

  constructor(parts: ChaincodeSupportParts) {
    this.#parts = parts
  }

  /**
   * The handler of a chaincode for an organisation's peer, by default the peer's own; launched if it isn't running. An invocation cannot launch a system chaincode.
   * @throws PeerError SYSTEM_CHAINCODE_NOT_RUNNING, CHAINCODE_UNKNOWN, what OpenedChaincode.ensure throws
   */
  async launch(cc: CCContext, signal?: AbortSignal, organisation?: string): Promise<Handler> {
    const name = canonicalName(cc)
    // What runs inside the peer is the same for all organisations.
    const serving = this.#parts.registry.handler(name, cc.systemChaincode ? undefined : organisation)
    if (serving !== undefined) return serving
    if (cc.systemChaincode) throw new PeerError('SYSTEM_CHAINCODE_NOT_RUNNING', { canonicalName: name })
    return this.#opened(cc.name).ensure(signal, organisation)
  }

  /** @throws PeerError VM_NOT_FOUND, what the launcher throws */
  async launchSystemChaincode(name: string): Promise<Handler> {
    const { launcher, systemChaincodes } = this.#parts
    const system = systemChaincodes.get(name)
    if (system === undefined) throw new PeerError('VM_NOT_FOUND', { name, known: [...systemChaincodes.keys()] })
    const { handler } = await launcher.launchSystemChaincode(canonicalName(system.cc), system.launchable())
    return handler
  }

  /**
   * Execute one transaction on a chaincode, which is launched if it isn't running.
   * @throws PeerError as `launch` and Handler.execute; CHAINCODE_STOPPED if its process ended in the middle.
   */
  async execute(
    params: TransactionParams,
    input: ChaincodeInput,
    wishes: ExecuteWishes = {},
  ): Promise<Execution & { build: number | undefined }> {
    const { config, mspId, launcher, systemChaincodes, standstill } = this.#parts
    const organisation = params.mspId === mspId ? undefined : params.mspId
    const callee = systemChaincodes.get(params.namespaceId) ?? this.#opened(params.namespaceId)
    let handler: Handler
    // Another one may have replaced it by the time that it is known here.
    do handler = await this.launch({ ...callee.cc, channel: params.channelId }, wishes.signal, organisation)
    while (handler.state !== 'ready')
    const attached = 'startedBy' in callee && callee.startedBy === 'you'
    const timeout = attached ? config.attachedExecutetimeout : config.executetimeout
    try {
      const { countdown } = standstill
      const options = { timeoutMs: wishes.timeoutMs ?? timeout, countdown, signal: wishes.signal }
      const execution = await handler.execute(params, input, options)
      return { ...execution, build: launcher.launched(handler)?.build }
    } catch (error) {
      throw await this.#explained(handler, error)
    }
  }

  /**
   * Take a stream that a chaincode opened, until it ends (Fabric: HandleChaincodeStream). Whoever connects is given
   * the startup timeout to send its REGISTER.
   */
  async handleChaincodeStream(stream: ChaincodeStream): Promise<void> {
    const { requests, config, standstill } = this.#parts
    const ready = readyPayload(config.runtimeParams)
    const handler = new Handler(stream, registrationGate(stream, this.#parts), { requests, ready })
    this.#streams.add(handler)
    const { startuptimeout } = config
    const forget = standstill.countdown(startuptimeout, () => {
      if (handler.isSilent) handler.end(new PeerError('REGISTER_TIMEOUT', { seconds: startuptimeout / 1000 }))
    })
    try {
      await handler.run()
    } finally {
      forget()
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

  /** If a stream ended because its process did, how the process ended says more. */
  async #explained(handler: Handler, error: unknown): Promise<unknown> {
    if (!(error instanceof PeerError) || error.code !== 'STREAM_TERMINATED') return error
    const instance = this.#parts.launcher.launched(handler)?.instance
    if (instance === undefined) return error
    const deadlineMs = EXIT_WORDS_MS[instance.container === undefined ? 'process' : 'container']
    const exit = await waitFor(instance.exited, { deadlineMs }).catch(() => undefined)
    if (exit === undefined) return error
    const { canonicalName } = handler
    return new PeerError(
      'CHAINCODE_STOPPED',
      { canonicalName, words: exit.words, ...printedIn(exit) },
      { cause: error },
    )
  }

  /** @throws PeerError CHAINCODE_UNKNOWN */
  #opened(name: string): OpenedChaincode {
    const opened = this.#parts.opened(name)
    if (opened === undefined) throw new PeerError('CHAINCODE_UNKNOWN', { name, known: this.#parts.openedNames() })
    return opened
  }
}
