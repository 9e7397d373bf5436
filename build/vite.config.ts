import { svelte } from '@sveltejs/vite-plugin-svelte'
import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { latin1 } from './latin1.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** What bundles for Node import at run time: Node itself, Electron and native code. */
const unbundled = ['electron', 'classic-level', ...builtinModules, ...builtinModules.map((name) => `node:${name}`)]

/**
 * dockerode includes an ssh client with native code, which can't be bundled and isn't needed: Slipway reaches an engine
 * over ssh as docker does, through the ssh program.
 */
const withoutSsh2: Plugin = {
  name: 'without-ssh2',
  enforce: 'pre',
  resolveId: (id) => (id === 'ssh2' ? '\0without-ssh2' : undefined),
  load: (id) => (id === '\0without-ssh2' ? 'export const Client = undefined' : undefined),
}

/**
 * commander loads child_process in order to run a subcommand that is a program of its own. We have none, and loading it
 * takes a twentieth of a start.
 */
const withoutPrograms: Plugin = {
  name: 'without-programs',
  transform: {
    filter: { id: /node_modules.commander.lib.command\.js$/ },
    handler(code) {
      const load = "require('node:child_process')"
      if (!code.includes(load)) this.error(`commander no longer has ${load}`)
      return { code: code.replace(load, '{}'), map: null }
    },
  },
}

/**
 * V8 keeps the text of what it has loaded, and two bytes for each character of a file with a single one beyond Latin-1,
 * such as a curly quote: of 6 MB that a peer loads it would keep 12. The source maps stay as they are: behind an escape,
 * columns on its line are five more than they say.
 */
const inLatin1: Plugin = {
  name: 'latin1',
  applyToEnvironment: ({ name }) => name === 'host',
  // Not renderChunk: what prints the code afterwards would turn the escapes back.
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue
      try {
        chunk.code = latin1(chunk.code)
      } catch (error) {
        this.error(`${chunk.fileName}: ${String(error)}`)
      }
    }
  },
}

/** The command line loads its start in one chunk, because each further file takes about a millisecond. */
const startChunk = { name: 'start', test: /main.cli.program\.ts$/ }

/**
 * Four environments: the browser's code, Node's code, the cleaner that Node runs after a crash, and Electron's preload
 * script between the two. Node's code is bundled with its dependencies, because reading a thousand small files takes
 * most of a cold start; lazy imports become separate chunks.
 */
export default defineConfig({
  root: at('renderer'),
  base: './',
  publicDir: false,
  clearScreen: false,
  plugins: [svelte({ configFile: false }), withoutSsh2, withoutPrograms, inLatin1],
  environments: {
    client: {
      build: {
        outDir: at('dist/renderer'),
        emptyOutDir: true,
        target: 'es2023',
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        rolldownOptions: {
          input: [at('renderer/index.html'), at('renderer/door.html')],
          checks: { bundlerTimings: false },
        },
      },
    },
    host: {
      consumer: 'server',
      resolve: { noExternal: true, external: unbundled, conditions: ['node', 'import', 'module', 'default'] },
      build: {
        ssr: true,
        outDir: at('dist'),
        // dist/ also holds the renderer.
        emptyOutDir: false,
        target: 'node20',
        minify: false,
        sourcemap: true,
        // Lists the chunks of this build; dist/chunks also holds older ones (build.mjs).
        manifest: '.host-manifest.json',
        rolldownOptions: {
          input: { cli: at('main/cli/cli.ts'), electron: at('main/electron/index.ts'), index: at('main/npm/index.ts') },
          external: unbundled,
          platform: 'node',
          checks: { bundlerTimings: false },
          output: {
            format: 'esm',
            entryFileNames: '[name].js',
            chunkFileNames: 'chunks/[name]-[hash].js',
            codeSplitting: { groups: [startChunk] },
          },
        },
      },
    },
    // One file that shares nothing: it must be there in no time, and shared chunks hold more than it needs.
    cleaner: {
      consumer: 'server',
      resolve: { noExternal: true, external: unbundled, conditions: ['node', 'import', 'module', 'default'] },
      build: {
        ssr: true,
        outDir: at('dist'),
        emptyOutDir: false,
        target: 'node20',
        minify: false,
        rolldownOptions: {
          input: { cleaner: at('main/host/cleaner.ts') },
          external: unbundled,
          platform: 'node',
          output: { format: 'esm', entryFileNames: '[name].js', codeSplitting: false },
        },
      },
    },
    preload: {
      consumer: 'server',
      resolve: { noExternal: true, external: unbundled },
      build: {
        ssr: true,
        outDir: at('dist'),
        emptyOutDir: false,
        target: 'node20',
        minify: false,
        // A sandboxed preload is one CommonJS file that may require `electron` and nothing else.
        rolldownOptions: {
          input: { preload: at('main/electron/preload.ts') },
          external: unbundled,
          platform: 'node',
          output: { format: 'cjs', entryFileNames: '[name].cjs' },
        },
      },
    },
  },
  server: { fs: { allow: [root] } },
})
