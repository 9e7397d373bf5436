import type { PeerErrorData } from './error.ts'
import type { Millis } from './time.ts'

/** What playing a scenario came to. */
export interface ScenarioOutcome {
  /** Absolute. */
  file: string
  /** The file's path below the folder `scenarios`, without `.yaml`. */
  name: string
  /** What it is about. */
  title: string
  passed: boolean
  /** In their order; those of `together` one by one. */
  calls: CallOutcome[]
  durationMs: Millis
}

/** Something that isn't as expected. */
export interface ScenarioDifference {
  /** `payload.items[0].color` */
  at: string
  /** JSON, a rule in words, or `absent`. */
  expected: string
  /** JSON, or `absent`. */
  got: string
}

export interface CallOutcome {
  /** Where it stands in the file, from 1. */
  line: number
  kind: 'submit' | 'evaluate'
  function: string
  /** In one block with its neighbours that have this mark. */
  together?: true | undefined
  /** `skipped`: an earlier call failed. */
  state: 'passed' | 'failed' | 'skipped'
  /** Empty unless it failed. */
  differences: ScenarioDifference[]
  /** Parts of what is expected that a network doesn't tell its clients: `printed`, `reads`. */
  notCompared?: string[] | undefined
  /** Why there was no answer at all. */
  error?: PeerErrorData | undefined
  /** The lines that the chaincode printed during a call that failed. */
  printed?: string[] | undefined
  durationMs: Millis
}
