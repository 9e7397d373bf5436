import type { Pair } from './measure.ts'
import type { OtherBuild } from './other-build.ts'
import type { Scope } from './scope.ts'

/** One row of the table of goals, or several of the same kind in different languages. */
export interface Row {
  /** What a person calls it on the command line. */
  name: string
  what: string
  /** Where the time goes, told where the goal is missed. Measured with marks inside a call, on a quiet machine. */
  why?: string
  /** Measure it. Everything started or made belongs to the scope. */
  run(scope: Scope, wishes: Wishes): Promise<Figure[]>
}

export interface Wishes {
  /** How often the two sides take turns, instead of the row's own number. */
  rounds: number | undefined
  /** Another build to measure beside this one. */
  against: OtherBuild | undefined
  /** Tell a person how it goes. */
  say(words: string): void
}

/** A figure beside its goal. Figures are ratios wherever two things are compared in one run. */
export interface Figure {
  what: string
  /** In words: `at most 1.3 × the floor`. */
  goal: string
  figure: string
  /** Absolute, of this machine at this moment: to make sense of the ratio, not to be compared between machines. */
  floor: string
  ours: string
  /** The other build: its figure, and ours ÷ its; absent without one. */
  against?: string
  /** `met`, or by how much it is missed; why it was not measured. */
  verdict: string
}

/** A ratio that may not be above its goal. */
export function atMost(goal: number, ratio: number): Pick<Figure, 'figure' | 'verdict'> {
  return judged(ratio, ratio <= goal, Math.abs(ratio - goal))
}

/** A ratio that may not be below its goal. */
export function atLeast(goal: number, ratio: number): Pick<Figure, 'figure' | 'verdict'> {
  return judged(ratio, ratio >= goal, Math.abs(ratio - goal))
}

/** What both sides of a row came to, and the other build if there is one. `show`: a value with its unit. */
export function sides(pair: Pair, show: (value: number) => string): Pick<Figure, 'floor' | 'ours' | 'against'> {
  const both = { floor: show(pair.floor), ours: show(pair.ours) }
  if (pair.other === undefined) return both
  return { ...both, against: `${show(pair.other.value)} (${pair.other.ratio.toFixed(2)} ×)` }
}

export function notMeasured(what: string, goal: string, why: string): Figure {
  return { what, goal, figure: '', floor: '', ours: '', verdict: `not measured: ${why}` }
}

/** Memory that may not be above its goal. */
export function atMostBytes(goal: number, bytes: number): Omit<Figure, 'what'> {
  const [shown, verdict] = [megabytes(bytes), bytes <= goal ? 'met' : `missed by ${megabytes(bytes - goal)}`]
  return { goal: `at most ${megabytes(goal)}`, figure: shown, floor: '', ours: shown, verdict }
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`
}

function judged(ratio: number, met: boolean, by: number): Pick<Figure, 'figure' | 'verdict'> {
  return { figure: `${ratio.toFixed(2)} ×`, verdict: met ? 'met' : `missed by ${by.toFixed(2)}` }
}

export function ms(value: number): string {
  return value < 10 ? `${value.toFixed(2)} ms` : `${Math.round(value)} ms`
}

export function perSecond(value: number): string {
  return `${Math.round(value)} /s`
}
