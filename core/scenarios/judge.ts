import type { ScenarioDifference } from '../contract/scenario-outcome.ts'
import { ERROR_THRESHOLD } from '../endorser/endorser.ts'
import { partsOf, readsOf, writesOf, type Answer, type AnsweredResult } from './answer.ts'
import { differences } from './compare.ts'
import { exactToText, type Exact } from './exact.ts'
import type { Expectation } from './scenario.ts'

/** How an answer differs from what is expected; what isn't mentioned isn't compared, but that the call succeeds. */
export function judge(expect: Expectation, answer: Answer, chaincode: string): ScenarioDifference[] {
  if ('error' in answer) {
    const { code, what, why } = answer.error
    return expect.error === undefined
      ? [{ at: 'error', expected: 'absent', got: `${code}: ${what} ${why}` }]
      : errorDifferences(expect.error, `${code}: ${what} ${why}`)
  }
  const { result } = answer
  return [
    ...outcomeDifferences(expect, result),
    ...(expect.payload === undefined ? [] : differences(expect.payload, partsOf(result).get('payload'), 'payload')),
    ...(expect.event === undefined ? [] : eventDifferences(expect.event, partsOf(result).get('event'))),
    ...(expect.writes === undefined ? [] : writeDifferences(expect.writes, writesOf(chaincode, result))),
    ...readDifferences(expect.reads ?? [], readsOf(chaincode, result)),
    ...(expect.endorsers === undefined ? [] : endorserDifferences(expect.endorsers, result.endorsers ?? [])),
  ]
}

function outcomeDifferences(
  { status, error, validationCode }: Expectation,
  result: AnsweredResult,
): ScenarioDifference[] {
  const isError = result.status >= ERROR_THRESHOLD
  const got = `${result.status} ${result.message}`.trim()
  if (status !== undefined && status !== result.status) return [{ at: 'status', expected: String(status), got }]
  if (error !== undefined) {
    return isError ? errorDifferences(error, result.message) : [{ at: 'error', expected: exactToText(error), got }]
  }
  if (isError && status === undefined) return [{ at: 'error', expected: 'absent', got: result.message }]
  if (result.kind === 'evaluate' || isError) return []
  const wanted = validationCode ?? 'VALID'
  const judged = result.validationCode ?? 'VALID'
  if (judged === wanted) return []
  const reason = (result.conflict ?? result.endorsementFailure)?.words
  return [{ at: 'validationCode', expected: wanted, got: reason === undefined ? judged : `${judged}: ${reason}` }]
}

/** A text is contained in the message. */
function errorDifferences(expected: Exact, message: string): ScenarioDifference[] {
  if (typeof expected !== 'string' || expected === 'absent') return differences(expected, message, 'error')
  return message.includes(expected) ? [] : [{ at: 'error', expected, got: message }]
}

/** A text is the event's name. */
function eventDifferences(expected: Exact, event: Exact | undefined): ScenarioDifference[] {
  const isName = typeof expected === 'string' && expected !== 'absent'
  return differences(isName ? new Map([['name', expected]]) : expected, event, 'event')
}

function writeDifferences(
  expected: Map<string, Exact> | 'absent',
  writes: Map<string, Exact | undefined>,
): ScenarioDifference[] {
  if (expected !== 'absent') {
    return [...expected].flatMap(([key, value]) => differences(value, writes.get(key), `writes.${key}`))
  }
  return writes.size === 0 ? [] : [{ at: 'writes', expected, got: [...writes.keys()].join(', ') }]
}

function readDifferences(expected: readonly string[], reads: ReadonlySet<string>): ScenarioDifference[] {
  return expected
    .filter((key) => !reads.has(key))
    .map((key) => ({ at: 'reads', expected: key, got: reads.size === 0 ? 'absent' : [...reads].join(', ') }))
}

function endorserDifferences(expected: readonly string[], endorsers: readonly string[]): ScenarioDifference[] {
  const [wanted, got] = [expected, endorsers].map((names) => [...names].sort().join(', '))
  return wanted === got ? [] : [{ at: 'endorsers', expected: wanted ?? '', got: got === '' ? 'absent' : (got ?? '') }]
}

/** Which of the expected texts no line holds. */
export function unprinted(expected: readonly Exact[], lines: readonly string[]): ScenarioDifference[] {
  const isIn = (text: Exact) =>
    typeof text === 'string'
      ? lines.some((line) => line.includes(text))
      : lines.some((line) => differences(text, line, '').length === 0)
  return expected
    .filter((text) => !isIn(text))
    .map((text) => ({
      at: 'printed',
      expected: exactToText(text),
      got: lines.length === 0 ? 'absent' : lines.join('\n'),
    }))
}
