import type { Role } from '../contract/identity.ts'
import type { Exact } from './exact.ts'

/** A file of the folder `scenarios`, as build/scenario.schema.json describes it. */
export interface Scenario {
  /** Absolute. */
  file: string
  /** The file's path below the folder `scenarios`, without `.yaml`. */
  name: string
  /** What it is about. */
  title: string
  /** What the ledger holds before its first call. */
  start: ScenarioStart
  /** Whether its file says so; otherwise it starts empty. */
  saysStart: boolean
  identities: Record<string, { org?: string; role?: Role; attrs?: Record<string, string> }>
  steps: ScenarioStep[]
}

/** `seed`: empty but for what a file of state holds, by its absolute path. */
export type ScenarioStart =
  { kind: 'empty' | 'current' } | { kind: 'checkpoint'; name: string } | { kind: 'seed'; file: string }

export type ScenarioStep = CallStep | TogetherStep

/** Where it stands in the file, from 1. */
export interface Place {
  line: number
  column: number
}

export interface CallStep extends Place {
  /** Where it is among the steps: `[2]`, or `[2, 'together', 0]`. */
  path: (string | number)[]
  kind: 'submit' | 'evaluate'
  function: string
  args: Exact[]
  chaincode: string | undefined
  as: string | undefined
  transient: Map<string, Exact> | undefined
  endorsers: string[] | undefined
  isInit: boolean | undefined
  expect: Expectation
  /** Name of a variable → path into the answer. */
  save: Record<string, string>
}

/** Submits that end up in one block. */
export interface TogetherStep extends Place {
  kind: 'together'
  calls: CallStep[]
}

/** What is undefined isn't compared. */
export interface Expectation {
  status?: number
  payload?: Exact
  error?: Exact
  event?: Exact
  writes?: Map<string, Exact> | 'absent'
  reads?: string[]
  validationCode?: string
  endorsers?: string[]
  printed?: Exact[]
}

/** The calls of a step, in their order. */
export function callsOf(step: ScenarioStep): CallStep[] {
  return step.kind === 'together' ? step.calls : [step]
}
