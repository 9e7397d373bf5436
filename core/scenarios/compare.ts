import type { ScenarioDifference } from '../contract/scenario-outcome.ts'
import { exactFromJson, exactToJson, exactToText, isNumber, isSameNumber, type Exact } from './exact.ts'

/**
 * What differs between a value and what is expected of it; undefined stands for a value that is absent. An object may
 * have more keys than expected, unless a rule says `exactly`. A text that is JSON is compared as JSON.
 */
export function differences(expected: Exact, got: Exact | undefined, at: string): ScenarioDifference[] {
  if (expected === 'absent') return got === undefined ? [] : [{ at, expected, got: shown(got) }]
  const rule = ruleOf(expected)
  if (rule?.name === 'matches') return matches(rule.value, got, at)
  const wanted = rule === undefined ? expected : rule.value
  return got === undefined
    ? [{ at, expected: shown(wanted), got: 'absent' }]
    : compare(wanted, got, { at, exactly: rule !== undefined })
}

interface Comparison {
  at: string
  exactly: boolean
}

function compare(expected: Exact, got: Exact, { at, exactly }: Comparison): ScenarioDifference[] {
  const read = readAs(expected, got)
  if (expected instanceof Map && read instanceof Map) return compareKeys(expected, read, { at, exactly })
  if (Array.isArray(expected) && Array.isArray(read)) {
    if (expected.length !== read.length) {
      return [{ at, expected: `${shown(expected)} (${expected.length})`, got: `${shown(read)} (${read.length})` }]
    }
    return expected.flatMap((item, i) => part(item, read[i], { at: `${at}[${i}]`, exactly }))
  }
  return isEqual(expected, read) ? [] : [{ at, expected: shown(expected), got: shown(read) }]
}

function compareKeys(
  expected: Map<string, Exact>,
  got: Map<string, Exact>,
  { at, exactly }: Comparison,
): ScenarioDifference[] {
  const missing = [...expected].flatMap(([key, value]) => part(value, got.get(key), { at: under(at, key), exactly }))
  if (!exactly) return missing
  const more = [...got].filter(([key]) => !expected.has(key))
  return [...missing, ...more.map(([key, value]) => ({ at: under(at, key), expected: 'absent', got: shown(value) }))]
}

function part(expected: Exact, got: Exact | undefined, comparison: Comparison): ScenarioDifference[] {
  if (!comparison.exactly) return differences(expected, got, comparison.at)
  if (got === undefined) return [{ at: comparison.at, expected: shown(expected), got: 'absent' }]
  return compare(expected, got, comparison)
}

/** A text as what it should be compared with: JSON, unless that is the text itself. */
function readAs(expected: Exact, got: Exact): Exact {
  if (typeof got !== 'string' || got === expected) return got
  const json = exactFromJson(got)
  return json === undefined || (typeof expected === 'string' && typeof json !== 'string') ? got : json
}

function isEqual(a: Exact, b: Exact): boolean {
  return a === b || (isNumber(a) && isNumber(b) && isSameNumber(a, b))
}

function matches(pattern: Exact, got: Exact | undefined, at: string): ScenarioDifference[] {
  const expected = `matches ${exactToText(pattern)}`
  if (got === undefined) return [{ at, expected, got: 'absent' }]
  try {
    return new RegExp(exactToText(pattern), 'u').test(exactToText(got)) ? [] : [{ at, expected, got: shown(got) }]
  } catch (error) {
    return [
      { at, expected: `${expected}, which is no regular expression: ${(error as Error).message}`, got: shown(got) },
    ]
  }
}

/** `{ exactly: … }` and `{ matches: … }` say how to compare. */
function ruleOf(expected: Exact): { name: 'exactly' | 'matches'; value: Exact } | undefined {
  if (!(expected instanceof Map) || expected.size !== 1) return undefined
  for (const name of ['exactly', 'matches'] as const) {
    const value = expected.get(name)
    if (value !== undefined) return { name, value }
  }
  return undefined
}

const LONGEST = 2_000

function shown(value: Exact): string {
  const text = exactToJson(value)
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${text.length} characters)`
}

function under(at: string, key: string): string {
  return /^[\w$-]+$/.test(key) ? `${at}.${key}` : `${at}[${JSON.stringify(key)}]`
}
