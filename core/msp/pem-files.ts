import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'

/** Files by their path in a folder; keys and certificates alike are for the owner alone. */
export type Files = Record<string, string>

/**
 * A folder with these files, whole or not at all, so that a crash leaves no half of one. `false`: there is one of that
 * name already, which stays as it is. Throws what the file system throws.
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
    // Somebody else was faster.
    if (await isFolder(folder)) return false
    throw error
  }
}

/** One file, whole or not at all, in place of one that may be there. */
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

/** Gone as a whole: first by another name, then for good. */
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
  return new PeerError('IDENTITY_DAMAGED', { file, message: messageOf(error) }, { cause: error })
}

export async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory()
  } catch {
    // Whatever keeps it from being looked at will be said when it is made or read.
    return false
  }
}
