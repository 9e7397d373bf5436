/**
 * `npm run bench [-- ROW…]`: bundles the bench like the product, so that both sides of a ratio run the same kind of
 * code, then runs it. `--help` lists its options. With `--against DIR` the clone in DIR is built and bundled as well.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build as bundle } from 'vite'
import { root } from './freshness.mjs'
import { build, install, requireNode, say } from './prepare.mjs'

const unbundled = ['classic-level', 'vitest', 'playwright-core', ...builtinModules, /^node:/]

requireNode()
install()
build()
await bundled(root, 'dist/bench', {
  main: 'test/bench/main.ts',
  'submit-process': 'test/bench/submit-process.ts',
  'other-process': 'test/bench/other-process.ts',
})
const { against } = parseArgs({ strict: false, options: { against: { type: 'string' } } }).values
if (typeof against === 'string') await prepareOther(resolve(against))

/** @param {string} clone of another commit */
async function prepareOther(clone) {
  const remotePeer = ['main/host/remote-peer.ts', 'main/remote-peer.ts'].find((path) => existsSync(join(clone, path)))
  if (remotePeer === undefined || !existsSync(join(clone, 'build/prepare.mjs'))) {
    say(`--against: ${clone} is not a clone of Slipway.`)
    process.exit(2)
  }
  const other = await import(pathToFileURL(join(clone, 'build/prepare.mjs')).href)
  other.install()
  other.build(['host'])
  const entries = { core: 'core/index.ts', apply: 'core/contract/apply.ts', 'remote-peer': remotePeer }
  await bundled(clone, 'dist/bench-against', entries)
}

/**
 * @param {string} from a clone
 * @param {string} to folder in this clone
 * @param {Record<string, string>} entries files of the clone
 */
async function bundled(from, to, entries) {
  await bundle({
    configFile: false,
    root: from,
    logLevel: 'warn',
    // As in vite.config.ts: dockerode's ssh client is native code, which can't be bundled.
    plugins: [
      {
        name: 'without-ssh2',
        enforce: 'pre',
        resolveId: (id) => (id === 'ssh2' ? '\0without-ssh2' : undefined),
        load: (id) => (id === '\0without-ssh2' ? 'export const Client = undefined' : undefined),
      },
    ],
    ssr: { noExternal: true, external: unbundled.filter((name) => typeof name === 'string') },
    build: {
      ssr: true,
      outDir: join(root, to),
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(from, file)])),
        external: unbundled,
        platform: 'node',
        output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
}

const bench = spawn(process.execPath, [join(root, 'dist/bench/main.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
})
// The terminal interrupts both: the bench ends what it started, and this process waits for it.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => bench.kill('SIGTERM'))
bench.on('exit', (code) => (process.exitCode = code ?? 1))
