import type { Difference } from '../../core/contract/state.ts'
import { plural } from '../parts/format.ts'

/** Those that cannot work first; else as they were found. */
export function fatalFirst(differences: Difference[]): Difference[] {
  return [...differences].sort((a, b) => Number(b.fatal) - Number(a.fatal))
}

/** `1 would fail`, `2 to know`: how many there are of each kind. */
export function differenceCounts(differences: Difference[]): { fatal: string; other: string } {
  const fatal = differences.filter((one) => one.fatal).length
  const other = differences.length - fatal
  return {
    fatal: fatal === 0 ? '' : `${fatal} would fail`,
    other: other === 0 ? '' : plural(other, 'difference'),
  }
}
