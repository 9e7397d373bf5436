import type { CauseKind, CausePlace } from '../contract/cause.ts'
import { firstIndex, lastIndex, SURE, type Found, type Reader, type Sources } from './found.ts'

const UNCAUGHT = /^Exception in thread "[^"]*" (.*)$/
/** An exception as a logger or printStackTrace prints it. */
const THROWN = /^(?:Caused by: )?((?:[\w$]+\.)+[\w$]*(?:Exception|Error|Throwable)\b(?:: .*)?)$/
const CAUSED_BY = /^\s*Caused by: (.*)$/
const FRAME = /^\s+at (?:[\w.-]*\/{1,2})*(?<where>[\w.$<>]+)\((?<file>[^:()]+):(?<line>\d+)\)$/
const OF_TRACE = /^\s+at \S|^\s*Caused by: |^\s+\.\.\. \d+ (?:more|common frames)|^\s*Suppressed: /
/** Packages that no chaincode's author writes in; Fabric's samples are in org.hyperledger.fabric.samples. */
const LIBRARY =
  /^(?:java|javax|jdk|sun|com\.sun|kotlin|kotlinx|io\.grpc|io\.netty|com\.google|org\.gradle|org\.apache|org\.junit|org\.slf4j|ch\.qos|org\.hyperledger\.fabric\.(?!samples\b))\b/

/** An exception, or a launcher's refusal, that ended a JVM. */
export const readJvm: Reader = (lines, sources) =>
  readLauncher(lines) ?? readCrash(lines) ?? readUncaught(lines, sources) ?? readLogged(lines, sources)

/** What `java` says instead of running anything, or as its last word. */
function readLauncher(lines: readonly string[]): Found | undefined {
  const find = (pattern: RegExp, kind: CauseKind, nextLine = false): Found | undefined => {
    const at = lastIndex(lines, pattern)
    const line = at + (nextLine ? 1 : 0)
    if (at < 0 || (lines[line] ?? '').trim() === '') return undefined
    const message = (lines[line] ?? '').trim().replace(/^Error: (?!JNI)/, '')
    return { message, kind, sure: SURE.certain, at: line }
  }
  return (
    find(/^Terminating due to java\.lang\.OutOfMemoryError/, 'memory') ??
    find(/^Error: LinkageError occurred while loading main class/, 'version', true) ??
    find(/^Error: Could not find or load main class /, 'missing-module') ??
    find(/^Error: Main method not found in class /, 'config') ??
    find(/^Error: Unable to (?:access jarfile|initialize main class) /, 'missing-file') ??
    find(/^Error: Invalid or corrupt jarfile |^no main manifest attribute, in /, 'config') ??
    find(
      /^Unrecognized (?:VM )?option|^Invalid (?:maximum|initial|minimum) heap size|^Improperly specified VM option/,
      'config',
    ) ??
    find(/^Error occurred during initialization of VM/, 'config', true)
  )
}

/** The JVM itself crashed: native code did. */
function readCrash(lines: readonly string[]): Found | undefined {
  const start = lastIndex(lines, /^# A fatal error has been detected by the Java Runtime/)
  if (start < 0) return undefined
  const at = firstIndex(lines, /^#\s+(?:SIG|EXCEPTION_|Internal Error|Out of Memory)/i, start)
  const line = at < 0 ? start : at
  return { message: (lines[line] ?? '').replace(/^#\s*/, ''), kind: 'crash', sure: SURE.certain, at: line }
}

function readUncaught(lines: readonly string[], sources: Sources): Found | undefined {
  const start = lastIndex(lines, UNCAUGHT)
  if (start < 0) return undefined
  return { ...deepest(lines, start, UNCAUGHT.exec(lines[start] ?? '')?.[1] ?? '', sources), sure: SURE.certain }
}

/** The last one that was printed with its stack. */
function readLogged(lines: readonly string[], sources: Sources): Found | undefined {
  for (let at = lines.length - 1; at >= 0; at--) {
    const thrown = THROWN.exec(lines[at] ?? '')
    if (thrown === null || (lines[at] ?? '').startsWith('Caused by')) continue
    if (!OF_TRACE.test(lines[at + 1] ?? '')) continue
    return { ...deepest(lines, at, thrown[1] ?? '', sources), sure: SURE.likely }
  }
  return undefined
}

/** The deepest `Caused by` of a trace, and the author's frame nearest to it. */
function deepest(lines: readonly string[], start: number, first: string, sources: Sources): Omit<Found, 'sure'> {
  // The message may have more lines; the trace begins below them.
  let end = firstIndex(lines, OF_TRACE, start + 1, start + 20)
  if (end < 0) end = start + 1
  while (end < lines.length && OF_TRACE.test(lines[end] ?? '')) end++
  const heads = [start]
  for (let at = start + 1; at < end; at++) if (CAUSED_BY.test(lines[at] ?? '')) heads.push(at)
  const at = heads.at(-1) ?? start
  const message = at === start ? first : (CAUSED_BY.exec(lines[at] ?? '')?.[1] ?? '')
  let framed: (CausePlace & { frame: string }) | undefined
  let until = end
  for (const head of heads.toReversed()) {
    framed ??= ownFrame(lines.slice(head + 1, until), sources)
    until = head
  }
  return { message: message.trim(), ...framed, kind: kindOf(message), at }
}

/** The place that a line of a Java stack trace names, by its package: `org/example/Ledger.java`. No library's. Pure. */
export function readJavaFrame(text: string): { file: string; line: number } | undefined {
  const { where = '', file: name = '', line } = FRAME.exec(text)?.groups ?? {}
  if (where === '' || LIBRARY.test(where)) return undefined
  // where: org.example.Ledger$Inner.put
  const folders = where.split('.').slice(0, -2).join('/')
  return { file: folders === '' ? name : `${folders}/${name}`, line: Number(line) }
}

function ownFrame(lines: readonly string[], sources: Sources): (CausePlace & { frame: string }) | undefined {
  for (const text of lines) {
    const place = readJavaFrame(text)
    const own = place && sources.own(place.file, place.line)
    if (own !== undefined) return { ...own, frame: text.trim() }
  }
  return undefined
}

/** First match wins. */
const KINDS: [RegExp, CauseKind][] = [
  [/UnsupportedClassVersionError|Unsupported class file major version/, 'version'],
  [/OutOfMemoryError/, 'memory'],
  [/UnsatisfiedLinkError/, 'native'],
  [/ClassNotFoundException|NoClassDefFoundError|NoSuchMethodError|NoSuchFieldError/, 'missing-module'],
  [/BindException/, 'port'],
  [
    /UnknownHostException|ConnectException|SocketTimeoutException|NoRouteToHost|StatusRuntimeException: UNAVAILABLE/,
    'connection',
  ],
  [/AccessDeniedException|AccessControlException/, 'permission'],
  [/No space left on device/, 'disk'],
  [/NoSuchFileException|FileNotFoundException/, 'missing-file'],
]

function kindOf(message: string): CauseKind {
  return KINDS.find(([pattern]) => pattern.test(message))?.[1] ?? 'thrown'
}
