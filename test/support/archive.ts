import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

/** A .tar.gz of these files, the same bytes each time. */
export async function archive(files: Record<string, string | Buffer>): Promise<Buffer> {
  const tar = pack()
  for (const [name, content] of Object.entries(files)) tar.entry({ name, mtime: new Date(0) }, content)
  tar.finalize()
  return gzipSync(await buffer(tar))
}
