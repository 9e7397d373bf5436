import type { CallResult } from './call.ts'
import type { Millis } from './time.ts'

/** How a call ended on a network: what its peers tell a client, and nothing else. */
export interface NetworkCallResult
  extends
    Pick<CallResult, 'txId' | 'kind' | 'identity' | 'status' | 'message' | 'payload' | 'payloadEncoding'>,
    Pick<CallResult, 'validationCode' | 'blockNumber' | 'endorsers'>,
    Partial<Pick<CallResult, 'readWriteSet' | 'events'>> {
  network: string
  startedAt: Millis
  durationMs: Millis
}

/** A step of a deployment. */
export interface DeployStep {
  step: 'package' | 'install' | 'approve' | 'commit'
  /**
   * `already`: it was like that before. `waiting`: for other organisations. `refused`: the network refused it, to this
   * identity or altogether.
   */
  state: 'done' | 'already' | 'waiting' | 'refused'
  /** What the network said, or what it waits for. */
  reason?: string | undefined
  txId?: string | undefined
  validationCode?: string | undefined
  blockNumber?: number | undefined
}

/** What was done to have a chaincode run on a network, and what is left to others. */
export interface DeployResult {
  network: string
  /** MSP id of the organisation whose peer it was installed on. */
  mspId: string
  /** Who signed: `Admin@Org1MSP`. */
  identity: string
  channel: string
  chaincode: string
  version: string
  sequence: number
  /** The lifecycle package, absolute. */
  file: string
  packageId: string
  steps: DeployStep[]
  /** Whether the channel has this definition now. */
  committed: boolean
  /** Who agreed to it, by MSP id; absent if the network didn't tell. */
  approvals?: Record<string, boolean> | undefined
  /** What other organisations have to do, by commands for their administrators. */
  remaining: { mspId: string; commands: string[] }[]
}
