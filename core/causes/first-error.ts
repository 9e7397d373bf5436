import type { CauseKind, CausePlace } from '../contract/cause.ts'
import { withoutUndefined } from '../contract/without-undefined.ts'
import { SURE, type Found, type Sources } from './found.ts'

/** How many further errors go with the first. */
const ALSO = 20

/** An error that a compiler reports. */
export interface CompilerError {
  /** As printed; absent if it is about no file. */
  file?: string | undefined
  line?: number | undefined
  column?: number | undefined
  severity: 'error' | 'warning'
  code?: string | undefined
  message: string
  kind: CauseKind
  fix?: string | undefined
}

/** The first error in the author's files, with the further ones; the first in any file if none is in the author's. */
export function firstError(
  lines: readonly string[],
  sources: Sources,
  read: (text: string, at: number) => CompilerError | undefined,
): Found | undefined {
  const own: Found[] = []
  let others: Found | undefined
  for (const [at, text] of lines.entries()) {
    const error = read(text, at)
    if (error?.severity !== 'error') continue
    const { file, line, column, code, message, kind, fix } = error
    const place: CausePlace | undefined = file === undefined ? {} : sources.own(file, line, column)
    const found = { message, ...(place ?? { file, line, column }), code, kind, fix, sure: SURE.certain, at }
    if (place === undefined) others ??= found
    else if (!own.some((known) => isSame(known, found))) own.push(found)
    if (own.length > ALSO) break
  }
  const [first, ...more] = own
  if (first === undefined || more.length === 0) return first ?? others
  return {
    ...first,
    also: more.map(({ message, file, line, column, code, kind, fix }) =>
      withoutUndefined({ message, file, line, column, code, kind, fix }),
    ),
  }
}

/** Maven repeats them in its summary. */
function isSame(a: Found, b: Found): boolean {
  return a.message === b.message && a.file === b.file && a.line === b.line && a.column === b.column
}
