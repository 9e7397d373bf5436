import type { Folder } from '../folder.ts'
import type { Project, TerminalCommand } from '../project.ts'
import { parsePackageJson } from './package-json.ts'
import { readStartScript } from './start-script.ts'

/** `npx fabric-chaincode-node start` where the start script is that, else whatever `npm start` does. */
export async function nodeCommand(project: Project, folder: Folder): Promise<TerminalCommand> {
  const json = parsePackageJson((await folder.read('package.json')) ?? '{}', folder.path)
  return {
    ...(project.dialect === 'TypeScript' && 'build' in json.scripts ? { build: ['npm', 'run', 'build'] } : {}),
    argv:
      readStartScript(json).kind === 'shim-cli' ? ['npx', 'fabric-chaincode-node', 'start'] : ['npm', 'start', '--'],
  }
}
