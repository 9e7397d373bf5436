import { existsSync } from 'node:fs'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { readCompilerLine, readFrameLine } from '../causes/compiler-line.ts'
import { readJavaFrame } from '../causes/jvm.ts'
import { sourceFiles } from '../causes/source-files.ts'
import type { LinePlace } from '../contract/log.ts'
import { withoutUndefined } from '../contract/without-undefined.ts'
import { inFolder } from './container-places.ts'
import { relativeTo } from './diagnostics.ts'

/** As it stands in a line. */
interface Named {
  file: string
  line: number
  column?: number | undefined
  text: string
  /** A stack trace of this machine names it, so it needn't be looked for. */
  sure?: boolean
}

/** Most lines name none: this is cheap. */
const MAY_NAME = /\.(?:go|[cm]?[jt]sx?|java|kts?)\b/
/** It begins where a word does: looked for in the middle of one, a line of 16 KiB without spaces would take a second. */
const PLACE =
  /(?<![^\s:()'"`<>|,;=[\]{}])(?<file>(?:[A-Za-z]:)?[^\s:()'"`<>|,;=[\]{}]+\.(?:go|[cm]?[jt]sx?|java|kts?)):(?<line>\d+)(?::(?<column>\d+))?/g
const MOST = 8

/**
 * Finds the places in the author's files that one line of output names, for a door to turn into links: what compilers
 * say, frames of stack traces, and any `file:line` of a file that exists. Compiled JavaScript is followed to what it was
 * compiled from. `inContainer`: the lines were printed in the chaincode's container.
 */
export function newPlaceReader(folder: string, { inContainer = false } = {}): (text: string) => LinePlace[] {
  const sources = sourceFiles(folder)

  function placed(named: Named): LinePlace | undefined {
    const file = inContainer ? inFolder(named.file, folder) : named.file
    const own = sources.own(file, named.line, named.column)
    if (own?.file === undefined || own.line === undefined) return undefined
    if (path.isAbsolute(own.file) || own.file.startsWith('../')) return undefined
    if ((inContainer || named.sure !== true) && !existsSync(path.join(folder, own.file))) return undefined
    const isAsNamed = own.line === named.line && path.basename(own.file) === path.basename(named.file)
    const printed = isAsNamed ? undefined : named.text
    return withoutUndefined({ file: own.file, line: own.line, column: own.column, printed })
  }

  return (text) => {
    if (!MAY_NAME.test(text) || !/\d/.test(text)) return []
    const line = stripVTControlCharacters(text)
    const said = readCompilerLine(line)
    if (said !== undefined) {
      return [withoutUndefined({ file: relativeTo(folder, said.file), line: said.line, column: said.column })]
    }
    return namedIn(line).flatMap((named) => placed(named) ?? [])
  }
}

function namedIn(line: string): Named[] {
  const frame = readFrameLine(line)
  if (frame !== undefined) {
    const { file, line: at, column } = frame
    return [{ ...frame, text: column === undefined ? `${file}:${at}` : `${file}:${at}:${column}`, sure: true }]
  }
  const java = readJavaFrame(line)
  if (java !== undefined) return [{ ...java, text: `${path.posix.basename(java.file)}:${java.line}` }]
  return [...line.matchAll(PLACE)].slice(0, MOST).map(({ 0: text, groups = {} }) => ({
    file: groups['file'] ?? '',
    line: Number(groups['line']),
    column: groups['column'] === undefined ? undefined : Number(groups['column']),
    text,
  }))
}
