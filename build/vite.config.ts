import { svelte } from '@sveltejs/vite-plugin-svelte'
import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** What a bundle for Node leaves to be found at run time: Node itself, Electron, and native code. */
const left = ['electron', 'classic-level', ...builtinModules, ...builtinModules.map((name) => `node:${name}`)]

/**
 * dockerode brings an ssh client with native code, which cannot be bundled and which nobody needs here: Slipway reaches
 * an engine over ssh as docker itself does, through the ssh program.
 */
const withoutSsh2: Plugin = {
  name: 'without-ssh2',
  enforce: 'pre',
  resolveId: (id) => (id === 'ssh2' ? '\0without-ssh2' : undefined),
  load: (id) => (id === '\0without-ssh2' ? 'export const Client = undefined' : undefined),
}

/**
 * Three environments: what a browser shows, what Node runs, and the one script that stands between the two in
 * Electron. Code for Node is bundled with its dependencies, because reading a thousand small files is most of
 * a cold start; what is imported lazily becomes a chunk of its own.
 */
export default defineConfig({
  root: at('renderer'),
  base: './',
  publicDir: false,
  clearScreen: false,
  plugins: [svelte({ configFile: false }), withoutSsh2],
  environments: {
    client: {
      build: {
        outDir: at('dist/renderer'),
        emptyOutDir: true,
        target: 'es2023',
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        rolldownOptions: { input: at('renderer/index.html'), checks: { bundlerTimings: false } },
      },
    },
    host: {
      consumer: 'server',
      resolve: { noExternal: true, external: left, conditions: ['node', 'import', 'module', 'default'] },
      build: {
        ssr: true,
        outDir: at('dist'),
        // dist/ holds the renderer too.
        emptyOutDir: false,
        target: 'node20',
        minify: false,
        sourcemap: true,
        rolldownOptions: {
          input: { cli: at('main/cli/cli.ts'), electron: at('main/electron/index.ts') },
          external: left,
          platform: 'node',
          output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        },
      },
    },
    preload: {
      consumer: 'server',
      resolve: { noExternal: true, external: left },
      build: {
        ssr: true,
        outDir: at('dist'),
        emptyOutDir: false,
        target: 'node20',
        minify: false,
        // A sandboxed preload is one CommonJS file that may require `electron` and nothing else.
        rolldownOptions: {
          input: { preload: at('main/electron/preload.ts') },
          external: left,
          platform: 'node',
          output: { format: 'cjs', entryFileNames: '[name].cjs' },
        },
      },
    },
  },
  server: { fs: { allow: [root] } },
})
