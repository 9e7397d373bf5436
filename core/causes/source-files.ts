import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import path from 'node:path'
import type { CausePlace } from '../contract/cause.ts'
import type { Sources } from './found.ts'
import { ownFiles } from './own-files.ts'

/** Where JVM projects keep the sources of a package; a stack trace names only the package. */
const JVM_ROOTS = ['src/main/java', 'src/main/kotlin', 'app/src/main/java', 'lib/src/main/java', 'src']

/** The author's files in a folder of this machine, looked at: Java by package, compiled TypeScript by its source map. */
export function sourceFiles(folder: string): Sources {
  const byName = ownFiles(folder)
  return {
    own(file, line, column) {
      const place = byName.own(file, line, column)
      if (place?.file === undefined) return undefined
      if (/\.(?:java|kt)$/.test(place.file)) return { ...place, file: javaFile(folder, place.file) }
      return /\.[cm]?js$/.test(place.file) ? (original(folder, place) ?? place) : place
    },
  }
}

function javaFile(folder: string, file: string): string {
  if (path.isAbsolute(file) || existsSync(path.join(folder, file))) return file
  const root = JVM_ROOTS.find((candidate) => existsSync(path.join(folder, candidate, file)))
  return root === undefined ? file : `${root}/${file}`
}

/** What a line of compiled JavaScript was compiled from, if its map lies beside it. */
function original(folder: string, { file = '', line, column }: CausePlace): CausePlace | undefined {
  if (line === undefined) return undefined
  const compiled = path.resolve(folder, file)
  try {
    const map = new SourceMap(
      JSON.parse(readFileSync(`${compiled}.map`, 'utf8')) as ConstructorParameters<typeof SourceMap>[0],
    )
    // Without a column, that of the first code in the line.
    const columns = column === undefined ? [1, 5, 9] : [column]
    for (const at of columns) {
      const origin = map.findOrigin(line, at)
      if (!('fileName' in origin)) continue
      const source = path.resolve(path.dirname(compiled), origin.fileName)
      const { file: name = source } = ownFiles(folder).own(source) ?? {}
      return { file: name, line: origin.lineNumber, column: origin.columnNumber }
    }
  } catch {
    // It has no map, or one that can't be read: the compiled file is all there is.
  }
  return undefined
}
