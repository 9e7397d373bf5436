import { fingerprint } from '../ccprovider/deployment-spec.ts'
import { PeerError } from '../contract/error.ts'
import { ChaincodeData, ChaincodeDeploymentSpec } from '../protos/index.ts'
import { LSCC } from './lscc.ts'

/** How the peer itself calls a system chaincode: bytes in, the response's payload out. */
export interface SystemCalls {
  /** Simulate and answer. */
  evaluate(call: SystemCall, signal?: AbortSignal): Promise<SystemAnswer>
  /** The same, and commit what was written. */
  submit(call: SystemCall, signal?: AbortSignal): Promise<SystemAnswer>
}

export interface SystemCall {
  channel: string
  chaincode: string
  args: Uint8Array[]
}

export interface SystemAnswer {
  status: number
  message: string
  payload: Uint8Array
}

/** What the peer asks of LSCC. */
export interface LsccClient {
  /**
   * Install the package, and deploy or upgrade it on the channel where the ledger has another or none, or other
   * collections: a CollectionConfigPackage.
   */
  deploy(channel: string, spec: ChaincodeDeploymentSpec, collections?: Uint8Array): Promise<void>
  /** @throws PeerError LSCC */
  deploymentSpec(channel: string, name: string, signal: AbortSignal): Promise<ChaincodeDeploymentSpec>
}

export function lsccClient(calls: SystemCalls): LsccClient {
  const lscc = (channel: string, ...args: (string | Uint8Array)[]): SystemCall => ({
    channel,
    chaincode: LSCC.name,
    args: args.map((arg) => (typeof arg === 'string' ? Buffer.from(arg) : arg)),
  })

  return {
    async deploy(channel, spec, collections = new Uint8Array()) {
      const bytes = spec.serializeBinary()
      good(await calls.evaluate(lscc(channel, 'install', bytes)))
      const name = spec.getChaincodeSpec()?.getChaincodeId()?.getName() ?? ''
      const known = await calls.evaluate(lscc(channel, 'getccdata', channel, name))
      // Policy, escc and vscc are LSCC's own.
      const definition = [channel, bytes, '', '', '', collections]
      if (known.status >= 400) {
        good(await calls.submit(lscc(channel, 'deploy', ...definition)))
        return
      }
      const { payload } = await calls.evaluate(lscc(channel, 'getcollectionsconfig', name))
      const deployed = ChaincodeData.deserializeBinary(known.payload).getId_asU8()
      if (!Buffer.from(fingerprint(spec)).equals(deployed) || Buffer.compare(payload, collections) !== 0) {
        good(await calls.submit(lscc(channel, 'upgrade', ...definition)))
      }
    },
    async deploymentSpec(channel, name, signal) {
      const answer = good(await calls.evaluate(lscc(channel, 'getdepspec', channel, name), signal))
      return ChaincodeDeploymentSpec.deserializeBinary(answer.payload)
    },
  }
}

function good(answer: SystemAnswer): SystemAnswer {
  if (answer.status >= 400) throw new PeerError('LSCC', { message: answer.message })
  return answer
}
