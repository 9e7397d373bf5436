import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Sources } from './found.ts'
import { ownFiles } from './own-files.ts'
import { newSourceMaps } from './source-maps.ts'

/** Where JVM projects keep the sources of a package; a stack trace names only the package. */
const JVM_ROOTS = ['src/main/java', 'src/main/kotlin', 'app/src/main/java', 'lib/src/main/java', 'src']
const MODULE = /^module[ \t]+"?([^\s"]+)/m

/**
 * The author's files in a folder of this machine, looked at: Java by package, Go by the module's name where it was built
 * with -trimpath, compiled TypeScript by its source map.
 */
export function sourceFiles(folder: string): Sources {
  const byName = ownFiles(folder)
  const original = newSourceMaps()
  return {
    own(file, line, column) {
      const place = byName.own(file, line, column)
      if (place?.file === undefined) return undefined
      if (/\.(?:java|kt)$/.test(place.file)) return { ...place, file: javaFile(folder, place.file) }
      if (place.file.endsWith('.go')) return { ...place, file: goFile(folder, place.file) }
      if (line === undefined || !/\.[cm]?js$/.test(place.file)) return place
      const source = original(path.resolve(folder, place.file), line, column)
      return source === undefined ? place : { ...source, file: byName.own(source.file)?.file ?? source.file }
    },
  }
}

function javaFile(folder: string, file: string): string {
  if (path.isAbsolute(file) || existsSync(path.join(folder, file))) return file
  const root = JVM_ROOTS.find((candidate) => existsSync(path.join(folder, candidate, file)))
  return root === undefined ? file : `${root}/${file}`
}

function goFile(folder: string, file: string): string {
  if (path.isAbsolute(file) || existsSync(path.join(folder, file))) return file
  const inside = withoutModule(folder, file)
  return inside !== undefined && existsSync(path.join(folder, inside)) ? inside : file
}

/** `example.com/assets/ledger/put.go` → `ledger/put.go` */
function withoutModule(folder: string, file: string): string | undefined {
  try {
    const name = MODULE.exec(readFileSync(path.join(folder, 'go.mod'), 'utf8'))?.[1]
    return name !== undefined && file.startsWith(`${name}/`) ? file.slice(name.length + 1) : undefined
  } catch {
    // Without a module nothing but the folder says where it is.
    return undefined
  }
}
