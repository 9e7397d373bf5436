import { open, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { constants, gunzipSync } from 'node:zlib'
import { unreadable } from './errors.ts'
import type { Project } from '../project/project.ts'

/** Bytes: enough of a lifecycle package for the header of its first file. */
const BEGINNING = 4096

/**
 * Whether Slipway had a hand in making a file that isn't a source: a lifecycle package, wherever it was written, or the
 * program that the `go build` it shows makes in the chaincode's own folder. Throws PACKAGE_INVALID.
 */
export async function isOwnProduct(project: Project, file: string): Promise<boolean> {
  const name = path.basename(file)
  if (/\.(?:tar\.gz|tgz)$/.test(name)) return isLifecyclePackage(await beginning(file))
  if (project.language !== 'golang' || path.dirname(file) !== project.folder) return false
  if (name !== project.name && name !== `${project.name}.exe`) return false
  return /^(?:\x7fELF|MZ|[\xce\xcf]\xfa\xed\xfe|\xca\xfe\xba\xbe)/.test((await beginning(file)).toString('latin1'))
}

function isLifecyclePackage(bytes: Buffer): boolean {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, 14).toString() === 'metadata.json\0'
  } catch {
    // Not a gzip: then it's the author's own.
    return false
  }
}

async function beginning(file: string): Promise<Buffer> {
  let handle: FileHandle | undefined
  try {
    handle = await open(file)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(BEGINNING), 0, BEGINNING, 0)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    throw unreadable(path.basename(file), error)
  } finally {
    await handle?.close()
  }
}
