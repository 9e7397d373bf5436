import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { FoundChaincode } from '../contract/found-chaincode.ts'
import { openFolder } from '../project/folder.ts'
import { platforms } from './platform.ts'

/** Folders that hold no chaincode of the author's: dependencies and build output. */
const SKIPPED = new Set(['node_modules', 'vendor', 'dist', 'build', 'target', 'out', 'bin', 'coverage', 'META-INF'])
/** Deep enough for `<repository>/<sample>/<part>/chaincode/<language>/cmd/cc`. */
const DEEPEST = 7
/** A home folder has more: what isn't found in so many is looked for by hand. */
const MOST_FOLDERS = 2_000
const MOST_FOUND = 50

/**
 * The chaincode folders below a folder, nearest first. A chaincode's own subfolders aren't searched, and folders that
 * can't be read are passed over.
 */
export async function findChaincodes(root: string): Promise<FoundChaincode[]> {
  const found: FoundChaincode[] = []
  let level = await subfolders(root)
  let looked = 0
  for (let depth = 1; depth <= DEEPEST && level.length > 0; depth++) {
    const next: string[] = []
    for (const folder of level) {
      if (++looked > MOST_FOLDERS || found.length >= MOST_FOUND) return found
      const dialect = await dialectOf(folder)
      if (dialect === undefined) next.push(...(await subfolders(folder)))
      else found.push({ folder, path: path.relative(root, folder).replaceAll('\\', '/'), dialect })
    }
    level = next
  }
  return found
}

/** Undefined if the folder isn't a chaincode. */
async function dialectOf(location: string): Promise<string | undefined> {
  try {
    const folder = await openFolder(location)
    // It says itself how it is opened; that, and not this search, reports what is wrong with it.
    if (folder.names.has('slipway.yaml')) return 'slipway.yaml'
    for (const { detect } of Object.values(platforms)) {
      const detected = await detect(folder)
      if (detected?.chaincode === true) return detected.dialect
    }
    return undefined
  } catch {
    // Empty, unreadable, or with a broken project file: nothing that could be opened.
    return undefined
  }
}

async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED.has(entry.name))
    .map((entry) => path.join(folder, entry.name))
    .sort()
}
