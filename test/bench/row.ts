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

export function notMeasured(what: string, goal: string, why: string): Figure {
  return { what, goal, figure: '', floor: '', ours: '', verdict: `not measured: ${why}` }
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
