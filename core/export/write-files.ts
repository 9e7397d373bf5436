import { randomUUID } from 'node:crypto'
import { chmod, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import type { ExportedFile, ExportResult } from '../contract/export.ts'

/** Lists the files of an export, which the next one may overwrite or remove. */
export const LIST = '.slipway-export.json'

/**
 * Write the files below a folder, which may hold others. All are written beside it first, so that a full disk changes
 * nothing; then each is moved to its place at once, and what an earlier export wrote and this one doesn't is removed. An
 * export that was interrupted can be repeated. Keys are for their owner only, as are folders made here.
 * @throws PeerError EXPORT_EXISTS, EXPORT_WRITE
 */
export async function writeFiles(
  folder: string,
  files: readonly ExportedFile[],
  { force = false }: { force?: boolean | undefined } = {},
): Promise<ExportResult> {
  const draft = join(folder, `.draft-${randomUUID()}`)
  try {
    const before = await readList(folder)
    const paths = files.map(({ path }) => path)
    if (!force) await mustBeOurs(folder, paths, new Set(before))
    await mkdir(draft, { recursive: true, mode: 0o700 })
    for (const file of files) await writeDraft(join(draft, file.path), file)
    await replaceList(folder, draft, [...new Set([...before, ...paths])])
    for (const path of paths) {
      await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 })
      await rename(join(draft, path), join(folder, path))
    }
    for (const old of before.filter((path) => !paths.includes(path))) await rm(join(folder, old), { force: true })
    await replaceList(folder, draft, paths)
    return { folder, files: paths }
  } catch (error) {
    if (error instanceof PeerError) throw error
    throw new PeerError('EXPORT_WRITE', { folder, message: messageOf(error) }, { cause: error })
  } finally {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined)
  }
}

async function writeDraft(path: string, { text, secret = false }: ExportedFile): Promise<void> {
  const mode = secret ? 0o600 : 0o644
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(path, text, { mode, flag: 'wx', flush: true })
  // The process's mask may have taken more.
  await chmod(path, mode)
}

/** @throws PeerError EXPORT_EXISTS */
async function mustBeOurs(folder: string, paths: readonly string[], ours: ReadonlySet<string>): Promise<void> {
  const files: string[] = []
  for (const path of paths) {
    if (!ours.has(path) && (await exists(join(folder, path)))) files.push(path)
  }
  if (files.length > 0) throw new PeerError('EXPORT_EXISTS', { folder, files })
}

export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    // ENOTDIR: a file is where a folder is wanted; making the folder says so.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

/** Written whole at once. */
async function replaceList(folder: string, draft: string, files: readonly string[]): Promise<void> {
  const path = join(draft, LIST)
  await writeFile(path, `${JSON.stringify({ files }, null, 2)}\n`, { mode: 0o600, flush: true })
  await rename(path, join(folder, LIST))
}

/** The files that an earlier export wrote here; none if there is no list, or it isn't one. */
async function readList(folder: string): Promise<string[]> {
  try {
    const { files } = JSON.parse(await readFile(join(folder, LIST), 'utf8')) as { files?: unknown }
    return Array.isArray(files) ? files.filter(isBelow) : []
  } catch {
    return []
  }
}

/** Whatever the list says, nothing outside of the folder is touched. */
function isBelow(path: unknown): path is string {
  return typeof path === 'string' && path !== '' && !path.split(/[\\/]/).includes('..') && !/^([\\/]|\w:)/.test(path)
}
