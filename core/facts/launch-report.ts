import { now } from './clock.ts'
import { PeerError } from '../contract/error.ts'
import type { PeerFact } from '../contract/events.ts'
import type { LaunchState, LaunchStep, StepName } from '../contract/state.ts'

/** The launch timeline in the making: every step of one launch with its times and outcome, told as facts. */
export interface LaunchReport {
  readonly id: number
  readonly build: number
  /** Run one step of the launch; it is told when it begins and how it ends. `note` adds a few words to its name. */
  step<T>(name: StepName, work: (note: (words: string) => void) => T | Promise<T>): Promise<T>
  /** A step that began earlier and has just ended well. */
  past(name: StepName, startedAt: number, note?: string): void
  skip(name: StepName, note: string): void
  /** The launch has ended: ready, or with the error that ended it (ABORTED tells an abort). Only the first call counts. */
  end(error?: unknown): void
}

/** Begin the timeline of a launch. */
export function reportLaunch(
  emit: (fact: PeerFact) => void,
  launch: Omit<LaunchState, 'steps' | 'outcome'> & { name: string },
): LaunchReport {
  const { name, ...told } = launch
  const { id } = told
  emit({ type: 'launch.started', name, launch: { ...told, files: launch.files.slice(0, 20) } })
  const tell = (step: LaunchStep) => emit({ type: 'launch.step', name, id, step })
  let ended = false

  return {
    id,
    build: launch.build,
    async step(stepName, work) {
      const step: LaunchStep = { name: stepName, state: 'running', startedAt: now() }
      tell({ ...step })
      const note = (words: string) => {
        step.note = words
        tell({ ...step })
      }
      try {
        const value = await work(note)
        tell({ ...step, state: 'done', endedAt: now() })
        return value
      } catch (error) {
        tell({ ...step, state: 'failed', endedAt: now() })
        throw error
      }
    },
    past(stepName, startedAt, words) {
      tell({
        name: stepName,
        state: 'done',
        startedAt,
        endedAt: now(),
        ...(words === undefined ? {} : { note: words }),
      })
    },
    skip(stepName, words) {
      tell({ name: stepName, state: 'skipped', startedAt: now(), note: words })
    },
    end(error) {
      if (ended) return
      ended = true
      const at = now()
      if (error === undefined) return emit({ type: 'launch.ended', name, id, outcome: 'ready', at })
      const told = PeerError.from(error)
      emit({
        type: 'launch.ended',
        name,
        id,
        outcome: told.code === 'ABORTED' ? 'aborted' : 'failed',
        at,
        error: told.toJSON(),
      })
    },
  }
}
