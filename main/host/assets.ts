import { readFile, readdir } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { root } from '../root.ts'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

/** One file of what a browser or the window shows. */
export interface Asset {
  body: Buffer
  /** Content type, and how long it may be kept. */
  headers: Record<string, string>
}

/** URL path → file, `/` being the page itself. */
export type Assets = ReadonlyMap<string, Asset>

/**
 * All files of the built renderer, read once. A request is then a look-up by its whole path, so that no path,
 * however written, leads out of the folder.
 */
export async function readAssets(folder = join(root, 'dist', 'renderer')): Promise<Assets> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const assets = await Promise.all(
    files.map(async (entry): Promise<[string, Asset]> => {
      const file = join(entry.parentPath, entry.name)
      const path = file.slice(folder.length).split(sep).join('/')
      const kept = path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store'
      const type = types[extname(file)] ?? 'application/octet-stream'
      const headers = { 'Content-Type': type, 'Cache-Control': kept }
      return [path === '/index.html' ? '/' : path, { body: await readFile(file), headers }]
    }),
  )
  return new Map(assets)
}

/**
 * What every answer carries, so that the page runs our own code alone, asks no one else, and is shown in no one
 * else's frame. Styles are inline where a component sets a size or a place.
 */
export function securityHeaders(connect: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  return {
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'X-Frame-Options': 'DENY',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  }
}
