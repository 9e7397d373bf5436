import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { httpDouble } from './http-double.ts'

/** A registry that the real npm installs from, with these versions of each package, the newest last. Its address. */
export async function npmRegistry(packages: Record<string, string[]>): Promise<string> {
  const tarballs = new Map<string, Buffer>()
  for (const [name, versions] of Object.entries(packages)) {
    for (const version of versions) tarballs.set(tarballPath(name, version), await tarball({ name, version }))
  }
  const host = await httpDouble((request, response) => {
    const url = request.url ?? ''
    const file = tarballs.get(url)
    if (file !== undefined) return void response.end(file)
    const name = decodeURIComponent(url.slice(1))
    const versions = packages[name]
    response.statusCode = versions === undefined ? 404 : 200
    response.end(JSON.stringify(versions === undefined ? {} : packument(name, versions)))
  })
  const packument = (name: string, versions: string[]) => ({
    name,
    'dist-tags': { latest: versions.at(-1) },
    versions: Object.fromEntries(
      versions.map((version) => {
        const path = tarballPath(name, version)
        const dist = { tarball: `http://${host}${path}`, integrity: integrityOf(tarballs.get(path)) }
        return [version, { name, version, dist }]
      }),
    ),
  })
  return `http://${host}/`
}

function tarballPath(name: string, version: string): string {
  return `/${name}/-/${name}-${version}.tgz`
}

function integrityOf(bytes: Uint8Array = new Uint8Array()): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`
}

async function tarball(json: { name: string; version: string }): Promise<Buffer> {
  const entries = pack()
  entries.entry({ name: 'package/package.json' }, JSON.stringify(json))
  entries.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of entries) chunks.push(chunk as Buffer)
  return gzipSync(Buffer.concat(chunks))
}
