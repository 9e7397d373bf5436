import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CallRecord } from '../contract/call.ts'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { scenarioFiles, scenarioName, SCENARIOS, type ScenarioFile } from './find-scenarios.ts'
import { parseScenario } from './read-scenario.ts'
import { recordedScenario, scenarioWithCall } from './write-scenario.ts'

const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]*(\/[\p{L}\p{N}_][\p{L}\p{N}_ .-]*)*$/u
const LONGEST_NAME = 100

/** What a name may have, in words. */
export const SCENARIO_NAME = `letters, digits, spaces, dots, dashes and slashes, at most ${LONGEST_NAME} characters`

/**
 * The file of the scenario of this name in a chaincode's folder, or where one would belong; undefined if it can't be a
 * name. @throws PeerError SCENARIO_UNREADABLE, SCENARIO_DUPLICATE
 */
export async function scenarioFile(folder: string, typed: string): Promise<ScenarioFile | undefined> {
  const name = scenarioName(typed)
  if (!NAME.test(name) || name.length > LONGEST_NAME) return undefined
  const files = (await scenarioFiles(folder)).filter((each) => each.name === name).map(({ file }) => file)
  if (files.length > 1) throw new PeerError('SCENARIO_DUPLICATE', { name, files })
  return { name, file: files[0] ?? join(folder, SCENARIOS, `${name}.yaml`) }
}

/**
 * Add a call that was answered to the end of a scenario, whose comments and order stay; the file is made if there is
 * none. Returns the file.
 * @throws PeerError SCENARIO_UNWRITABLE, SCENARIO_UNREADABLE, SCENARIO_DUPLICATE, CONFIG_SYNTAX, CONFIG_INVALID
 */
export async function recordCall(folder: string, typed: string, chaincode: string, call: CallRecord): Promise<string> {
  const scenario = await scenarioFile(folder, typed)
  if (scenario === undefined) {
    const reason = `A scenario's name has ${SCENARIO_NAME}.`
    throw new PeerError('SCENARIO_UNWRITABLE', { file: typed.slice(0, LONGEST_NAME), reason })
  }
  const { name, file } = scenario
  if (call.outcome.state !== 'done') {
    throw new PeerError('SCENARIO_UNWRITABLE', {
      file,
      reason: 'The call was not answered, so there is nothing to expect.',
    })
  }
  try {
    const before = await readIfThere(file)
    if (before === undefined) {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, recordedScenario(name, chaincode, [call]), { flag: 'wx' })
    } else {
      // What isn't a scenario isn't written over.
      parseScenario(scenario, before)
      await writeFile(file, scenarioWithCall(before, chaincode, call))
    }
    return file
  } catch (error) {
    if (error instanceof PeerError) throw error
    throw new PeerError('SCENARIO_UNWRITABLE', { file, reason: messageOf(error) }, { cause: error })
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}
