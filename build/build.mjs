/** `npm run build [-- host|renderer]`: builds the named halves, or those out of date; with `--force`, both. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createBuilder } from 'vite'
import { allHalves, root } from './freshness.mjs'
import { staleHalves, stampOf, writeStamp } from './stamp.mjs'

const args = process.argv.slice(2)
const named = allHalves.filter((half) => args.includes(half))
const wanted = named.length > 0 ? named : args.includes('--force') ? allHalves : staleHalves(allHalves)

const environments = { host: ['host', 'cleaner', 'preload'], renderer: ['client'] }
/** Chunks of older builds stay for a while: a running Slipway may still load one. */
const CHUNKS_KEPT_MS = 24 * 60 * 60_000

// The same build whoever starts it: Vitest would make it one for development.
process.env['NODE_ENV'] = 'production'

try {
  removeOldChunks()
  await build()
} catch (error) {
  // The bundler's message shows the file and place; a stack inside the bundler helps nobody.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

async function build() {
  const builder = await createBuilder({ configFile: join(root, 'build/vite.config.ts'), logLevel: 'warn' })
  for (const half of wanted) {
    const stamp = stampOf(half)
    for (const name of environments[half]) {
      const environment = builder.environments[name]
      if (environment === undefined) throw new Error(`build/vite.config.ts has no environment ${name}`)
      await builder.build(environment)
    }
    writeStamp(half, stamp)
  }
}

function removeOldChunks() {
  const folder = join(root, 'dist/chunks')
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    const file = join(folder, name)
    if (Date.now() - statSync(file).mtimeMs > CHUNKS_KEPT_MS) rmSync(file)
  }
}
