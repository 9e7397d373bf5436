import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { extract, pack } from 'tar-stream'
import type { PackageFiles } from '../../../platforms/image-plan.ts'

const unzip = promisify(gunzip)
/** A package has at most 100 MB; unpacked it may be larger, within limits. */
const MAX_BYTES = 2 ** 31 - 1

/** The files of a code.tar.gz. */
export async function readPackage(code: Buffer): Promise<PackageFiles> {
  const files = new Map<string, Buffer>()
  const entries = extract()
  entries.end(await unzip(code, { maxOutputLength: MAX_BYTES }))
  for await (const entry of entries) {
    const content = await collect(entry)
    if (entry.header.type === 'file') files.set(entry.header.name, content)
  }
  return files
}

/** A tar of these files, as the context of a build. */
export async function contextOf(files: Iterable<readonly [name: string, content: Buffer | string]>): Promise<Buffer> {
  const tar = pack()
  const bytes = collect(tar)
  for (const [name, content] of files) tar.entry({ name, mode: 0o644, mtime: new Date(0) }, content)
  tar.finalize()
  return bytes
}

export async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
