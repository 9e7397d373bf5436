import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { UsualSteps } from '../facts/launch-report.ts'

/** How long the steps of each chaincode's launches took the last time. */
export interface UsualTimes {
  of(name: string): UsualSteps
}

/** More chaincodes than a project has; those that were launched last stay. */
const MOST_CHAINCODES = 50
/** More steps than there are, in both modes. */
const MOST_STEPS = 50

/** Kept in a file of the data folder. If it cannot be read or written, the first launch only has no estimate. */
export function openUsualTimes(file: string): UsualTimes {
  const times = read(file)

  function note(name: string, step: string, ms: number): void {
    const steps = times.get(name) ?? new Map<string, number>()
    steps.set(step, Math.round(ms))
    times.delete(name)
    times.set(name, steps)
    for (const oldest of [...times.keys()].slice(0, -MOST_CHAINCODES)) times.delete(oldest)
    const content = Object.fromEntries([...times].map(([key, value]) => [key, Object.fromEntries(value)]))
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      writeFileSync(file, `${JSON.stringify(content)}\n`, { mode: 0o600 })
    } catch {
      // Then the next start has the earlier estimates.
      return
    }
  }

  return {
    of: (name) => ({
      get: (step) => times.get(name)?.get(step),
      set: (step, ms) => note(name, step, ms),
    }),
  }
}

function read(file: string): Map<string, Map<string, number>> {
  try {
    const content = entriesOf(JSON.parse(readFileSync(file, 'utf8')))
    return new Map(content.slice(-MOST_CHAINCODES).map(([name, steps]) => [name, stepsOf(steps)]))
  } catch {
    // Missing until the first long step; or damaged.
    return new Map()
  }
}

function stepsOf(steps: unknown): Map<string, number> {
  const times = entriesOf(steps).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]) && entry[1] > 0,
  )
  return new Map(times.slice(0, MOST_STEPS))
}

function entriesOf(content: unknown): [string, unknown][] {
  return typeof content === 'object' && content !== null ? Object.entries(content) : []
}
