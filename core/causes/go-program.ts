import type { CauseKind, CausePlace } from '../contract/cause.ts'
import { readFrameLine } from './compiler-line.ts'
import { lastIndex, SURE, type Reader, type Sources } from './found.ts'

/** How a Go runtime begins its last words. */
const END = /^(?:panic: |fatal error: |SIG[A-Z]+: |runtime: out of memory)/
/** A panic while panicking: the last one ended it. */
const AGAIN = /^\s+panic: /

/** A panic, a fatal error or a signal that ended a Go program. */
export const readGoProgram: Reader = (lines, sources) => {
  const start = lastIndex(lines, END)
  if (start < 0) return undefined
  const dump = lines.slice(start + 1)
  const isDump = dump.some((line) => /^goroutine \d+|^exit status 2$|^\[signal /.test(line))
  let at = start
  while (AGAIN.test(lines[at + 1] ?? '')) at++
  const message = (lines[at] ?? '').trim().replace(/ \[recovered(?:, repanicked)?\]$/, '')
  const framed = firstOwnFrame(lines.slice(at + 1), sources)
  return { message, ...framed, kind: kindOf(message), sure: isDump ? SURE.certain : SURE.likely, at }
}

/** The author's first frame: in the goroutine that failed, which comes first, or in any. */
function firstOwnFrame(lines: readonly string[], sources: Sources): (CausePlace & { frame: string }) | undefined {
  for (const [index, line] of lines.entries()) {
    const place = readFrameLine(line)
    const own = place && sources.own(place.file, place.line)
    if (own === undefined) continue
    const call = (lines[index - 1] ?? '').trim()
    return { ...own, frame: `${call} ${line.trim().replace(/ \+0x.*$/, '')}` }
  }
  return undefined
}

function kindOf(message: string): CauseKind {
  if (/out of memory|cannot allocate memory/.test(message)) return 'memory'
  if (message.startsWith('SIG')) return 'crash'
  if (message.includes('address already in use')) return 'port'
  if (/connection refused|no such host|dial tcp|connection error/.test(message)) return 'connection'
  return 'thrown'
}
