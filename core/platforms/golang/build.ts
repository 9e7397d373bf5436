import path from 'node:path'
import { buildFile, customStart, makeBuildFolder, removeOlder } from '../artifacts.ts'
import type { BuiltProject, Project } from '../../project/project.ts'
import { runTool, shellArgv, type BuildRun } from '../run-tool.ts'
import { requireProgram } from './programs.ts'

/**
 * `go build` into a new file for each build, so that the one that serves is never overwritten. Throws NOT_A_PROGRAM and
 * what runTool throws.
 */
export async function buildGolang(project: Project, run: BuildRun): Promise<BuiltProject> {
  const file = buildFile(project, run.number, process.platform === 'win32' ? '.exe' : '')
  const custom = customStart(project)
  if (project.build !== undefined) {
    run.note(project.build)
    await runTool(project, shellArgv(project.build), run, 'build')
  }
  const isPlain = project.build === undefined && custom === undefined
  if (isPlain) {
    // Optimised code has no variables to look at, and its lines are out of order.
    const debugged = project.debug === true ? ['-gcflags=all=-N -l'] : []
    run.note(['go build', ...debugged].join(' '))
    await requireProgram(project.folder)
    await makeBuildFolder(project)
    // -v names each package once it is compiled: the first build takes long, and would say nothing.
    await runTool(project, ['go', 'build', '-v', ...debugged, '-o', file, '.'], run, 'build')
    await removeOlder(project, run)
  }
  const argv = custom ?? (project.build === undefined ? [file] : [path.join(project.folder, binaryName(project))])
  return { project, build: run.number, argv, made: isPlain ? [file] : undefined }
}

/** The binary that the shown command makes, and that an author's own build command has to make. */
export function binaryName(project: Project): string {
  return process.platform === 'win32' ? `${project.name}.exe` : project.name
}
