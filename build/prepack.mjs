/**
 * Before `npm pack` and `npm publish`: builds both halves and the types, and tells npm which files of `dist/` belong to
 * this build. What goes into the package besides is `files` of package.json.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './freshness.mjs'
import { build, install, requireNode } from './prepare.mjs'

requireNode()
install()
build()
const { writeDeclarations } = await import('./declarations.mjs')
writeDeclarations()
writeFileSync(join(root, 'dist/.npmignore'), `${['*.map', '.*', ...olderChunks()].join('\n')}\n`)

/** Chunks of older builds, which stay for a while (build.mjs), as patterns of .npmignore. */
function olderChunks() {
  /** @type {Record<string, { file: string }>} */
  const manifest = JSON.parse(readFileSync(join(root, 'dist/.host-manifest.json'), 'utf8'))
  const current = new Set(Object.values(manifest).map(({ file }) => file))
  return readdirSync(join(root, 'dist/chunks'))
    .map((name) => `chunks/${name}`)
    .filter((file) => file.endsWith('.js') && !current.has(file))
    .map((file) => `/${file}`)
}
