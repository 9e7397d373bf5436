import type { Effect, State, Step } from './state.ts'

/** Where an event leads, and what is done about it. An event that is ignored leads to the very same state. */
export interface Transition {
  state: State
  effects: Effect[]
  steps: Step[]
}

export const FINE: Effect[] = [{ type: 'report-error', error: undefined }]

export const NEW_SETTINGS: Effect[] = [{ type: 'report-settings' }, ...FINE]

export function to(state: State, effects: Effect[] = [], steps: Step[] = []): Transition {
  return { state, effects, steps }
}

/** The same, with something else done first. */
export function after(steps: Step[], next: Transition, effects: Effect[] = []): Transition {
  return { state: next.state, effects: [...effects, ...next.effects], steps: [...steps, ...next.steps] }
}
