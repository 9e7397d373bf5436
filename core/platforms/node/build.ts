import path from 'node:path'
import { customStart } from '../artifacts.ts'
import type { BuiltProject, Project } from '../../project/project.ts'
import { runTool, shellArgv, type BuildRun } from '../run-tool.ts'
import { findOutput, runCompiler } from './compiler.ts'
import { outDir } from './out-dir.ts'
import { readPackageJson } from './package-json.ts'
import { exists, findShim, readStartScript } from './start-script.ts'

/** TypeScript is built by the `build` script of its package.json; JavaScript needs no build. */
export async function buildNode(project: Project, run: BuildRun): Promise<BuiltProject> {
  const json = await readPackageJson(project.folder)
  let output: string | undefined
  if (project.build !== undefined) {
    run.note(project.build)
    await runTool(project, shellArgv(project.build), run, 'build')
  } else if (project.dialect === 'TypeScript' && json.scripts.build !== undefined) {
    run.note(json.scripts.build)
    const command = await buildCommand(project.folder, json.scripts)
    await runCompiler(project, command, run)
    await findOutput(project, command.join(' '))
    // tsc without arguments writes only what tsconfig.json says.
    if (command[0] === 'node' && command.length === 2) output = await outDir(project.folder)
  }
  const made = output === undefined ? undefined : [path.join(project.folder, output)]
  return { project, build: run.number, ...(await start(project)), made }
}

/** A build script that is just tsc is run without npm, which takes as long as compiling a small contract. */
async function buildCommand(folder: string, scripts: Record<string, string>): Promise<string[]> {
  const compiler = 'node_modules/typescript/bin/tsc'
  const [program, ...args] = (scripts.build ?? '').trim().split(/\s+/)
  const isPlain = program === 'tsc' && args.every((arg) => /^[\w./-]+$/.test(arg))
  if (!isPlain || 'prebuild' in scripts || 'postbuild' in scripts || !(await exists(path.join(folder, compiler)))) {
    return ['npm', 'run', '--silent', 'build']
  }
  return ['node', compiler, ...args]
}

async function start(project: Project): Promise<Pick<BuiltProject, 'argv' | 'warm'>> {
  const custom = customStart(project)
  if (custom !== undefined) return { argv: custom, warm: { reason: 'slipway.yaml has its own start command' } }
  const isServer = project.server !== undefined
  const script = readStartScript(await readPackageJson(project.folder), isServer)
  const byNpm = npmArgv(script.kind === 'npm' ? script.script : 'start', isServer)
  if (script.kind === 'npm') return { argv: byNpm, warm: { reason: 'the start script is not a plain one' } }
  const shim = await findShim(project.folder)
  if (shim === undefined) return { argv: byNpm, warm: { reason: 'fabric-shim was not found in node_modules' } }
  const main =
    script.kind === 'shim-cli'
      ? [path.join(shim, 'cli.js'), script.command, ...script.args]
      : [path.resolve(project.folder, script.file), ...script.args]
  const nodeOptions = [project.env['NODE_OPTIONS'], process.env['NODE_OPTIONS']].join(' ')
  const cold = isServer
    ? 'a server is never pre-warmed'
    : nodeOptions.includes('--inspect')
      ? 'NODE_OPTIONS asks for a debugger'
      : undefined
  return { argv: ['node', ...main], warm: cold === undefined ? { shim } : { reason: cold } }
}

/** Fabric's flags follow it; a server gets none. */
function npmArgv(script: string, isServer: boolean): string[] {
  const argv = script === 'start' ? ['npm', 'start', '--silent'] : ['npm', 'run', '--silent', script]
  return isServer ? argv : [...argv, '--']
}
