import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { PeerError } from '../contract/error.ts'
import { faultAdvice, systemFault } from '../contract/system-fault.ts'

/** A folder as detection sees it. */
export interface Folder {
  /** Absolute. */
  path: string
  /** Names of the files and folders directly in it. */
  names: ReadonlySet<string>
  /** The text of a file; undefined if it doesn't exist. */
  read(name: string): Promise<string | undefined>
}

/** Throws FOLDER_MISSING, FOLDER_UNREADABLE or FOLDER_EMPTY. */
export async function openFolder(location: string): Promise<Folder> {
  const folder = path.resolve(location)
  try {
    const info = await stat(folder)
    if (!info.isDirectory()) throw new PeerError('FOLDER_MISSING', { folder })
    const names = new Set(await readdir(folder))
    if ([...names].every((name) => name === '.slipway' || name === '.git' || name === '.DS_Store')) {
      throw new PeerError('FOLDER_EMPTY', { folder })
    }
    return { path: folder, names, read: (name) => readText(path.join(folder, name)) }
  } catch (error) {
    throw folderError(folder, error)
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined
    throw folderError(file, error)
  }
}

function folderError(folder: string, error: unknown): PeerError {
  if (error instanceof PeerError) return PeerError.from(error)
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return new PeerError('FOLDER_MISSING', { folder }, { cause: error })
  const reason = code === 'EACCES' || code === 'EPERM' ? 'Permission denied.' : message
  const fault = systemFault(error)
  const advice = fault === 'files' ? { do: faultAdvice.files } : {}
  return new PeerError('FOLDER_UNREADABLE', { folder, reason, ...advice }, { cause: error })
}
