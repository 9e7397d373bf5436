import type { Project, TerminalCommand } from '../../project/project.ts'
import { binaryName } from './build.ts'

export function golangCommand(project: Project): TerminalCommand {
  return { build: ['go', 'build', '-o', binaryName(project), '.'], argv: [`./${binaryName(project)}`] }
}
