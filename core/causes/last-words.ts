import { SURE, type Reader } from './found.ts'

/** Lines that say nothing of a cause: traces, progress, and what tools print around the output of others. */
const NOISE =
  /^\s*$|^\s+at \S|^\s+\.\.\. |^[\s{}[\](),^~-]*$|^Node\.js v\d|^exit status \d+$|^> |^npm (?:warn|notice|error|ERR!|WARN)|^goroutine \d+|^\s+\S+\.go:\d+|^Waiting for the debugger|^Debugger (?:listening|ending|attached)|^For help, see: https:\/\/nodejs|^\(node:\d+\)|^\(Use `node |^Listening for transport|^API server listening at|^go: downloading|^\[INFO\]|^BUILD FAILED|^Downloading |^\+ /
/** Go's log package and others begin a line with the time. */
const TIME = /^\d{4}[/-]\d\d[/-]\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\s+/
/** A line that calls itself an error. */
const ERROR = /\b(?:error|failed|fatal|cannot|refused|denied|exception|panic)\b/i

/** No reader knows it: the last line that calls itself an error, else the last. */
export const readLastWords: Reader = (lines) => {
  // An error long ago was survived.
  const recent = lines.length - 10
  let at = lines.findLastIndex((line, index) => index >= recent && ERROR.test(line) && !NOISE.test(line))
  if (at < 0) at = lines.findLastIndex((line) => !NOISE.test(line))
  if (at < 0) at = lines.findLastIndex((line) => line.trim() !== '')
  if (at < 0) return undefined
  return { message: (lines[at] ?? '').trim().replace(TIME, ''), kind: 'unknown', sure: SURE.guess, at }
}
