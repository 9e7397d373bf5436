import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { relativeTo, type Sources } from './sources.ts'

/** The hash of a folder's sources, by content: touching a file or saving it back does not change it. */
export interface ContentHash {
  /**
   * Hex sha256. With `changed` (relative paths), once all files have been seen, only these are read again; without,
   * every file's time and size is compared and files that differ are read.
   */
  hash(changed?: readonly string[]): Promise<string>
}

interface Seen {
  mtimeMs: number
  size: number
  hash: string
}

export function newContentHash(sources: Sources): ContentHash {
  let seen: Map<string, Seen> | undefined
  // One at a time: two walks would race.
  let last: Promise<unknown> = Promise.resolve()

  const readAll = async () => {
    const before = seen ?? new Map<string, Seen>()
    const files = await listSources(sources)
    const now = new Map<string, Seen>()
    // A few at a time: a folder may hold more files than a process may have open.
    for (let at = 0; at < files.length; at += 64) {
      const some = files.slice(at, at + 64)
      const looked = await Promise.all(some.map((file) => look(sources.folder, file, before.get(file))))
      some.forEach((file, n) => {
        const found = looked[n]
        if (found !== undefined) now.set(file, found)
      })
    }
    return now
  }
  const readSome = async (known: Map<string, Seen>, changed: readonly string[]) => {
    for (const file of changed) {
      const found = await look(sources.folder, file, undefined)
      if (found === undefined) known.delete(file)
      else known.set(file, found)
    }
    return known
  }
  return {
    hash(changed) {
      const next = last.then(async () => {
        seen = seen === undefined || changed === undefined ? await readAll() : await readSome(seen, changed)
        return digest(seen)
      })
      last = next.catch(() => undefined)
      return next
    },
  }
}

/** All source files in the folder, and in the module around it, relative, with forward slashes. A folder that vanishes meanwhile counts as empty. */
export async function listSources(sources: Sources): Promise<string[]> {
  const files: string[] = []
  const walk = async (inside: string) => {
    const entries = await readdir(path.join(sources.folder, inside), { withFileTypes: true }).catch(whenGone(() => []))
    for (const entry of entries) {
      // Below the folder itself again: without the way out and back.
      const file = relativeTo(sources.folder, path.join(sources.folder, inside, entry.name))
      if (sources.isIgnored(file)) continue
      if (entry.isDirectory()) await walk(file)
      else if (sources.isSource(file)) files.push(file)
    }
  }
  await walk(sources.around ?? '')
  if (sources.outside !== undefined && !files.includes(sources.outside)) files.push(sources.outside)
  return files
}

/** Undefined if the file doesn't exist. */
async function look(folder: string, file: string, before: Seen | undefined): Promise<Seen | undefined> {
  const full = path.join(folder, file)
  const info = await stat(full).catch(whenGone(() => undefined))
  if (!info?.isFile()) return undefined
  const { mtimeMs, size } = info
  if (before?.mtimeMs === mtimeMs && before.size === size) return before
  const bytes = await readFile(full).catch(whenGone(() => undefined))
  return bytes && { mtimeMs, size, hash: createHash('sha256').update(bytes).digest('hex') }
}

function whenGone<T>(value: () => T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP'].includes(error.code ?? '')) return value()
    throw error
  }
}

function digest(seen: Map<string, Seen>): string {
  const hash = createHash('sha256')
  for (const file of [...seen.keys()].sort()) hash.update(`${file}\0${seen.get(file)?.hash ?? ''}\n`)
  return hash.digest('hex')
}
