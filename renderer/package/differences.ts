import type { Difference } from '../../core/contract/difference.ts'
import { plural } from '../parts/format.ts'

/** Fatal differences first, otherwise in the given order. */
export function fatalFirst(differences: Difference[]): Difference[] {
  return [...differences].sort((a, b) => Number(b.fatal) - Number(a.fatal))
}

/** How many of each kind: `1 would fail`, `2 differences`. */
export function differenceCounts(differences: Difference[]): { fatal: string; other: string } {
  const fatal = differences.filter((difference) => difference.fatal).length
  const other = differences.length - fatal
  return {
    fatal: fatal === 0 ? '' : `${fatal} would fail`,
    other: other === 0 ? '' : plural(other, 'difference'),
  }
}
