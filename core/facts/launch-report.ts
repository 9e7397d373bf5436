import { now } from './clock.ts'
import { PeerError } from '../contract/error.ts'
import { visible } from '../contract/visible.ts'
import type { PeerFact } from '../contract/events.ts'
import type { LaunchState, LaunchStep, StepName } from '../contract/launch-state.ts'

/** Reports the timeline of one launch as facts: every step with its times and outcome. */
export interface LaunchReport {
  readonly id: number
  readonly build: number
  /**
   * Run one step of the launch, and report when it begins and how it ends. `note` adds a few words to its name; `printed`
   * counts a line of its tool.
   */
  step<T>(
    name: StepName,
    work: (note: (words: string) => void, printed?: (line: string) => void) => T | Promise<T>,
  ): Promise<T>
  /** A step that began earlier and is done now. */
  past(name: StepName, startedAt: number, note?: string): void
  skip(name: StepName, note: string): void
  /** The launch has ended: ready, or with an error (ABORTED means that it was aborted). Only the first call counts. */
  end(error?: unknown): void
}

/** How long steps took the last time, in ms, by mode and name. A Map is one. */
export interface UsualSteps {
  get(step: string): number | undefined
  set(step: string, ms: number): unknown
}

/** A tool may print thousands of lines a second; the timeline tells so often. */
const TELL_EVERY_MS = 200
const LONGEST_LINE = 200
/** What ends sooner needs no estimate, and a step that found nothing to do says nothing about the next one. */
const LONG_MS = 500

/**
 * Begin the timeline of a launch. `usual`: how long steps took the last time; what this launch takes is noted there.
 */
export function reportLaunch(
  emit: (fact: PeerFact) => void,
  launch: Omit<LaunchState, 'steps' | 'outcome'> & { name: string },
  usual: UsualSteps = new Map<string, number>(),
): LaunchReport {
  const { name, ...details } = launch
  const { id } = details
  emit({ type: 'launch.started', name, launch: { ...details, files: launch.files.slice(0, 20) } })
  const report = (step: LaunchStep) => emit({ type: 'launch.step', name, id, step })
  let ended = false

  return {
    id,
    build: launch.build,
    async step(stepName, work) {
      const step: LaunchStep = { name: stepName, state: 'running', startedAt: now() }
      const key = `${launch.mode} ${stepName}`
      const usualMs = usual.get(key)
      if (usualMs !== undefined) step.usualMs = usualMs
      report({ ...step })
      let told = step.startedAt
      const printed = (line: string) => {
        step.printed = { lines: (step.printed?.lines ?? 0) + 1, last: visible(line).trim().slice(0, LONGEST_LINE) }
        if (now() - told < TELL_EVERY_MS) return
        told = now()
        report({ ...step })
      }
      const note = (words: string) => {
        step.note = words
        report({ ...step })
      }
      try {
        const value = await work(note, printed)
        const endedAt = now()
        if (endedAt - step.startedAt >= LONG_MS) usual.set(key, endedAt - step.startedAt)
        report({ ...step, state: 'done', endedAt })
        return value
      } catch (error) {
        report({ ...step, state: 'failed', endedAt: now() })
        throw error
      }
    },
    past(stepName, startedAt, words) {
      const step: LaunchStep = { name: stepName, state: 'done', startedAt, endedAt: now() }
      if (words !== undefined) step.note = words
      report(step)
    },
    skip(stepName, words) {
      report({ name: stepName, state: 'skipped', startedAt: now(), note: words })
    },
    end(error) {
      if (ended) return
      ended = true
      const at = now()
      if (error === undefined) return emit({ type: 'launch.ended', name, id, outcome: 'ready', at })
      const failure = PeerError.from(error)
      const outcome = failure.code === 'ABORTED' ? 'aborted' : 'failed'
      emit({ type: 'launch.ended', name, id, outcome, at, error: failure.toJSON() })
    },
  }
}

/** For what nobody watches: system chaincodes, and instances beside the first one. */
export const silentReport: LaunchReport = {
  id: 0,
  build: 0,
  step: async (_name, work) => work(() => undefined),
  past: () => undefined,
  skip: () => undefined,
  end: () => undefined,
}
