import type { DifferenceCause } from '../contract/result-difference.ts'

/** One result, and the organisation whose peer came to it; undefined: it has nothing there. */
export interface Side {
  mspId: string
  text: string | undefined
}

/** Milliseconds since the epoch around which a number counts as a time. */
const NEAR_MS = 366 * 24 * 3_600_000

/**
 * Why two texts probably differ. Each guess takes away what its cause would have put in, and holds if nothing else
 * differs. Pure. `at`: when the call was made, milliseconds since the epoch.
 */
export function likelyCause(a: Side, b: Side, at: number): DifferenceCause {
  if (a.text === undefined || b.text === undefined) return 'unknown'
  const [x, y] = [a.text, b.text]
  if (x.replaceAll(a.mspId, '') === y.replaceAll(b.mspId, '')) return 'organisation'
  if (withoutTimes(x, at) === withoutTimes(y, at)) return 'time'
  if (sorted(x) === sorted(y)) return 'order'
  if (withoutSeparators(x) === withoutSeparators(y)) return 'locale'
  if (withoutRandom(x) === withoutRandom(y)) return 'memory'
  return 'unknown'
}

const DATES = [
  // ISO 8601, and as Go prints a time.
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?( ?(Z|UTC|[+-]\d\d:?\d\d))*( m=[+-][\d.]+)?/g,
  // As JavaScript and Java print one: `Mon Nov 30 2026 13:20:22 GMT+0000`, `11/30/2026, 1:20:22 PM`.
  /\d{1,2}:\d\d:\d\d([.,]\d+)?( ?[AP]M)?/g,
]

function withoutTimes(text: string, at: number): string {
  const numbers = text.replace(/\d{10,19}(\.\d+)?/g, (digits) => (isNear(digits, at) ? '#' : digits))
  return DATES.reduce((rest, date) => rest.replace(date, '#'), numbers)
}

/** Whether a number is a time near that one: in seconds, or in a thousandth, a millionth or a billionth of them. */
function isNear(digits: string, at: number): boolean {
  const value = Number(digits)
  return [1000, 1, 1e-3, 1e-6].some((unit) => Math.abs(value * unit - at) < NEAR_MS)
}

function sorted(text: string): string {
  return text
    .split(/[^\p{L}\p{N}._-]+/u)
    .sort()
    .join(' ')
    .trim()
}

function withoutSeparators(text: string): string {
  return text.replace(/[\p{P}\p{Z}\s]/gu, '')
}

function withoutRandom(text: string): string {
  return text
    .replace(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi, '#')
    .replace(/[A-Za-z\d+/_-]{16,}={0,2}|[\da-f]{6,}/gi, '#')
    .replace(/-?\d+(\.\d+)?(e[+-]?\d+)?/gi, '#')
}
