import type { BlockDetail, BlockRow, EventsPage, ReadEvents } from './blocks.ts'
import type { CallRequest, CallResult } from './call.ts'
import { command } from './command.ts'
import type { PeerErrorData } from './error.ts'
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

/** A real network that the slipway.yaml of an open chaincode names. */
export interface NetworkChoice {
  name: string
  allowSubmit: boolean
  /** The channel that it is called on there. */
  channel: string
}

/** A network as slipway.yaml, its profile and the files of its identity describe it; nothing of the key. */
export interface NetworkDescription extends NetworkChoice {
  /** `host:port` of its peer. */
  address: string
  tls: boolean
  /** Who calls there: `User1@Org1MSP`; undefined if the identity can't be read. */
  identity?: string
  /** Who installs and approves there; undefined if that one can't be read. */
  admin?: string
  /** Why one of them can't be read: NETWORK_INVALID. */
  failures: { identity?: PeerErrorData; admin?: PeerErrorData }
}

/** A deployment that was begun here. */
export interface DeploymentState {
  network: string
  at: Millis
  /** Those that are over, in their order. */
  steps: DeployStep[]
  outcome: 'running' | 'done' | 'failed'
  result?: DeployResult | undefined
  error?: PeerErrorData | undefined
}

/** Which network is meant: one that the open chaincode `opened` names. */
export interface OfNetwork {
  opened: string
  network: string
}

/** What of a call a network can be sent. `channel`: default the network's. */
export type NetworkCallRequest = OfNetwork &
  Pick<CallRequest, 'chaincode' | 'function' | 'args' | 'channel' | 'transient' | 'isInit' | 'endorsers'>

export interface NetworkBlocks {
  /** Number of blocks that the network's peer has of the channel. */
  height: number
  /** The highest first. */
  blocks: BlockRow[]
}

/** All of them throw NETWORK_UNKNOWN, NETWORK_INVALID, and but for the first NETWORK_REFUSED, _UNREACHABLE, _TIMEOUT. */
export const networkCommands = {
  /** Read what describes it. Nothing is dialled. */
  readNetwork: command<OfNetwork, NetworkDescription>(),
  /** Evaluate there, through its Gateway. What the chaincode answers is a result, whatever its status. */
  evaluateOnNetwork: command<NetworkCallRequest, NetworkCallResult>(),
  /** Submit there, and wait for the commit. @throws NETWORK_READ_ONLY, NETWORK_COMMIT_UNKNOWN */
  submitToNetwork: command<NetworkCallRequest, NetworkCallResult>(),
  /**
   * Package the open chaincode, install, approve and commit it there as far as the identity may. Its steps are facts,
   * in ChaincodeState.deployment. @throws NETWORK_READ_ONLY, DEPLOYING, PACKAGE_INVALID and what packaging throws
   */
  deployToNetwork: command<OfNetwork, DeployResult>(),
  /** Blocks from one downwards, by Deliver. Default: from the newest. */
  readNetworkBlocks: command<OfNetwork & { channel?: string; from?: number; limit: number }, NetworkBlocks>(),
  /** One block with all it holds; undefined if the network has none of this number. */
  readNetworkBlock: command<OfNetwork & { channel?: string; number: number }, BlockDetail | undefined>(),
  /** Wait until its channel has more than `height` blocks, or for 25 seconds; how many it has then. */
  awaitNetworkBlock: command<OfNetwork & { channel?: string; height: number }, { height: number }>(),
  /** The events of valid transactions, newest first. */
  readNetworkEvents: command<OfNetwork & Omit<ReadEvents, 'channel'> & { channel?: string }, EventsPage>(),
}
