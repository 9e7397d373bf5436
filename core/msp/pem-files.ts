import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { systemFault } from '../contract/system-fault.ts'

/** File contents by path in a folder; only the owner may read them, keys and certificates alike. */
export type Files = Record<string, string>

/**
 * Make a folder with these files, completely or not at all, so that a crash leaves none half made. `false`: a folder of
 * that name exists already, and stays as it is. Throws what the file system throws.
 */
export async function makeFolder(folder: string, files: Files): Promise<boolean> {
  if (await isFolder(folder)) return false
  const draft = join(dirname(folder), `.draft-${randomUUID()}`)
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = join(draft, name)
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      await writeFile(file, text, { mode: 0o600, flush: true })
    }
    await rename(draft, folder)
    return true
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Another process was faster.
    if (await isFolder(folder)) return false
    throw error
  }
}

/** Write a file, completely or not at all; replaces an existing one. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const draft = join(dirname(file), `.draft-${randomUUID()}`)
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(draft, text, { mode: 0o600, flush: true })
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** Rename it first, so that it disappears at once. */
export async function removeFolder(folder: string): Promise<void> {
  const draft = join(dirname(folder), `.draft-${randomUUID()}`)
  await rename(folder, draft)
  await rm(draft, { recursive: true, force: true })
}

/** @throws PeerError IDENTITY_DAMAGED */
export async function readPem(file: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8')
    if (!text.startsWith('-----BEGIN ')) throw new Error('it is not PEM')
    return text
  } catch (error) {
    throw damaged(file, error)
  }
}

export function damaged(file: string, error: unknown): PeerError {
  return new PeerError(
    'IDENTITY_DAMAGED',
    { file, message: messageOf(error), fault: systemFault(error) },
    { cause: error },
  )
}

export async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory()
  } catch {
    // Whatever keeps it from being read is reported when it is made or used.
    return false
  }
}
