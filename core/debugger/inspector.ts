import { afterUpgrade } from './http-handshake.ts'
import type { Runtime } from './runtime.ts'
import { newFrameReader } from './web-socket-frames.ts'

const OPTION = '--inspect=127.0.0.1:0'
const OPENER = '/usr/local/lib/slipway/open-inspector.cjs'

/**
 * Opens the inspector in every Node process of a container that isn't a package manager. Only a known port can be published,
 * and `--inspect` would give it to npm, which starts the chaincode there.
 */
function opener(host: string, port: number): string {
  return `'use strict'
const inspector = require('inspector')
const name = require('path').basename(process.argv[1] || '')
const isTool = /^(?:npm|npx|pnpm|yarn|yarnpkg|corepack)(?:-cli)?(?:\\.[cm]?js)?$/.test(name)
if (require('worker_threads').isMainThread && !isTool && inspector.url() === undefined) inspector.open(${port}, '${host}')
`
}

/**
 * Node's inspector. Every process takes a port of its own: given one, npm would take it before the chaincode. So npm's
 * own line comes first and the chaincode's after it, and the last one counts. A process stands still for every editor
 * that has enabled its debugger, each of which is told so.
 */
export const inspector: Runtime = {
  protocol: 'inspector',
  usualPort: 9229,
  oneEditor: false,
  started([program = '', ...args], env) {
    if (program === 'node') return Promise.resolve({ argv: [program, OPTION, ...args], env })
    const options = [env['NODE_OPTIONS'], OPTION].filter(Boolean).join(' ')
    return Promise.resolve({ argv: [program, ...args], env: { ...env, NODE_OPTIONS: options } })
  },
  contained: ({ argv, env }, { host, port }) => ({
    argv,
    env: { ...env, NODE_OPTIONS: [env['NODE_OPTIONS'], `--require ${OPENER}`].filter(Boolean).join(' ') },
    files: [{ path: OPENER, content: opener(host, port) }],
  }),
  heard(line) {
    const port = /^Debugger listening on wss?:\/\/(?:127\.0\.0\.1|0\.0\.0\.0):(\d+)\//.exec(line)?.[1]
    if (port !== undefined) return { port: Number(port) }
    return line.startsWith('Waiting for the debugger to disconnect') ? 'waits-to-end' : undefined
  },
  listen: ({ attached, paused }) => ({
    // V8 writes the method first.
    fromProcess: afterUpgrade(
      newFrameReader((message) => {
        if (message.startsWith('{"method":"Debugger.paused"')) paused(true)
        if (message.startsWith('{"method":"Debugger.resumed"')) paused(false)
      }),
      attached,
    ),
    // An editor that switches its debugger off without leaving is told nothing more.
    fromEditor: afterUpgrade(
      newFrameReader((message) => {
        if (/"method" *: *"Debugger\.disable"/.test(message)) paused(false)
      }),
    ),
  }),
}
