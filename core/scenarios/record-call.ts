import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CallRecord } from '../contract/call.ts'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { SCENARIOS } from './find-scenarios.ts'
import { parseScenario } from './read-scenario.ts'
import { recordedScenario, scenarioWithCall } from './write-scenario.ts'

const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]*(\/[\p{L}\p{N}_][\p{L}\p{N}_ .-]*)*$/u
const LONGEST_NAME = 100

/** Where a scenario of this name belongs, in a chaincode's folder; undefined if it can't be a name. */
export function scenarioFile(folder: string, name: string): string | undefined {
  return NAME.test(name) && name.length <= LONGEST_NAME ? join(folder, SCENARIOS, `${name}.yaml`) : undefined
}

/**
 * Add a call that was answered to the end of a scenario, whose comments and order stay; the file is made if there is
 * none. Returns the file. @throws PeerError SCENARIO_UNWRITABLE, CONFIG_SYNTAX, CONFIG_INVALID
 */
export async function recordCall(folder: string, name: string, chaincode: string, call: CallRecord): Promise<string> {
  const file = scenarioFile(folder, name)
  if (file === undefined) {
    const reason = `A scenario's name has letters, digits, spaces, dots, dashes and slashes, at most ${LONGEST_NAME} characters.`
    throw new PeerError('SCENARIO_UNWRITABLE', { file: name.slice(0, LONGEST_NAME), reason })
  }
  if (call.outcome.state !== 'done') {
    throw new PeerError('SCENARIO_UNWRITABLE', {
      file,
      reason: 'The call was not answered, so there is nothing to expect.',
    })
  }
  const before = await readFile(file, 'utf8').catch(() => undefined)
  try {
    if (before === undefined) {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, recordedScenario(name, chaincode, [call]), { flag: 'wx' })
    } else {
      // What isn't a scenario isn't written over.
      parseScenario({ file, name }, before)
      await writeFile(file, scenarioWithCall(before, chaincode, call))
    }
    return file
  } catch (error) {
    if (error instanceof PeerError) throw error
    throw new PeerError('SCENARIO_UNWRITABLE', { file, reason: messageOf(error) }, { cause: error })
  }
}
