import { readFile, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { OpenChaincode } from '../../../core/contract/api.ts'
import { messageOf } from '../../../core/contract/error-message.ts'
import { PeerError } from '../../../core/contract/error.ts'
import { withoutUndefined } from '../../../core/contract/without-undefined.ts'
import type { AnsweredCall, Scenario } from '../../../core/index.ts'
import type { ScenarioOutcome } from '../../../core/contract/scenario-outcome.ts'
import { say } from '../../host/say.ts'
import { junitReport } from '../scenarios/junit.ts'
import { playInTurn, playScenarios, startsOnCopy, type Playing } from '../scenarios/play-scenarios.ts'
import { recordCalls } from './record-calls.ts'
import { openTestPeer, type TestPeer } from '../scenarios/test-peer.ts'
import { watchScenarios } from '../scenarios/watch-scenarios.ts'
import { outcomeLines, summaryLine, uncalledLine } from '../scenarios/words.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { printError, printLine } from '../terminal/print.ts'
import { dataDirOf, foldersToOpen, type TestOptions } from './options.ts'
import { checkNetworkOptions, playOnNetwork } from './test-network.ts'

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
    if (options.network !== undefined) checkNetworkOptions(options)
    if (options.record !== undefined) return await record(folder, options.record, options, signal)
    const [toOpen = { folder: resolve(folder) }] = foldersToOpen([folder], options)
    const request = { root: resolve(folder), names, options }
    if (options.network !== undefined) return await onNetwork(request, signal)
    const settings = (copied: boolean) => settingsOf(folder, options, copied)
    if (options.watch === true) return await watch(request, toOpen, signal)
    const outcomes = await round(request, signal, (scenarios, playing) =>
      playScenarios(
        scenarios,
        (copied) => openTestPeer({ ...toOpen, watch: false }, settings(copied), signal),
        playing,
      ),
    )
    return outcomes.every(({ passed }) => passed) ? exitCode.good : exitCode.chaincodeError
  } catch (error) {
    return printError(error, signal, options)
  }
}

async function onNetwork(request: TestRequest, signal: AbortSignal): Promise<number> {
  const { root: folder, options } = request
  const outcomes = await round(request, signal, (scenarios, { ended }) =>
    playOnNetwork(scenarios, { folder, options, ended }, signal),
  )
  return outcomes.every(({ passed }) => passed) ? exitCode.good : exitCode.chaincodeError
}

function settingsOf(folder: string, options: TestOptions, copied: boolean) {
  return { trust: options.trust, copyOf: copied ? dataDirOf(folder, options) : undefined }
}

interface TestRequest {
  /** The chaincode's folder. */
  root: string
  names: string[]
  options: TestOptions
}

async function record(folder: string, name: string, options: TestOptions, signal: AbortSignal): Promise<number> {
  const [toOpen = { folder: resolve(folder) }] = foldersToOpen([folder], options)
  const { file, calls } = await recordCalls(name, toOpen, options, signal)
  say(`Recorded ${calls} ${calls === 1 ? 'call' : 'calls'} in ${relative(process.cwd(), file)}`)
  return exitCode.good
}

async function watch(request: TestRequest, toOpen: OpenChaincode, signal: AbortSignal): Promise<number> {
  const { root, options } = request
  if (options.update === true) {
    throw new PeerError('USAGE', {
      message: '--watch and --update don’t go together: what is written would be played again for ever.',
      do: 'Leave one of them out.',
    })
  }
  const { findScenarios, readScenario } = await import('../../../core/index.ts')
  const files = await findScenarios(root, request.names)
  // A file that can't be read now may be corrected later.
  const read = await Promise.allSettled(files.map(readScenario))
  const copied = read.some((each) => each.status === 'fulfilled' && startsOnCopy(each.value))
  const peer = await openTestPeer({ ...toOpen, watch: true }, settingsOf(root, options, copied), signal)
  try {
    const play = async (until: AbortSignal) => {
      await round(request, until, (scenarios, playing) => playInTurn(scenarios, peer, playing))
    }
    await watchScenarios(peer, { scenarios: join(root, 'scenarios'), play }, signal)
    return exitCode.good
  } finally {
    await peer.close()
  }
}

/** Play them once, and report. `player`: which peers they are played on. */
async function round(
  { root, names, options }: TestRequest,
  signal: AbortSignal,
  player: (scenarios: Scenario[], playing: Playing) => Promise<ScenarioOutcome[]>,
): Promise<ScenarioOutcome[]> {
  const startedAt = performance.now()
  const { findScenarios, readScenario, runScenario } = await import('../../../core/index.ts')
  const files = await findScenarios(root, names)
  // What is wrong with a file is said before anything is built.
  const scenarios = await Promise.all(files.map(readScenario))
  const coverage = newCoverage()
  const outcomes = await player(scenarios, {
    async play(scenario, peer) {
      await coverage.know(peer, signal)
      if (options.update !== true) return runScenario(scenario, peer, { signal })
      const answers: AnsweredCall[] = []
      const outcome = await runScenario(scenario, peer, {
        signal,
        answered: (each) => answers.push(each),
        goesOn: true,
      })
      return update(scenario, { outcome, answers }, root)
    },
    ended(outcome) {
      coverage.add(outcome)
      const { network } = options
      if (options.json === true) printLine(withoutUndefined({ type: 'scenario', network, ...outcome }))
      for (const line of outcomeLines(outcome, root)) say(line)
    },
  })
  if (options.junit !== undefined) await writeReport(resolve(options.junit), junitReport(outcomes, root))
  report(outcomes, coverage.uncalled(), performance.now() - startedAt, options)
  return outcomes
}

function report(
  outcomes: readonly ScenarioOutcome[],
  uncalled: readonly string[],
  durationMs: number,
  { json = false }: TestOptions,
): void {
  if (json) printLine({ type: 'summary', ...countsOf(outcomes), uncalled, durationMs })
  say(summaryLine(outcomes, durationMs))
  const line = uncalledLine(uncalled)
  if (line !== undefined) say(line)
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

/** Resolves with what the answers come to now that the file expects them. */
async function update(
  scenario: Scenario,
  { outcome, answers }: { outcome: ScenarioOutcome; answers: readonly AnsweredCall[] },
  root: string,
): Promise<ScenarioOutcome> {
  const { judgedAgain, parseScenario, updatedScenario } = await import('../../../core/index.ts')
  const { file } = scenario
  const before = await readFile(file, 'utf8')
  const after = updatedScenario(before, answers)
  if (after === before) return outcome
  await writeFile(file, after).catch((error: unknown) => {
    throw new PeerError('SCENARIO_UNWRITABLE', { file, reason: messageOf(error) }, { cause: error })
  })
  say(`Updated ${relative(root, file)}`)
  return judgedAgain(parseScenario(scenario, after), outcome, answers)
}

async function writeReport(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw new PeerError('REPORT_UNWRITABLE', { file, reason: messageOf(error) }, { cause: error })
  })
}
