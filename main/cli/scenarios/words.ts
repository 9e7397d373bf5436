import { relative } from 'node:path'
import type { CallOutcome, ScenarioDifference, ScenarioOutcome } from '../../../core/contract/scenario-outcome.ts'

/** Lines of a scenario's outcome, for a person. */
export function outcomeLines(outcome: ScenarioOutcome, folder: string): string[] {
  const { title, passed, calls, durationMs } = outcome
  const file = relative(folder, outcome.file)
  const untold = calls.flatMap(({ line, notCompared = [] }) =>
    notCompared.length === 0
      ? []
      : [`  ${file}:${line} not compared, since the network doesn’t tell: ${notCompared.join(', ')}`],
  )
  if (passed) return [`✓ ${title} (${countOf(calls.length, 'call')}, ${Math.round(durationMs)} ms)`, ...untold]
  return [
    `✗ ${title}`,
    ...untold,
    ...calls.filter(({ state }) => state === 'failed').flatMap((call) => callLines(call, file)),
  ]
}

function callLines(call: CallOutcome, file: string): string[] {
  return [
    `  ${file}:${call.line} ${call.kind} ${call.function}`,
    ...call.differences.flatMap(({ at, expected, got }) => [
      `    ${at}`,
      `      expected  ${indented(expected)}`,
      `      got       ${indented(got)}`,
    ]),
    ...(call.printed ?? []).map((line) => `    | ${line}`),
  ]
}

/** On one line. */
export function differenceWords({ at, expected, got }: ScenarioDifference): string {
  return `${at}: expected ${expected}, got ${got}`
}

export function summaryLine(outcomes: readonly ScenarioOutcome[], durationMs: number): string {
  const passed = outcomes.filter((outcome) => outcome.passed).length
  const failed = outcomes.length - passed
  return `${passed} passed, ${failed} failed (${(durationMs / 1000).toFixed(1)} s)`
}

/** Functions of the contract that no scenario called. */
export function uncalledLine(uncalled: readonly string[]): string | undefined {
  return uncalled.length === 0 ? undefined : `Never called: ${uncalled.join(', ')}`
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n                ')
}
