import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ReplaySource } from '../contract/replay.ts'

/** What each chaincode replays, for the next start of this folder. */
export interface KeptSources {
  of(name: string): ReplaySource
  keep(name: string, source: ReplaySource): void
}

/** Kept in a file of the data folder. If it can't be read or written, the pinned calls are replayed. */
export function openKeptSources(file: string): KeptSources {
  const scenarios = new Map(Object.entries(read(file)))
  return {
    of(name) {
      const scenario = scenarios.get(name)
      return scenario === undefined ? { kind: 'pins' } : { kind: 'scenario', name: scenario }
    },
    keep(name, source) {
      if (source.kind === 'scenario') scenarios.set(name, source.name)
      else scenarios.delete(name)
      try {
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, `${JSON.stringify(Object.fromEntries(scenarios))}\n`)
      } catch {
        // Then the next start replays what was chosen before.
        return
      }
    },
  }
}

function read(file: string): Record<string, string> {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as unknown
    if (typeof content !== 'object' || content === null) return {}
    return Object.fromEntries(
      Object.entries(content).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    )
  } catch {
    // Missing until a scenario is chosen.
    return {}
  }
}
