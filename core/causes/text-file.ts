import { readFileSync, statSync, type Stats } from 'node:fs'

/** Files are read between two lines of output, while everything else waits. What a compiler writes is smaller. */
const MOST_BYTES = 32 * 1024 * 1024

/** When a file was written and how large it is: it changes with the file. Empty if there is none. Never throws. */
export function stampOf(file: string): string {
  const stats = look(file)
  return stats === undefined ? '' : `${stats.mtimeMs}/${stats.size}`
}

/**
 * What is in a text file. Undefined if it can't be read, is too large, or isn't a file: a named pipe could be waited for
 * without end. Never throws.
 */
export function readText(file: string): string | undefined {
  const stats = look(file)
  if (stats?.isFile() !== true || stats.size > MOST_BYTES) return undefined
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // For whoever can't read it, it is as if it weren't there.
    return undefined
  }
}

function look(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })
  } catch {
    // A printed name may be one that no file can have, and a folder may be closed to this user.
    return undefined
  }
}
