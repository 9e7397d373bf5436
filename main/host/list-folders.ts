import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { FolderListing } from '../../core/contract/api.ts'
import { PeerError } from '../../core/contract/error.ts'
import { homeFolder } from './home-folder.ts'

/** A folder with one of these may be a chaincode; opening it settles that. */
const projectFiles = new Set(['slipway.yaml', 'go.mod', 'package.json', 'build.gradle', 'build.gradle.kts', 'pom.xml'])
const skipped = new Set(['node_modules'])

/** The subfolders of a folder, without hidden ones. Throws FOLDER_MISSING, FOLDER_UNREADABLE. */
export async function listFolders(folder = homeFolder()): Promise<FolderListing> {
  const absolute = resolve(folder)
  const names = await subfolders(absolute)
  const parent = dirname(absolute)
  return {
    folder: absolute,
    ...(parent === absolute ? {} : { parent }),
    folders: await Promise.all(
      names.map(async (name) => {
        const path = join(absolute, name)
        return { name, path, chaincode: await looksLikeChaincode(path) }
      }),
    ),
  }
}

async function subfolders(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !skipped.has(entry.name))
      .map((entry) => entry.name)
      .sort((a, b) => a.localeCompare(b))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new PeerError('FOLDER_MISSING', { folder }, { cause: error })
    throw new PeerError('FOLDER_UNREADABLE', { folder, reason: String(error) }, { cause: error })
  }
}

async function looksLikeChaincode(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).some((name) => projectFiles.has(name))
  } catch {
    // An unreadable folder is listed without the mark; opening it reports why.
    return false
  }
}
