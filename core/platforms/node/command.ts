import type { Folder } from '../../project/folder.ts'
import type { Project, TerminalCommand } from '../../project/project.ts'
import { parsePackageJson } from './package-json.ts'
import { readStartScript } from './start-script.ts'

/** `npx fabric-chaincode-node start` if the start script does that, else whatever `npm start` does. */
export async function nodeCommand(project: Project, folder: Folder): Promise<TerminalCommand> {
  const json = await parsePackageJson((await folder.read('package.json')) ?? '{}', folder.path)
  const build = project.dialect === 'TypeScript' && 'build' in json.scripts ? ['npm', 'run', 'build'] : undefined
  const isServer = project.server !== undefined
  const script = readStartScript(json, isServer)
  if (script.kind === 'shim-cli') {
    return { build, argv: ['npx', 'fabric-chaincode-node', script.command, ...(isServer ? script.args : [])] }
  }
  const argv = script.kind === 'npm' ? npmArgv(script.script) : npmArgv('start')
  // Fabric's flags follow it; a server gets none.
  return { build, argv: isServer ? argv : [...argv, '--'] }
}

function npmArgv(script: string): string[] {
  return script === 'start' ? ['npm', 'start'] : ['npm', 'run', script]
}
