import { delimiter, join } from 'node:path'
import { PeerError } from '../contract/error.ts'
import { findProgram } from '../process/find-program.ts'
import { homeFolder } from '../process/home-folder.ts'
import { watchDelve } from './delve-program.ts'
import type { Runtime } from './runtime.ts'

/** Where an image of Go chaincode has it. */
const GOLANG_PROGRAM = '/usr/local/bin/chaincode'

/**
 * Delve. It is a process of its own, which starts the chaincode and takes any number of editors, in DAP or its own API. As a
 * process on Linux it refuses other users' connections; those of editors come from Slipway, which is the same user. In a
 * container it takes whoever reaches its port.
 */
export const delve: Runtime = {
  protocol: 'delve',
  // Of the Go extension and of GoLand.
  usualPort: 2345,
  oneEditor: false,
  async started([program = '', ...args], env) {
    const dlv = await findDelve(env)
    // Without `--continue`: it stands until Slipway knows its process.
    const options = ['--headless', '--accept-multiclient', '--api-version=2', '--listen=127.0.0.1:0']
    return { argv: [dlv, 'exec', program, ...options, '--', ...args], env }
  },
  contained: ({ argv: [, ...args], env }, { host, port }) => ({
    argv: [
      ...['/usr/local/bin/dlv', 'exec', GOLANG_PROGRAM, '--headless', '--accept-multiclient', '--api-version=2'],
      // Slipway is another user than the image's, also where the container is on this machine's own network. And the base
      // image's Go may be older than Delve likes.
      ...['--only-same-user=false', '--check-go-version=false', `--listen=${host}:${port}`, '--', ...args],
    ],
    env,
    files: [],
  }),
  heard(line) {
    const port = /^API server listening at: (?:127\.0\.0\.1|0\.0\.0\.0|\[::\]):(\d+)$/.exec(line.trim())?.[1]
    return port === undefined ? undefined : { port: Number(port) }
  },
  listen({ attached }) {
    let isAttached = false
    return {
      fromProcess: () => undefined,
      fromEditor() {
        if (!isAttached) attached()
        isAttached = true
      },
    }
  },
  watch: watchDelve,
}

/** On the PATH, else where `go install` puts it, which often isn't there. */
async function findDelve(env: Record<string, string>): Promise<string> {
  const paths = env['GOPATH'] || join(env['HOME'] || homeFolder(), 'go')
  const folders = [env['GOBIN'], ...paths.split(delimiter).map((folder) => join(folder, 'bin'))]
  const installed = folders.filter((folder) => folder !== undefined && folder !== '').join(delimiter)
  const found = (await findProgram('dlv', env)) ?? (await findProgram('dlv', { ...env, PATH: installed }))
  if (found !== undefined) return found
  throw new PeerError('TOOL_MISSING', {
    tool: 'Delve',
    needed: 'Go chaincode is debugged with the `dlv` command, which was found neither on the PATH nor in Go’s `bin`.',
    hint: 'Run `go install github.com/go-delve/delve/cmd/dlv@latest`, then press Restart.',
  })
}
