import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { PeerError } from '../contract/error.ts'
import type { Diagnostic } from '../contract/diagnostic.ts'

const MOST = 100

/** Reads a compiler's output line by line and keeps the first 100 places in source files that it names. */
export function newDiagnosticReader(folder: string): { read(line: string): void; found(): Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const seen = new Set<string>()
  let before: string[] = []
  const add = (diagnostic: Diagnostic) => {
    const key = `${diagnostic.file}:${diagnostic.line}:${diagnostic.column ?? 0}`
    if (diagnostics.length < MOST && !seen.has(key)) diagnostics.push(diagnostic)
    seen.add(key)
  }
  /** A Node syntax error: the place is in its first line, the message four lines below. */
  let waiting: { place: Diagnostic; lines: number } | undefined

  return {
    read(raw) {
      const line = stripVTControlCharacters(raw)
      if (waiting !== undefined) {
        const error = /^(\w*Error): .*/.exec(line)
        if (error !== null) {
          add({ ...waiting.place, code: error[1] ?? '', message: line })
          waiting = undefined
        } else if (++waiting.lines > 8) waiting = undefined
      }
      const diagnostic = readCompilerLine(line, folder)
      if (diagnostic !== undefined) add(diagnostic)
      else {
        const head = /^(?:file:\/\/)?((?:\/|[A-Za-z]:[\\/]).+\.(?:[cm]?[jt]s)):(\d+)$/.exec(line)
        if (head !== null) {
          const [, file = '', at = ''] = head
          waiting = {
            place: { file: relative(file, folder), line: Number(at), severity: 'error', message: '' },
            lines: 0,
          }
        } else {
          const place = readStackFrame(line, folder)
          const thrown = before.findLast((text) => /^(?:Uncaught )?\w*(?:Error|Exception)\b.*?:|^panic: /.test(text))
          if (place !== undefined && thrown !== undefined) {
            add({ ...place, severity: 'error', message: thrown })
            // The frames below lead to the same error.
            before = []
          }
        }
      }
      before = [...before.slice(-7), line]
    },
    found: () => [...diagnostics],
  }
}

/** All places in these lines. */
export function readDiagnostics(lines: readonly string[], folder: string): Diagnostic[] {
  const reader = newDiagnosticReader(folder)
  for (const line of lines) reader.read(line)
  return reader.found()
}

/** The places that a failed build or a crash at start names. */
export function diagnosticsOf(error: PeerError, folder: string): Diagnostic[] {
  const details = error.details as { diagnostics?: Diagnostic[]; lastLines?: string[] }
  return details.diagnostics ?? readDiagnostics(details.lastLines ?? [], folder)
}

/** The places that one line of output names, for a door to turn into links. */
export function readPlaces(text: string, folder: string): Pick<Diagnostic, 'file' | 'line' | 'column'>[] {
  // Most lines name none: the cheap test comes first.
  if (!/\d/.test(text) || !/\.(?:go|[cm]?[jt]sx?|java|kts?)\b/.test(text)) return []
  const line = stripVTControlCharacters(text)
  const place = readCompilerLine(line, folder) ?? readStackFrame(line, folder)
  if (place === undefined) return []
  return [{ file: place.file, line: place.line, column: place.column }]
}

const SOURCE = String.raw`(?:[A-Za-z]:)?[^\s:()'"]+\.(?:go|[cm]?[jt]sx?|java|kts?)`
const COMPILERS: RegExp[] = [
  // tsc, plain: src/a.ts(3,7): error TS2322: Type …
  new RegExp(
    String.raw`^(?<file>${SOURCE})\((?<line>\d+),(?<column>\d+)\): (?<severity>error|warning) (?<code>TS\d+): (?<message>.*)`,
  ),
  // tsc, pretty: src/a.ts:3:7 - error TS2322: Type …
  new RegExp(
    String.raw`^(?<file>${SOURCE}):(?<line>\d+):(?<column>\d+) - (?<severity>error|warning) (?<code>TS\d+): (?<message>.*)`,
  ),
  // maven: [ERROR] /x/A.java:[3,7] cannot find symbol
  new RegExp(
    String.raw`^\[(?<severity>ERROR|WARNING)\] (?<file>${SOURCE}):\[(?<line>\d+)(?:,(?<column>\d+))?\] (?<message>.*)`,
  ),
  // javac, also below gradle: A.java:3: error: cannot find symbol
  new RegExp(String.raw`^\s*(?<file>${SOURCE}):(?<line>\d+): (?<severity>error|warning): (?<message>.*)`),
  // kotlin build script: e: file:///x/build.gradle.kts:3:7: …
  new RegExp(
    String.raw`^(?<severity>[ew]): (?:file://)?(?<file>${SOURCE}):(?<line>\d+):(?<column>\d+):? (?<message>.*)`,
  ),
  // go build and go vet: ./a.go:3:7: undefined: x   |   vet: ./a.go:3:7: …
  new RegExp(String.raw`^(?:vet: )?(?<file>[^\s:()'"]+\.go):(?<line>\d+)(?::(?<column>\d+))?: (?<message>.*)`),
]

function readCompilerLine(line: string, folder: string): Diagnostic | undefined {
  for (const compiler of COMPILERS) {
    const groups = compiler.exec(line)?.groups
    if (groups === undefined) continue
    const { file = '', line: at, column, severity = 'error', code, message = '' } = groups
    return {
      file: relative(file, folder),
      line: Number(at),
      column: numberOf(column),
      severity: severity.toLowerCase().startsWith('w') ? 'warning' : 'error',
      code,
      message: message.trim(),
    }
  }
  return undefined
}

const FRAMES: RegExp[] = [
  // V8: at Contract.Get (/x/index.js:3:7), at file:///x/index.js:3:7
  new RegExp(String.raw`^\s+at (?:.*\()?(?:file://)?(?<file>${SOURCE}):(?<line>\d+):(?<column>\d+)\)?$`),
  // Go: \t/x/main.go:3 +0x1d
  new RegExp(String.raw`^\s+(?<file>/?${SOURCE}):(?<line>\d+)(?: \+0x[0-9a-f]+)?$`),
]

/** A frame of a stack trace in the author's own sources. */
function readStackFrame(line: string, folder: string): Diagnostic | undefined {
  for (const frame of FRAMES) {
    const groups = frame.exec(line)?.groups
    if (groups === undefined) continue
    const file = relative(groups['file'] ?? '', folder)
    if (path.isAbsolute(file) || file.includes('node_modules') || file.startsWith('vendor/')) return undefined
    const { line: at, column } = groups
    return { file, line: Number(at), column: numberOf(column), severity: 'error', message: '' }
  }
  return undefined
}

function numberOf(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits)
}

/** Relative to the folder if it's inside, with forward slashes. */
function relative(file: string, folder: string): string {
  const inside = path.isAbsolute(file) ? path.relative(folder, file) : path.normalize(file)
  return path.isAbsolute(file) && inside.startsWith('..') ? file : inside.replaceAll('\\', '/')
}
