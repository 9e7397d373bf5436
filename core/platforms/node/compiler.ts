import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { printedIn, type Printed } from '../../contract/cause.ts'
import { PeerError } from '../../contract/error.ts'
import type { Diagnostic } from '../../contract/diagnostic.ts'
import type { Project } from '../../project/project.ts'
import { runTool, type BuildRun } from '../run-tool.ts'
import { firstOf, isNewer } from './installed.ts'
import { outDir } from './out-dir.ts'
import { readPackageJson } from './package-json.ts'
import { exists, readStartScript } from './start-script.ts'
import { refusedOptions } from './tsconfig-advice.ts'

/** More than a compiler prints before it names an option. */
const MOST_LINES = 1_000

/** As runTool, for TypeScript. Throws TSCONFIG_REFUSED instead of BUILD_FAILED if an option is at fault. */
export async function runCompiler(project: Project, argv: string[], run: BuildRun): Promise<void> {
  const lines: string[] = []
  const print: BuildRun['print'] = (line) => {
    if (lines.length < MOST_LINES) lines.push(line.text)
    run.print(line)
  }
  try {
    await runTool(project, argv, { ...run, print }, 'build')
  } catch (error) {
    const options = refusedOptions(lines)
    if (options.length === 0 || !(error instanceof PeerError) || error.code !== 'BUILD_FAILED') throw error
    const { diagnostics = [], ...failed } = error.details as Printed & { diagnostics?: Diagnostic[] }
    const details = { command: argv.join(' '), options, ...printedIn(failed), diagnostics }
    throw new PeerError('TSCONFIG_REFUSED', details, { cause: error })
  }
}

/**
 * Throws OUTPUT_MISPLACED if the file that the start script loads isn't where tsc has just written it: `dist/index.js`,
 * where it is `dist/src/index.js`.
 */
export async function findOutput(project: Project, command: string): Promise<void> {
  const output = await outDir(project.folder)
  const json = await readPackageJson(project.folder)
  const script = readStartScript(json, project.server !== undefined)
  const entry =
    script.kind === 'main' ? script.file : script.kind === 'shim-cli' ? (json.main ?? 'index.js') : undefined
  if (output === undefined || entry === undefined) return
  const expected = path.posix.normalize(entry.replaceAll('\\', '/'))
  if (!expected.startsWith(`${output}/`)) return
  const wanted = expected.slice(output.length + 1).replace(/(?:\.js)?$/, '.js')
  const names = await readdir(path.join(project.folder, output), { recursive: true }).catch((): string[] => [])
  const here = (file: string) => path.join(project.folder, file)
  for (const name of names.map((each) => each.replaceAll('\\', '/'))) {
    if (!name.endsWith(`/${wanted}`)) continue
    const rootDir = name.slice(0, -wanted.length - 1)
    const [source, found] = [wanted.replace(/\.js$/, '.ts'), `${output}/${name}`]
    // Another file of that name has its own source.
    if (!(await exists(here(`${rootDir}/${source}`))) || (await exists(here(source)))) continue
    const there = await firstOf(project.folder, [expected, `${expected}.js`, `${expected}/index.js`])
    // One that is older was left by an earlier build.
    if (there !== undefined && !(await isNewer(here(found), here(there)))) continue
    throw new PeerError('OUTPUT_MISPLACED', { command, expected, found, rootDir })
  }
}
