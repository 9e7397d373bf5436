import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Sources } from './found.ts'
import { isInside, ownFiles } from './own-files.ts'
import { newSourceMaps } from './source-maps.ts'
import { readText, stampOf } from './text-file.ts'

/** Where JVM projects keep the sources of a package; a stack trace names only the package. */
const JVM_ROOTS = ['src/main/java', 'src/main/kotlin', 'app/src/main/java', 'lib/src/main/java', 'src']
const MODULE = /^module[ \t]+"?([^\s"]+)/m

/**
 * The author's files in a folder of this machine, looked at: Java by package, Go by the module's name where it was built
 * with -trimpath, compiled TypeScript by its source map. Only files in the folder are looked at: any name may be printed,
 * also one on a share that doesn't answer.
 */
export function sourceFiles(folder: string): Sources {
  const byName = ownFiles(folder)
  const original = newSourceMaps(folder)
  const module = newModuleName(folder)
  return {
    own(file, line, column) {
      const place = byName.own(file, line, column)
      if (place?.file === undefined) return undefined
      if (!isInside(folder, place.file)) return place
      if (/\.(?:java|kt)$/.test(place.file)) return { ...place, file: javaFile(folder, place.file) }
      if (place.file.endsWith('.go')) return { ...place, file: goFile(folder, place.file, module) }
      if (line === undefined || !/\.[cm]?js$/.test(place.file)) return place
      const source = original(path.resolve(folder, place.file), line, column)
      return source === undefined ? place : { ...source, file: byName.own(source.file)?.file ?? source.file }
    },
  }
}

function javaFile(folder: string, file: string): string {
  if (existsSync(path.join(folder, file))) return file
  const root = JVM_ROOTS.find((candidate) => existsSync(path.join(folder, candidate, file)))
  return root === undefined ? file : `${root}/${file}`
}

function goFile(folder: string, file: string, module: () => string | undefined): string {
  if (existsSync(path.join(folder, file))) return file
  const name = module()
  if (name === undefined || !file.startsWith(`${name}/`)) return file
  // `example.com/assets/ledger/put.go` → `ledger/put.go`
  const inside = file.slice(name.length + 1)
  return existsSync(path.join(folder, inside)) ? inside : file
}

/** The name that the folder's go.mod gives its module, kept until that file changes. Undefined without one. */
function newModuleName(folder: string): () => string | undefined {
  const file = path.join(folder, 'go.mod')
  let kept: { stamp: string; name: string | undefined } | undefined
  return () => {
    const stamp = stampOf(file)
    if (kept?.stamp !== stamp) kept = { stamp, name: MODULE.exec(readText(file) ?? '')?.[1] }
    return kept.name
  }
}
