import { readFile, readdir } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { root } from '../root.ts'

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

/** A file of the built renderer, which a browser or the window shows. */
export interface Asset {
  body: Buffer
  /** Content type and caching. */
  headers: Record<string, string>
}

/** Files by URL path; `/` is the page itself. */
export type Assets = ReadonlyMap<string, Asset>

/**
 * Read all files of the built renderer. A request is then a look-up by its whole path, so no path leads out of the
 * folder, however it is written.
 */
export async function readAssets(folder = join(root, 'dist', 'renderer')): Promise<Assets> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const assets = await Promise.all(
    files.map(async (entry): Promise<[string, Asset]> => {
      const file = join(entry.parentPath, entry.name)
      const path = file.slice(folder.length).split(sep).join('/')
      const caching = path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store'
      const type = contentTypes[extname(file)] ?? 'application/octet-stream'
      const headers = { 'Content-Type': type, 'Cache-Control': caching }
      return [path === '/index.html' ? '/' : path, { body: await readFile(file), headers }]
    }),
  )
  return new Map(assets)
}
