import { readFile, writeFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { messageOf } from '../../../core/contract/error-message.ts'
import { PeerError } from '../../../core/contract/error.ts'
import type { AnsweredCall, Scenario } from '../../../core/index.ts'
import type { ScenarioOutcome } from '../../../core/scenarios/outcome.ts'
import { say } from '../../host/say.ts'
import { junitReport } from '../scenarios/junit.ts'
import { playScenarios } from '../scenarios/play-scenarios.ts'
import { recordCalls } from './record-calls.ts'
import { openTestPeer, type TestPeer } from '../scenarios/test-peer.ts'
import { outcomeLines, summaryLine, uncalledLine } from '../scenarios/words.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { printError, printLine } from '../terminal/print.ts'
import { foldersToOpen, type TestOptions } from './options.ts'

/**
 * `slipway test [FOLDER] [SCENARIO…]`: play the scenarios of a chaincode, each on a ledger of its own. In words on
 * stderr; with `--json` one document for each scenario and one for all on stdout, with `--junit` as JUnit's XML.
 */
export async function test(
  folder: string,
  names: string[],
  options: TestOptions,
  signal: AbortSignal,
): Promise<number> {
  try {
    if (options.record !== undefined) return await record(folder, options.record, options, signal)
    const outcomes = await play(folder, names, options, signal)
    return outcomes.every(({ passed }) => passed) ? exitCode.good : exitCode.chaincodeError
  } catch (error) {
    return printError(error, signal, options)
  }
}

async function record(folder: string, name: string, options: TestOptions, signal: AbortSignal): Promise<number> {
  const { file, calls } = await recordCalls(name, firstToOpen(folder, options), options, signal)
  say(`Recorded ${calls} ${calls === 1 ? 'call' : 'calls'} in ${relative(process.cwd(), file)}`)
  return exitCode.good
}

async function play(
  folder: string,
  names: string[],
  options: TestOptions,
  signal: AbortSignal,
): Promise<ScenarioOutcome[]> {
  const startedAt = performance.now()
  const { findScenarios, readScenario, runScenario } = await import('../../../core/index.ts')
  const root = resolve(folder)
  const files = await findScenarios(root, names)
  // What is wrong with a file is said before anything is built.
  const scenarios = await Promise.all(files.map(readScenario))
  const coverage = newCoverage()
  const outcomes = await playScenarios(scenarios, {
    open: () => openTestPeer(firstToOpen(folder, options), options, signal),
    async play(scenario, peer) {
      await coverage.know(peer, signal)
      if (options.update !== true) return runScenario(scenario, peer, { signal })
      const answers: AnsweredCall[] = []
      const outcome = await runScenario(scenario, peer, { signal, answered: (each) => answers.push(each) })
      await update(scenario, answers, root)
      return outcome
    },
    ended(outcome) {
      coverage.add(outcome)
      if (options.json === true) printLine({ type: 'scenario', ...outcome })
      for (const line of outcomeLines(outcome, root)) say(line)
    },
  })
  if (options.junit !== undefined) await writeReport(resolve(options.junit), junitReport(outcomes, root))
  const durationMs = performance.now() - startedAt
  const uncalled = coverage.uncalled()
  if (options.json === true) printLine({ type: 'summary', ...countsOf(outcomes), uncalled, durationMs })
  say(summaryLine(outcomes, durationMs))
  const line = uncalledLine(uncalled)
  if (line !== undefined) say(line)
  return outcomes
}

function firstToOpen(folder: string, options: TestOptions) {
  const [toOpen = { folder: resolve(folder) }] = foldersToOpen([folder], options)
  return toOpen
}

/** Which functions of the contract were called, by their names in it; all are, if it doesn't describe itself. */
function newCoverage() {
  const called = new Set<string>()
  let functions: Promise<string[]> | undefined
  let known: string[] = []
  return {
    async know(peer: TestPeer, signal: AbortSignal) {
      functions ??= functionsOf(peer, signal)
      known = await functions
    },
    add({ calls }: ScenarioOutcome) {
      for (const call of calls) if (call.state !== 'skipped') called.add(call.function)
    },
    uncalled: () => known.filter((name) => !called.has(name)),
  }
}

async function functionsOf({ api, chaincode }: TestPeer, signal: AbortSignal): Promise<string[]> {
  const contract = await api.readContract({ name: chaincode }, signal)
  return (contract?.contracts ?? []).flatMap(({ name, isDefault, functions }) =>
    functions.map((each) => (isDefault ? each.name : `${name}:${each.name}`)),
  )
}

function countsOf(outcomes: readonly ScenarioOutcome[]): { passed: number; failed: number } {
  const passed = outcomes.filter((outcome) => outcome.passed).length
  return { passed, failed: outcomes.length - passed }
}

async function update({ file }: Scenario, answers: readonly AnsweredCall[], root: string): Promise<void> {
  const { updatedScenario } = await import('../../../core/index.ts')
  const before = await readFile(file, 'utf8')
  const after = updatedScenario(before, answers)
  if (after === before) return
  await writeFile(file, after).catch((error: unknown) => {
    throw new PeerError('SCENARIO_UNWRITABLE', { file, reason: messageOf(error) }, { cause: error })
  })
  say(`Updated ${relative(root, file)}`)
}

async function writeReport(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw new PeerError('REPORT_UNWRITABLE', { file, reason: messageOf(error) }, { cause: error })
  })
}
