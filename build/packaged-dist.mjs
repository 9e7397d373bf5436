import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './freshness.mjs'

/** The programs that a package starts. */
const PROGRAMS = ['electron', 'cli']

/**
 * The files of `dist/` that a package needs, as electron-builder's patterns: its programs and all they load. `dist/` also
 * holds source maps, chunks of older builds and what only an npm package has.
 */
export function packagedDist() {
  /** @type {Record<string, { file: string, name?: string, isEntry?: boolean, imports?: string[], dynamicImports?: string[] }>} */
  const manifest = JSON.parse(readFileSync(join(root, 'dist/.host-manifest.json'), 'utf8'))
  const needed = new Set()
  const waiting = Object.keys(manifest).filter(
    (key) => manifest[key]?.isEntry === true && PROGRAMS.includes(manifest[key].name ?? ''),
  )
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const chunk = manifest[key]
    if (chunk === undefined) throw new Error(`dist/.host-manifest.json lacks ${key}: run npm run build -- --force`)
    if (needed.has(chunk.file)) continue
    needed.add(chunk.file)
    waiting.push(...(chunk.imports ?? []), ...(chunk.dynamicImports ?? []))
  }
  return [
    ...[...needed].sort().map((file) => `dist/${file}`),
    'dist/cleaner.js',
    'dist/preload.cjs',
    'dist/renderer/**',
  ]
}
