import type { CauseKind, CausePlace } from '../contract/cause.ts'
import { readFrameLine } from './compiler-line.ts'
import { lastIndex, SURE, type Found, type Reader, type Sources } from './found.ts'

/** What Node prints above an error that nobody caught: the place, the source line, a caret. */
const HEAD = /^(?:file:\/\/)?(?<file>(?:\/|[A-Za-z]:[\\/]|node:).*):(?<line>\d+)$/
const CARET = /^\s*\^+\s*$/
/** An error as `console.error` prints it. */
const ERROR = /^(?:Uncaught )?\[?(?:[A-Z]\w*)?(?:Error|Exception|Rejection)\b(?: \[\w+\])?(?::|$)/
const FRAME = /^\s+at \S/
/** The last of an error's `[cause]: …`, which Node prints below its stack, indented by depth. */
const CAUSE = /^\s+\[cause\]: (.*)$/
const FATAL = /^FATAL ERROR: |^# Fatal error in |^#\s*Fatal JavaScript /
/** What node itself says of its arguments, instead of running anything. */
const ARGUMENTS = /^(?:\S*\/)?node(?:\.exe)?: (?!internal).+/

/** An error that ended a Node process. */
export const readNode: Reader = (lines, sources) =>
  readFatal(lines) ?? readUncaught(lines, sources) ?? readArguments(lines) ?? readPrinted(lines, sources)

function readFatal(lines: readonly string[]): Found | undefined {
  const at = lastIndex(lines, FATAL)
  if (at < 0) return undefined
  const message = (lines[at] ?? '').trim()
  return { message, kind: /heap|memory/i.test(message) ? 'memory' : 'crash', sure: SURE.certain, at }
}

function readArguments(lines: readonly string[]): Found | undefined {
  const at = lastIndex(lines, ARGUMENTS)
  return at < 0 ? undefined : { message: (lines[at] ?? '').trim(), kind: 'config', sure: SURE.likely, at }
}

/** The last error that nobody caught: what is thrown may be anything, but what stands above it is unmistakable. */
function readUncaught(lines: readonly string[], sources: Sources): Found | undefined {
  for (let caret = lastIndex(lines, CARET); caret > 0; caret = lastIndex(lines, CARET, caret - 1)) {
    const head = lastIndex(lines.slice(0, caret), HEAD)
    // The source line may be long and wrapped by nobody; Node prints one, and two for its own.
    if (head < 0 || caret - head > 4) continue
    let at = caret + 1
    while (at < lines.length && lines[at]?.trim() === '') at++
    if (at >= lines.length) continue
    return { ...errorAt(lines, at, sources, placeOf(lines[head] ?? '', sources)), sure: SURE.certain, from: head }
  }
  return undefined
}

/** The last error that was printed with its stack. The shim's command catches what the contract throws at load. */
function readPrinted(lines: readonly string[], sources: Sources): Found | undefined {
  for (let at = lastIndex(lines, ERROR); at >= 0; at = lastIndex(lines, ERROR, at - 1)) {
    const end = endOfBlock(lines, at)
    if (lines.slice(at + 1, end).some((line) => FRAME.test(line))) {
      return { ...errorAt(lines, at, sources), sure: SURE.likely }
    }
  }
  return undefined
}

/** What was thrown, which begins at this line. `head`: the place that Node printed above it. */
function errorAt(lines: readonly string[], start: number, sources: Sources, head?: CausePlace): Omit<Found, 'sure'> {
  const end = endOfBlock(lines, start)
  const at = Math.max(start, lastIndex(lines.slice(0, end), CAUSE))
  const line = lines[at] ?? ''
  const message = (CAUSE.exec(line)?.[1] ?? line).trim().replace(/ \{$/, '')
  const block = lines.slice(at, end)
  const kind = kindOf(message, block)
  const framed = frameIn(block, sources) ?? frameIn(lines.slice(start, end), sources)
  // Where a file can't be read, its place stands above the error; the stack is the loader's.
  const isLoading = kind === 'syntax' || kind === 'module-system'
  const placed = isLoading ? sharper(head, framed) : framed
  return {
    message,
    ...(jsonFile(message, sources) ?? placed ?? framed ?? head ?? mentioned(block, sources)),
    frame: framed?.frame,
    kind,
    fix: fixOf(kind, message),
    at,
  }
}

/** The file that `require` couldn't parse. */
function jsonFile(message: string, sources: Sources): CausePlace | undefined {
  const file = /^SyntaxError: (.+\.json): /.exec(message)?.[1]
  return file === undefined ? undefined : sources.own(file)
}

/** The same place, with the column that a frame knows. */
function sharper(head: CausePlace | undefined, framed: CausePlace | undefined): CausePlace | undefined {
  return framed?.file === head?.file && framed?.line === head?.line ? framed : head
}

/** Index after the last line that belongs to an error: its stack, and the object printed with it. */
function endOfBlock(lines: readonly string[], start: number): number {
  let at = start + 1
  // The message of an error may have several lines; its frames follow.
  while (at < lines.length && at - start < 30 && !FRAME.test(lines[at] ?? '') && !/^Node\.js v\d/.test(lines[at] ?? ''))
    at++
  while (at < lines.length && /^\s|^\}|^Emitted /.test(lines[at] ?? '')) at++
  return at
}

function placeOf(line: string, sources: Sources): CausePlace | undefined {
  const { file = '', line: at } = HEAD.exec(line)?.groups ?? {}
  return sources.own(file, Number(at))
}

/** The first frame in the author's files. */
function frameIn(lines: readonly string[], sources: Sources): (CausePlace & { frame: string }) | undefined {
  for (const line of lines) {
    const place = readFrameLine(line)
    const own = place && sources.own(place.file, place.line, place.column)
    if (own !== undefined) return { ...own, frame: line.trim().replace(/,? \{$/, '') }
  }
  return undefined
}

/** The file that wanted a module: `imported from /x/a.mjs`, or the first under `Require stack:`. */
function mentioned(lines: readonly string[], sources: Sources): CausePlace | undefined {
  for (const line of lines) {
    const name = /(?:imported from |^- )(.+)$/.exec(line)?.[1]
    const own = name === undefined ? undefined : sources.own(name)
    if (own !== undefined) return own
  }
  return undefined
}

/** First match wins. */
const KINDS: [RegExp, CauseKind][] = [
  // fabric-shim before 2.0 has its gRPC from a package of native code that was never built for Node 14 and newer.
  [/^Error: Failed to load gRPC binary module/, 'version'],
  [/Cannot find (?:module|package) '(?:\.{0,2}\/|[A-Za-z]:\\|file:)/, 'missing-file'],
  [/Cannot find (?:module|package) '|ERR_MODULE_NOT_FOUND/, 'missing-module'],
  [
    /^SyntaxError: (?:The requested module|Cannot use import|Unexpected token 'export'|Named export)|is not defined in ES module scope|ERR_REQUIRE_ESM|require\(\) of ES Module|ERR_UNKNOWN_FILE_EXTENSION|Unknown file extension/,
    'module-system',
  ],
  [
    /ERR_DLOPEN_FAILED|NODE_MODULE_VERSION|invalid ELF header|wrong ELF class|incompatible architecture|not a valid Win32/,
    'native',
  ],
  [/GLIBC_|GLIBCXX_|cannot open shared object/, 'native'],
  // A JSON file that was required, or a text that was parsed.
  [/^SyntaxError: .+\.json: /, 'config'],
  [/^SyntaxError: .*\bJSON\b/, 'thrown'],
  [/SyntaxError: /, 'syntax'],
  [/EADDRINUSE/, 'port'],
  [/ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|ECONNRESET|EHOSTUNREACH|ENETUNREACH/, 'connection'],
  [/\b(?:EACCES|EPERM)\b/, 'permission'],
  [/\bENOSPC\b/, 'disk'],
  [/\bENOENT\b/, 'missing-file'],
  [/out of memory|ERR_WORKER_OUT_OF_MEMORY/, 'memory'],
]

function kindOf(message: string, block: readonly string[]): CauseKind {
  const code = block.find((line) => /^\s+code: '/.test(line)) ?? ''
  return KINDS.find(([pattern]) => pattern.test(message) || pattern.test(code))?.[1] ?? 'thrown'
}

function fixOf(kind: CauseKind, message: string): string | undefined {
  if (kind === 'native') return 'npm rebuild'
  if (message.includes('gRPC binary module')) return 'npm install fabric-shim@2.5'
  if (kind !== 'missing-module') return undefined
  const name = /Cannot find (?:module|package) '((?:@[^/']+\/)?[^/']+)/.exec(message)?.[1]
  return name === undefined ? undefined : `npm install ${name}`
}
