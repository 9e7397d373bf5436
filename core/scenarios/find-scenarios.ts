import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { nearestWord } from '../project/nearest-word.ts'
import { parseScenario } from './read-scenario.ts'
import type { Scenario } from './scenario.ts'

/** Where a chaincode's scenarios are, in its folder. */
export const SCENARIOS = 'scenarios'

/** A file of the folder `scenarios`. */
export interface ScenarioFile {
  /** Its path below that folder, without `.yaml`. */
  name: string
  /** Absolute. */
  file: string
}

/**
 * The scenario files of a chaincode folder, by name; all of them, or those named.
 * @throws PeerError SCENARIO_NONE, SCENARIO_UNKNOWN, SCENARIO_DUPLICATE, SCENARIO_UNREADABLE
 */
export async function findScenarios(folder: string, names: readonly string[] = []): Promise<ScenarioFile[]> {
  const all = await scenarioFiles(folder)
  if (all.length === 0) throw new PeerError('SCENARIO_NONE', { folder })
  for (const [i, { name, file }] of all.entries()) {
    const before = all[i - 1]
    if (before?.name === name) throw new PeerError('SCENARIO_DUPLICATE', { name, files: [before.file, file] })
  }
  const known = all.map(({ name }) => name)
  return names.length === 0 ? all : [...new Set(names)].map((name) => named(name, all, { folder, known }))
}

/** Of a name as it is typed, which may be the path of the file. */
export function scenarioName(name: string): string {
  return name.replace(/\.ya?ml$/, '').replace(/^(\.\/)?scenarios\//, '')
}

function named(
  name: string,
  all: ScenarioFile[],
  { folder, known }: { folder: string; known: string[] },
): ScenarioFile {
  const found = all.find((each) => each.name === scenarioName(name))
  if (found !== undefined) return found
  throw new PeerError('SCENARIO_UNKNOWN', { name, folder, known, nearest: nearestWord(name, known) })
}

/** Those of a chaincode folder, by name; none if it has no scenarios. @throws PeerError SCENARIO_UNREADABLE */
export async function scenarioFiles(chaincode: string): Promise<ScenarioFile[]> {
  const folder = join(chaincode, SCENARIOS)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new PeerError('SCENARIO_UNREADABLE', { file: folder, reason: messageOf(error) }, { cause: error })
  })
  return entries
    .filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((file) => ({
      file,
      name: relative(folder, file)
        .split(sep)
        .join('/')
        .replace(/\.ya?ml$/, ''),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** Throws SCENARIO_UNREADABLE, and what parseScenario throws. */
export async function readScenario({ file, name }: ScenarioFile): Promise<Scenario> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new PeerError('SCENARIO_UNREADABLE', { file, reason: messageOf(error) }, { cause: error })
  })
  return parseScenario({ file, name }, text)
}
