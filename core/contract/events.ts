import type { PeerErrorData } from './error.ts'
import type {
  AuthorityState,
  IdentitiesState,
  ListenerState,
  LogsState,
  Notice,
  OrdererState,
  OutdatedExport,
  ServicesState,
  ToolName,
  ToolState,
} from './state.ts'
import type { ChaincodeState, Takeover, WatchState } from './chaincode-state.ts'
import type { ContainerState, ProcessExit, ProcessState, RegistrationState } from './run-state.ts'
import type { BuildState, LaunchState, LaunchStep } from './launch-state.ts'
import type { DebuggerState } from './debugger.ts'
import type { Difference } from './difference.ts'
import type { HandDefinition } from './hand-definition.ts'
import type { ReplayHead, ReplayRow } from './replay.ts'
import type { DeploymentState, NetworkChoice } from './network.ts'
import type { Millis } from './time.ts'

/** About what runs of a chaincode, for the peer's own organisation unless it is inside of an `instance` fact. */
export type RunningFact =
  | { type: 'registration'; name: string; registration: RegistrationState } // registration-gate
  | { type: 'process.started'; name: string; process: ProcessState } // custodian
  | { type: 'process.memory'; name: string; memory: number } // custodian
  | { type: 'process.exited'; name: string; pid: number; exit: ProcessExit } // custodian
  /** Its container was created or changed; undefined: it no longer runs in one. */
  | { type: 'container'; name: string; container: ContainerState | undefined } // custodian
  | { type: 'container.stats'; name: string; id: string; stats: Pick<ContainerState, 'memory' | 'memoryLimit' | 'cpu'> } // custodian
  | { type: 'container.exited'; name: string; id: string; exit: ProcessExit } // custodian

/** A fact with its value. Each has one owner in the core, named after it. */
export type PeerFact =
  | { type: 'listener'; listener: ListenerState } // peer
  | { type: 'services'; services: ServicesState } // peer
  | { type: 'authorities'; authorities: Record<string, AuthorityState> } // peer
  | { type: 'exports'; outdated: OutdatedExport[] } // peer
  | { type: 'orderer'; orderer: OrdererState } // peer
  | { type: 'channel.height'; channel: string; height: number; at?: Millis; moves?: number } // peer, from the orderer
  | { type: 'chaincode.opened'; chaincode: ChaincodeState } // custodian
  | { type: 'chaincode.closed'; name: string } // custodian
  /** Settings the author can change: version, channel, mode, who starts it, command. */
  | { type: 'chaincode.changed'; name: string; changes: ChaincodeSettings } // custodian
  | { type: 'chaincode.error'; name: string; error: PeerErrorData | undefined } // custodian
  | RunningFact
  /** About what runs for another organisation's peer; undefined: nothing runs for it any more. */
  | { type: 'instance'; name: string; mspId: string; of: RunningFact | undefined } // custodian
  /** null: it isn't debugged. */
  | { type: 'debugger'; name: string; debugger: DebuggerState | null } // debugger
  | { type: 'takeover'; name: string; takeover: Takeover | undefined } // registration-gate
  | { type: 'definitions'; name: string; definedByHand: HandDefinition[] } // peer
  | { type: 'deployment'; name: string; deployment: DeploymentState } // networks
  | { type: 'differences'; name: string; differences: Difference[] } // custodian
  | { type: 'launch.started'; name: string; launch: Omit<LaunchState, 'steps' | 'outcome'> } // launch-report
  | { type: 'launch.step'; name: string; id: number; step: LaunchStep } // launch-report
  | {
      type: 'launch.ended'
      name: string
      id: number
      outcome: 'ready' | 'failed' | 'aborted'
      at: Millis
      error?: PeerErrorData
    } // launch-report
  | { type: 'build'; name: string; build: BuildState } // reloader
  | { type: 'watch'; name: string; watch: WatchState } // source-watcher
  | { type: 'replay'; name: string; replay: ReplayHead } // replays
  /** Those from this place on, or the same ones with more. */
  | { type: 'replay.rows'; name: string; id: number; from: number; rows: ReplayRow[] } // replays, at most every 50 ms
  | { type: 'tool'; tool: ToolName; state: ToolState } // tools
  | { type: 'logs'; logs: LogsState } // log-store, at most every 50 ms
  | { type: 'calls'; count: number } // call-log, at most every 50 ms
  | { type: 'identities'; identities: IdentitiesState } // peer, from msp
  | { type: 'notice'; notice: Notice } // registration-gate

export type ChaincodeSettings = Partial<
  Pick<
    ChaincodeState,
    | 'version'
    | 'canonicalName'
    | 'channel'
    | 'mode'
    | 'startedBy'
    | 'underDebugger'
    | 'command'
    | 'commands'
    | 'initRequired'
  >
> & {
  /** null: it has none any more. On the wire an absent value says nothing. */
  server?: ChaincodeState['server'] | null
  savedAt?: Millis | null
  /** Empty: its slipway.yaml names none. */
  networks?: NetworkChoice[]
}

/** A fact with its number, one more than the previous event's. */
export type PeerEvent = PeerFact & { seq: number }
