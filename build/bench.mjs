/**
 * `npm run bench [-- ROW…]`: bundles the bench like the product, so that both sides of a ratio run the same kind of
 * code, then runs it. `--help` lists its options.
 */
import { spawn } from 'node:child_process'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { build as bundle } from 'vite'
import { root } from './freshness.mjs'
import { build, install, requireNode } from './prepare.mjs'

const unbundled = ['classic-level', 'vitest', 'playwright-core', ...builtinModules, /^node:/]

requireNode()
install()
build()
await bundle({
  configFile: false,
  root,
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
    outDir: join(root, 'dist/bench'),
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: {
        main: join(root, 'test/bench/main.ts'),
        'submit-process': join(root, 'test/bench/submit-process.ts'),
      },
      external: unbundled,
      platform: 'node',
      output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
})

const bench = spawn(process.execPath, [join(root, 'dist/bench/main.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
})
// The terminal interrupts both: the bench ends what it started, and this process waits for it.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => bench.kill('SIGTERM'))
bench.on('exit', (code) => (process.exitCode = code ?? 1))
