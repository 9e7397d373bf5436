import { open, type FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { PeerError } from '../contract/error.ts'
import { invalid, unreadable } from './errors.ts'
import { tarEnd, tarHeader, tarPadding } from './tar.ts'
import type { PackageFile } from './files.ts'

/**
 * Bytes. The most a peer takes in one message (Fabric v2.5.16 sampleconfig/core.yaml, peer.maxRecvMsgSize), less what an
 * install proposal wraps around it.
 */
export const LARGEST_PACKAGE = 100 * 1024 * 1024 - 64 * 1024
/** Bytes of a file in memory at a time. */
const CHUNK = 256 * 1024
/** The owner that Fabric gives the files of a package; its base images call it `chaincode`. */
const OWNER = { uid: 500, gid: 500 }

/** A file isn't what it was when it was listed. */
export class ChangedWhileRead extends Error {
  readonly file: string
  constructor(file: string) {
    super(`${file} changed while it was being packaged`)
    this.file = file
  }
}

/**
 * code.tar.gz: these files, preceded by their folders if Fabric's packager writes those. Never holds more of the files
 * in memory than the package itself. Throws PACKAGE_TOO_LARGE, PACKAGE_INVALID, ChangedWhileRead or the signal's reason.
 */
export async function writeCode(files: PackageFile[], withFolders: boolean, signal: AbortSignal): Promise<Buffer> {
  const total = files.reduce((sum, { size }) => sum + size, 0)
  let read = 0
  const tar = async function* () {
    if (withFolders) {
      for (const name of foldersOf(files)) {
        yield tarHeader({ name: `${name}/`, type: 'folder', mode: 0o40755, size: 0, ...OWNER })
      }
    }
    for (const file of files) {
      yield tarHeader({ name: file.name, type: 'file', mode: 0o100644, size: file.size, ...OWNER })
      for await (const chunk of readWhole(file)) {
        read += chunk.length
        yield chunk
      }
      yield tarPadding(file.size)
    }
    yield tarEnd
  }
  const chunks: Buffer[] = []
  let size = 0
  let sizeError: PeerError | undefined
  const collect = async (gzip: AsyncIterable<Buffer>) => {
    for await (const chunk of gzip) {
      chunks.push(chunk)
      size += chunk.length
      if (size <= LARGEST_PACKAGE) continue
      sizeError = tooLarge(files, Math.round((size * total) / Math.max(read, 1)))
      throw sizeError
    }
  }
  try {
    await pipeline(Readable.from(tar()), createGzip(), collect, { signal })
  } catch (error) {
    signal.throwIfAborted()
    // A pipeline turns what its last stage throws into an AbortError.
    throw sizeError ?? error
  }
  return withoutOrigin(Buffer.concat(chunks))
}

/** gzip names the system it ran on, the only byte that differs for equal files; Go writes "unknown". */
export function withoutOrigin(gzip: Buffer): Buffer {
  gzip[9] = 255
  return gzip
}

async function* readWhole(file: PackageFile): AsyncGenerator<Buffer> {
  if (file.bytes !== undefined) {
    yield file.bytes
    return
  }
  let handle: FileHandle | undefined
  try {
    handle = await open(file.file)
    const before = await handle.stat()
    if (!before.isFile()) throw invalid(file.path, 'It is not a file any more.')
    if (before.size !== file.size) throw new ChangedWhileRead(file.path)
    for (let at = 0; at < file.size;) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(CHUNK, file.size - at)), 0, null, at)
      if (bytesRead === 0) throw new ChangedWhileRead(file.path)
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
    const after = await handle.stat()
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) throw new ChangedWhileRead(file.path)
  } catch (error) {
    if (error instanceof ChangedWhileRead) throw error
    // It was listed a moment ago, so it existed.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new ChangedWhileRead(file.path)
    throw unreadable(file.path, error)
  } finally {
    await handle?.close()
  }
}

function foldersOf(files: PackageFile[]): string[] {
  const folders = new Set<string>()
  for (const { name } of files) {
    const parts = name.split('/')
    for (let depth = 1; depth < parts.length; depth++) folders.add(parts.slice(0, depth).join('/'))
  }
  return [...folders].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

function tooLarge(files: PackageFile[], size: number): PeerError {
  const largest = [...files].sort((a, b) => b.size - a.size).slice(0, 5)
  return new PeerError('PACKAGE_TOO_LARGE', {
    size,
    limit: LARGEST_PACKAGE,
    largest: largest.map((file) => `${file.path} (${megabytes(file.size)})`),
  })
}

function megabytes(bytes: number): string {
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.ceil(bytes / 1e3)} kB`
}
