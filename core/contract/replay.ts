import { command } from './command.ts'
import type { PeerErrorData } from './error.ts'
import type { ScenarioDifference } from './scenario-outcome.ts'
import type { Millis } from './time.ts'

/** What is replayed after each launch: the calls that are pinned, or a scenario, by the name of its file. */
export type ReplaySource = { kind: 'pins' } | { kind: 'scenario'; name: string }

/** What a replay came to, without its rows. */
export interface ReplayHead {
  /** Of this run, from 1. */
  id: number
  source: ReplaySource
  /**
   * `stopped`: a newer save came, and what was left of it was dropped. `failed`: it couldn't begin or go on, and `error`
   * says why. `done`: also where the chaincode ended or hung in the middle; the calls after that are `skipped`.
   * `waiting`: nothing has run yet, or there is nothing to run.
   */
  state: 'waiting' | 'running' | 'done' | 'stopped' | 'failed'
  /** The build that it runs on. */
  build?: number | undefined
  /** The build that its rows are compared with; absent if none was replayed before. */
  comparedWith?: number | undefined
  /** Number of blocks of the copy that it began on. */
  height?: number | undefined
  /** Number of calls. */
  total: number
  /** Number of pinned calls that aren't replayed, since they were made on other channels than the chaincode's own; absent if none was. */
  elsewhere?: number | undefined
  at: Millis
  durationMs?: Millis | undefined
  error?: PeerErrorData | undefined
}

export interface ReplayState extends ReplayHead {
  /** Those that were played so far, in their order. */
  rows: ReplayRow[]
}

/** One call of a replay. */
export interface ReplayRow {
  kind: 'submit' | 'evaluate'
  function: string
  /** Of a pinned call: as they were given, cut. */
  args?: string[] | undefined
  /** Of a pinned call: its number on the list of calls. */
  call?: number | undefined
  /** Of a scenario's call: its line in the file. */
  line?: number | undefined
  /** A pinned call passes if it ends as it did when it was made. `skipped`: one before it failed. */
  state: 'passed' | 'failed' | 'skipped'
  /** How it differs from what is expected. */
  differences: ScenarioDifference[]
  /** What changed since the build it is compared with: `expected` is what it was then. Absent: nothing to compare with. */
  changes?: ScenarioDifference[] | undefined
  /** What it was answered, cut: the payload, or the message of an error. */
  answer: string
  /** Lines that the chaincode printed meanwhile: the first ones, each cut. */
  printed?: string[] | undefined
  durationMs: Millis
}

/** A scenario of a chaincode's folder. */
export interface ScenarioChoice {
  /** Its path below the folder `scenarios`, without `.yaml`. */
  name: string
  /** What it is about; its name if the file can't be read. */
  title: string
}

export const replayCommands = {
  /** Replay this from now on, now and after each launch; kept in the data folder. Its state is in the chaincode's. */
  setReplay: command<{ name: string; scenario?: string }>(),
  /** Replay once more, now. */
  replay: command<{ name: string }>(),
  /** The scenarios of its folder, each name once. @throws SCENARIO_UNREADABLE */
  readScenarios: command<{ name: string }, ScenarioChoice[]>(),
  /**
   * Add a recorded call, and what it was answered, to the end of a scenario, which is made if it doesn't exist. Returns
   * the file. @throws CALL_UNKNOWN, SCENARIO_UNWRITABLE, SCENARIO_UNREADABLE, SCENARIO_DUPLICATE, CONFIG_SYNTAX,
   * CONFIG_INVALID
   */
  recordCall: command<{ id: number; scenario: string }, { file: string }>(),
}
