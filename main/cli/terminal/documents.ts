import type { CallResult } from '../../../core/contract/call.ts'
import type { Cause, Printed } from '../../../core/contract/cause.ts'
import type { PeerErrorData, ThreeParts } from '../../../core/contract/error.ts'
import type { PeerEvent } from '../../../core/contract/events.ts'
import type { IdentityDescription, OrganisationDescription } from '../../../core/contract/identity.ts'
import type { ExportResult } from '../../../core/contract/export.ts'
import type { DeployResult, NetworkCallResult } from '../../../core/contract/network.ts'
import type { StateCopy, StateHeader, StateLine } from '../../../core/contract/seed.ts'
import type { CallLine } from '../../../core/contract/log.ts'
import type { PackageResult } from '../../../core/contract/package.ts'
import type { PeerState } from '../../../core/contract/state.ts'
import type { ScenarioOutcome } from '../../../core/contract/scenario-outcome.ts'
import type { Millis } from '../../../core/contract/time.ts'
import type { Branch, Checkpoint, Moved, StateComparison } from '../../../core/contract/undo.ts'

/**
 * What each command prints on stdout: one JSON document on a line, `run --json` one for each event. Scripts rely on it:
 * build/results.schema.json, which `node build/results-schema.mjs` makes from these types, describes them to others.
 * @public read by its name
 */
export interface CommandDocuments {
  submit: CallDocument | NetworkCallDocument | ErrorDocument
  evaluate: CallDocument | NetworkCallDocument | ErrorDocument
  run: SnapshotDocument | PeerEvent | ErrorDocument
  test: ScenarioDocument | SummaryDocument | ErrorDocument
  serve: ServeDocument | ErrorDocument
  open: ErrorDocument
  package: PackageResult | ErrorDocument
  deploy: DeployResult | ErrorDocument
  explain: Cause | ErrorDocument
  clean: CleanDocument | ErrorDocument
  rewind: MovedDocument | ErrorDocument
  reset: MovedDocument | ErrorDocument
  checkpoint: Checkpoint | CheckpointsDocument | ErrorDocument
  compare: ComparedDocument | ErrorDocument
  'export-state': StateHeader | StateLine | StateCopy | ErrorDocument
  'import-state': StateCopy | ErrorDocument
  export: ExportResult | ErrorDocument
  'identity list': OrganisationDescription[] | ErrorDocument
  'identity show': IdentityDescription | ErrorDocument
  'identity issue': IdentityDescription | ErrorDocument
  'identity import': IdentityDescription | ErrorDocument
  'identity export': ExportDocument | ErrorDocument
  'identity remove': ErrorDocument
  'identity default': ErrorDocument
  'identity add-org': ErrorDocument
}

/** A call that reached the chaincode, whatever it answered. */
export interface CallDocument
  extends
    Pick<CallResult, 'txId' | 'identity' | 'status' | 'message' | 'payload' | 'payloadEncoding'>,
    Pick<CallResult, 'validationCode' | 'blockNumber' | 'endorsers' | 'conflict' | 'endorsementFailure'>,
    Pick<CallResult, 'readWriteSet' | 'queries' | 'events' | 'hints'> {
  /** What the chaincode printed during the call, as far as is known. */
  logs: Pick<CallLine, 'at' | 'stream' | 'text' | 'of' | 'places'>[]
  /** Where the chaincode threw what the call failed with, if a stack trace that it printed or answered says so. */
  cause?: Cause
  durationMs: Millis
  /** A system chaincode's answer as JSON. */
  decoded?: unknown
}

/** The same of a call on a real network: what its peers don't tell a client is absent. */
export interface NetworkCallDocument extends Omit<NetworkCallResult, 'kind' | 'startedAt'> {
  /** A system chaincode's answer as JSON. */
  decoded?: unknown
}

/** Why a command failed. */
export interface ErrorDocument {
  error: ThreeParts & {
    /** Stable, unlike the words. */
    code: PeerErrorData['code']
    /** What the tool's or the chaincode's output says, if a launch failed. */
    cause?: Cause | undefined
    /** At most 50 lines of at most 2,000 characters. */
    output?: Printed['output'] | undefined
    /** The facts that the words use, of errors whose facts a program may want to read. */
    details?: object | undefined
  }
}

/** The first line of `run --json`; each further one is an event that changes the state. */
export interface SnapshotDocument {
  type: 'snapshot'
  state: PeerState
}

/** `test --json`: a scenario that has been played, as soon as it has. */
export interface ScenarioDocument extends ScenarioOutcome {
  type: 'scenario'
  /** The network that it was played on; absent: here. */
  network?: string | undefined
}

/** The last line of `test --json`. */
export interface SummaryDocument {
  type: 'summary'
  passed: number
  failed: number
  /** Functions of the contract that no scenario called. */
  uncalled: string[]
  durationMs: Millis
}

export interface ServeDocument {
  /** For one browser, once. */
  address: string
}

/** Where a channel stands now. */
export interface MovedDocument extends Moved {
  channel: string
}

/** What differs between the state at two points of a channel. */
export interface ComparedDocument extends StateComparison {
  channel: string
}

/** What one can go back to. */
export interface CheckpointsDocument {
  channel: string
  /** Newest first. */
  checkpoints: Checkpoint[]
  /** Newest first. */
  branches: Branch[]
}

/** What was removed, by its names, and the running Slipways whose containers and images were kept. */
export interface CleanDocument {
  containers: string[]
  images: string[]
  /** Process ids. */
  left: number[]
}

export interface ExportDocument {
  /** `alice@Org1MSP` */
  identity: string
  /** Absolute. */
  files: string[]
}
