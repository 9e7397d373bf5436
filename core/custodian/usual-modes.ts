import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Mode } from '../contract/mode.ts'

/** The mode that each chaincode was last switched to, for the next start of this folder. */
export interface UsualModes {
  of(name: string): Mode | undefined
  remember(name: string, mode: Mode): void
}

/**
 * Kept in a file of the data folder. The command line and slipway.yaml override it. If the file cannot be read or
 * written, the modes are only forgotten.
 */
export function openUsualModes(file: string): UsualModes {
  const modes = new Map<string, Mode>(Object.entries(read(file)))
  return {
    of: (name) => modes.get(name),
    remember(name, mode) {
      modes.set(name, mode)
      try {
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, `${JSON.stringify(Object.fromEntries(modes))}\n`)
      } catch {
        // Then the next start is in the earlier mode.
        return
      }
    },
  }
}

function read(file: string): Record<string, Mode> {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as unknown
    if (typeof content !== 'object' || content === null) return {}
    return Object.fromEntries(
      Object.entries(content).filter((entry): entry is [string, Mode] => entry[1] === 'dev' || entry[1] === 'net'),
    )
  } catch {
    // Missing until the first change of a mode.
    return {}
  }
}
