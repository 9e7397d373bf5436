import type { ChaincodeStream } from '../../comm/chaincode-stream.ts'
import { PeerError } from '../../contract/error.ts'
import type { Instance, StartSpec, StartSteps, VM } from '../vm.ts'
import type { InstanceExit } from '../../process/print-line.ts'
import { runShim, type InprocChaincode } from './shim.ts'
import { streamPair } from './stream-pair.ts'

/**
 * Fabric's InprocVM (core/container/inproccontroller): runs system chaincodes inside the peer, over a pair of
 * in-memory streams, whose peer's end it passes on.
 */
export class InprocVM implements VM {
  readonly #chaincodes = new Map<string, InprocChaincode>()
  readonly #running = new Map<string, Instance>()
  readonly #handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>

  constructor(handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>) {
    this.#handleChaincodeStream = handleChaincodeStream
  }

  /** Register a system chaincode under its canonical name. */
  register(ccid: string, chaincode: InprocChaincode): void {
    if (this.#chaincodes.has(ccid)) throw new Error(`${ccid} already registered`)
    this.#chaincodes.set(ccid, chaincode)
  }

  /** @throws PeerError VM_NOT_FOUND for a chaincode that was not registered. */
  start(spec: StartSpec, _signal: AbortSignal, { report }: StartSteps): Promise<Instance> {
    return report.step('start', () => this.#start(spec))
  }

  #start(spec: StartSpec): Instance {
    const chaincode = this.#chaincodes.get(spec.ccid)
    if (chaincode === undefined)
      throw new PeerError('VM_NOT_FOUND', { name: spec.ccid, known: [...this.#chaincodes.keys()] })
    const running = this.#running.get(spec.ccid)
    if (running !== undefined) throw new Error(`chaincode running ${spec.ccid}`)

    const { peer, chaincode: ours } = streamPair()
    const startedAt = Date.now()
    const served = this.#handleChaincodeStream(peer)
    const exited = (async (): Promise<InstanceExit> => {
      let panic: Error | undefined
      try {
        await runShim(spec.ccid, chaincode, ours)
      } catch (error) {
        panic = error instanceof Error ? error : new Error('it threw no error', { cause: error })
      }
      ours.end()
      await served
      this.#running.delete(spec.ccid)
      const at = Date.now()
      const seconds = ((at - startedAt) / 1000).toFixed(1)
      if (panic === undefined) return { at, code: 0, signal: null, output: [], words: `ended after ${seconds} s` }
      return { at, code: 1, signal: null, output: [panic.message], words: `ended with a panic after ${seconds} s` }
    })()
    const instance: Instance = {
      containerName: spec.containerName,
      exited,
      printed: () => ({ output: [] }),
      async stop() {
        ours.end()
        await exited
      },
    }
    this.#running.set(spec.ccid, instance)
    return instance
  }
}
