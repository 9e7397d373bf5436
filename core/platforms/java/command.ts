import type { Folder } from '../../project/folder.ts'
import type { Project, TerminalCommand } from '../../project/project.ts'
import { javaBuild } from './build-tool.ts'

export async function javaCommand(project: Project, folder: Folder): Promise<TerminalCommand> {
  const { tool, tasks, output } = await javaBuild(folder, project.buildTool)
  const shown = tasks.filter((task) => task !== '--console=plain' && task !== '-B' && task !== '-ntp')
  return { build: [tool, ...shown], argv: ['java', '-jar', `${output}/chaincode.jar`] }
}
