import { svelte } from '@sveltejs/vite-plugin-svelte'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'

const preview = fileURLToPath(new URL('../preview', import.meta.url))
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
}

/** Build the window on its made-up scenes, and serve it: `ADDRESS?scene=NAME`. The caller closes it. */
export async function openPreview(): Promise<{ address: string; close: () => void }> {
  const built = (await build({
    configFile: false,
    root: preview,
    base: './',
    publicDir: false,
    logLevel: 'error',
    plugins: [svelte({ configFile: false })],
    build: {
      write: false,
      target: 'es2023',
      minify: false,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { checks: { bundlerTimings: false } },
    },
  })) as Rolldown.RolldownOutput
  const files = new Map(
    built.output.map((part) => [`/${part.fileName}`, part.type === 'chunk' ? part.code : part.source]),
  )
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://preview')
    const path = pathname === '/' ? '/index.html' : pathname
    const content = files.get(path)
    if (content === undefined) response.writeHead(404).end()
    else response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream').end(content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
