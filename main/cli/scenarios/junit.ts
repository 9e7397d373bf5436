import { relative } from 'node:path'
import type { CallOutcome, ScenarioOutcome } from '../../../core/contract/scenario-outcome.ts'
import { differenceWords } from './words.ts'

/** The outcomes as JUnit's XML, which CI systems read: a suite for each scenario, a case for each call. */
export function junitReport(outcomes: readonly ScenarioOutcome[], folder: string): string {
  const suites = outcomes.map((outcome) => {
    const file = relative(folder, outcome.file)
    const cases = outcome.calls.map((call) => `    ${testCase(call, outcome, file)}\n`).join('')
    const { failed, skipped } = counts(outcome)
    const attributes = attributesOf({
      name: outcome.title,
      file,
      tests: outcome.calls.length,
      failures: failed,
      skipped,
      time: seconds(outcome.durationMs),
    })
    return `  <testsuite ${attributes}>\n${cases}  </testsuite>\n`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`
}

function testCase(call: CallOutcome, { name }: ScenarioOutcome, file: string): string {
  const attributes = attributesOf({
    classname: name,
    name: `${call.line}: ${call.kind} ${call.function}`,
    file,
    line: call.line,
    time: seconds(call.durationMs),
  })
  const untold = (call.notCompared ?? []).map((part) => `Not compared, since the network doesn’t tell: ${part}`)
  if (call.state === 'passed' && untold.length === 0) return `<testcase ${attributes}/>`
  if (call.state === 'passed')
    return `<testcase ${attributes}><system-out>${escaped(untold.join('\n'))}</system-out></testcase>`
  if (call.state === 'skipped') return `<testcase ${attributes}><skipped/></testcase>`
  const words = call.differences.map(differenceWords)
  const message = attributesOf({ message: words[0] ?? '' })
  const lines = [...untold, ...(call.printed ?? [])]
  const output = lines.length === 0 ? '' : `<system-out>${escaped(lines.join('\n'))}</system-out>`
  return `<testcase ${attributes}><failure ${message}>${escaped(words.join('\n'))}</failure>${output}</testcase>`
}

function counts({ calls }: ScenarioOutcome): { failed: number; skipped: number } {
  const of = (state: CallOutcome['state']) => calls.filter((call) => call.state === state).length
  return { failed: of('failed'), skipped: of('skipped') }
}

function attributesOf(attributes: Record<string, string | number>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}="${escaped(String(value)).replaceAll('"', '&quot;')}"`)
    .join(' ')
}

/** XML has no way to write most control characters, nor half a surrogate pair. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
