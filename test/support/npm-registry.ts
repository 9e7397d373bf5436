import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { httpDouble } from './http-double.ts'

/**
 * A registry that the real npm, yarn and pnpm install from, with these versions of each package, the newest last. Its
 * address. What is added to the versions later is published then.
 */
export async function npmRegistry(packages: Record<string, string[]>): Promise<string> {
  const tarballs = new Map<string, Promise<Buffer>>()
  const tarballAt = (path: string, name: string, version: string) => {
    const made = tarballs.get(path) ?? tarball({ name, version })
    tarballs.set(path, made)
    return made
  }
  const answer = async (url: string): Promise<Buffer | string | undefined> => {
    const made = tarballs.get(url)
    if (made !== undefined) return made
    const name = decodeURIComponent(url.slice(1))
    const versions = packages[name]
    if (versions === undefined) return undefined
    return JSON.stringify(await packument(name, versions))
  }
  const host = await httpDouble((request, response) => {
    answer(request.url ?? '').then(
      (body) => {
        response.statusCode = body === undefined ? 404 : 200
        response.end(body ?? '{}')
      },
      (error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))),
    )
  })
  const packument = async (name: string, versions: string[]) => ({
    name,
    'dist-tags': { latest: versions.at(-1) },
    versions: Object.fromEntries(
      await Promise.all(
        versions.map(async (version) => {
          const path = tarballPath(name, version)
          const dist = {
            tarball: `http://${host}${path}`,
            integrity: integrityOf(await tarballAt(path, name, version)),
          }
          return [version, { name, version, dist }] as const
        }),
      ),
    ),
  })
  return `http://${host}/`
}

function tarballPath(name: string, version: string): string {
  return `/${name}/-/${name}-${version}.tgz`
}

function integrityOf(bytes: Uint8Array): string {
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
