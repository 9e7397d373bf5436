import { access, mkdir } from 'node:fs/promises'
import path from 'node:path'

/**
 * Make a folder, and those above it that are missing. Throws the system's error. (Of a file system that is read-only
 * Node 20's own recursive mkdir says that the folder doesn't exist, ENOENT: MKDirpAsync in src/node_file.cc takes every
 * other refusal for a missing parent.)
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  const makeAll = () => mkdir(folder, { recursive: true, mode })
  try {
    await makeAll()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await mkdir(await highestMissing(path.resolve(folder)), { mode })
    // Something else removed a folder meanwhile.
    await makeAll()
  }
}

async function highestMissing(folder: string): Promise<string> {
  const above = path.dirname(folder)
  const isThere = await access(above).then(
    () => true,
    () => false,
  )
  return isThere || above === folder ? folder : highestMissing(above)
}
