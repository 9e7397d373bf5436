import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../../main/root.ts'

const run = promisify(execFile)

/** What `npm pack` reports of a tarball. Sizes in bytes. */
export interface Packed {
  file: string
  size: number
  files: string[]
}

/** Build what is out of date, and pack it as `npm publish` would. */
export async function npmPack(into: string): Promise<Packed> {
  const stdout = await npm(['pack', '--json', '--pack-destination', into], root)
  // Before it, npm prints which script it runs.
  const [packed] = JSON.parse(stdout.slice(stdout.search(/^\[$/m))) as [
    { filename: string; size: number; files: { path: string }[] },
  ]
  return { file: join(into, packed.filename), size: packed.size, files: packed.files.map(({ path }) => path).sort() }
}

/** Run npm to its end, and return its stdout. Rejects with what it printed if it fails. */
export async function npm(args: string[], cwd: string): Promise<string> {
  // npm is a .cmd on Windows, which only a shell can start.
  const shell = process.platform === 'win32'
  const quoted = shell ? args.map((arg) => (arg.includes(' ') ? `"${arg}"` : arg)) : args
  const { stdout } = await run('npm', [...quoted, '--no-audit', '--no-fund'], { cwd, shell, env: plainEnvironment() })
  return stdout
}

/** This process's environment without what Vitest and npm set for the run itself, as in the author's terminal. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|npm_|NODE_ENV$|TEST$|DEV$|PROD$|SSR$|MODE$|BASE_URL$)/.test(name),
  )
  return Object.fromEntries(inherited)
}
