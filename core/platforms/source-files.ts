import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'

/** Folders without sources of the author's own. */
const FOREIGN = new Set(['node_modules', 'vendor', 'META-INF'])

/** More than a chaincode has; a folder with more is somebody's whole disk. */
const MOST_FILES = 500
const LARGEST_BYTES = 1_000_000

export async function sourceTexts(folder: string, isSource: (name: string) => boolean): Promise<string[]> {
  return (await sourceFiles(folder, isSource)).map(({ text }) => text)
}

export interface SourceFile {
  /** Relative to the folder, with forward slashes. */
  file: string
  text: string
}

/**
 * A folder's source files, at most 500 of at most 1 MB each; those whose names `isSource` accepts. Hidden folders and
 * dependencies are left out, and so is what can't be read.
 */
export async function sourceFiles(folder: string, isSource: (name: string) => boolean): Promise<SourceFile[]> {
  const files: string[] = []
  const folders = [folder]
  for (let next = folders.shift(); next !== undefined && files.length < MOST_FILES; next = folders.shift()) {
    for (const entry of await readdir(next, { withFileTypes: true }).catch(() => [])) {
      const found = path.join(next, entry.name)
      if (entry.isDirectory() && !entry.name.startsWith('.') && !FOREIGN.has(entry.name)) folders.push(found)
      else if (entry.isFile() && isSource(entry.name)) files.push(found)
    }
  }
  const read = files.slice(0, MOST_FILES).map(async (file) => ({
    file: path.relative(folder, file).replaceAll('\\', '/'),
    text: await textOf(file).catch(() => undefined),
  }))
  return (await Promise.all(read)).flatMap(({ file, text }) => (text === undefined ? [] : [{ file, text }]))
}

async function textOf(file: string): Promise<string | undefined> {
  return (await stat(file)).size > LARGEST_BYTES ? undefined : readFile(file, 'utf8')
}
