import type { Cause, CausePlace } from '../contract/cause.ts'

/** How sure a reader is. */
export const SURE = {
  /** What the runtime or tool prints when this, and nothing else, ended it. */
  certain: 3,
  /** Looks like it, but it may also have been logged and survived. */
  likely: 2,
  /** A summary: somebody else's output may say more. */
  summary: 1,
  /** The last words. */
  guess: 0,
} as const

/** A cause, and where in the output it stands. */
export interface Found extends Cause {
  /** One of SURE. */
  sure: number
  /** Index of its line. */
  at: number
  /** Index of the first line that belongs to it, if it isn't `at`: the source line that Node prints above an error. */
  from?: number | undefined
}

/** Which files are the author's. */
export interface Sources {
  /**
   * Where in the author's files a place is that a tool or a stack trace names: under the author's name, and for compiled
   * code in what it was compiled from. Undefined if it isn't the author's.
   */
  own(file: string, line?: number, column?: number): CausePlace | undefined
}

/**
 * Finds the cause in what one kind of tool or runtime printed; undefined if this isn't its output. `lines` have neither
 * escapes nor line ends. Pure.
 */
export type Reader = (lines: readonly string[], sources: Sources) => Found | undefined

/** Index of the last line that matches, from `before` backwards; -1 if none does. */
export function lastIndex(lines: readonly string[], pattern: RegExp, before = lines.length - 1): number {
  for (let at = before; at >= 0; at--) if (pattern.test(lines[at] ?? '')) return at
  return -1
}

/** Index of the first line that matches, from `from` on and before `to`; -1 if none does. */
export function firstIndex(lines: readonly string[], pattern: RegExp, from = 0, to = lines.length): number {
  for (let at = from; at < to; at++) if (pattern.test(lines[at] ?? '')) return at
  return -1
}
