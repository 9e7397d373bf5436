import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { readCompilerLine, readFrameLine } from '../causes/compiler-line.ts'
import type { Printed } from '../contract/cause.ts'
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
      const diagnostic = readLine(line, folder)
      if (diagnostic !== undefined) add(diagnostic)
      else {
        const head = /^(?:file:\/\/)?((?:\/|[A-Za-z]:[\\/]).+\.(?:[cm]?[jt]s)):(\d+)$/.exec(line)
        if (head !== null) {
          const [, file = '', at = ''] = head
          waiting = {
            place: { file: relativeTo(folder, file), line: Number(at), severity: 'error', message: '' },
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

/** The places that a failed build or a crash at start names; that of the cause first. */
export function diagnosticsOf(error: PeerError, folder: string): Diagnostic[] {
  const { diagnostics, output = [], cause } = error.details as Partial<Printed> & { diagnostics?: Diagnostic[] }
  const { file, line, column, code, message = '' } = cause ?? {}
  const others = diagnostics ?? (file === undefined ? readDiagnostics(output, folder) : [])
  if (file === undefined || line === undefined) return others
  const first: Diagnostic = { file, line, column, severity: 'error', code, message }
  return [first, ...others.filter((other) => other.file !== file || other.line !== line)]
}

function readLine(text: string, folder: string): Diagnostic | undefined {
  const read = readCompilerLine(text)
  return read === undefined ? undefined : { ...read, file: relativeTo(folder, read.file) }
}

/** A frame of a stack trace in the author's own sources. */
function readStackFrame(text: string, folder: string): Diagnostic | undefined {
  const read = readFrameLine(text)
  if (read === undefined) return undefined
  const file = relativeTo(folder, read.file)
  if (path.isAbsolute(file) || file.includes('node_modules') || file.startsWith('vendor/')) return undefined
  return { ...read, file, severity: 'error', message: '' }
}

/** Relative to the folder if it's inside, with forward slashes. */
export function relativeTo(folder: string, file: string): string {
  const inside = path.isAbsolute(file) ? path.relative(folder, file) : path.normalize(file)
  return path.isAbsolute(file) && inside.startsWith('..') ? file : inside.replaceAll('\\', '/')
}
