import { copyFile, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { PeerError } from '../../contract/error.ts'
import { buildFile, customStart, makeBuildFolder, removeOlder } from '../artifacts.ts'
import { openFolder } from '../../project/folder.ts'
import type { BuiltProject, Project } from '../../project/project.ts'
import { runTool, shellArgv, type BuildRun } from '../run-tool.ts'
import { javaBuild } from './build-tool.ts'

/**
 * Build the jar with all its dependencies and copy it to a new file: the jar that a JVM runs from must not be
 * overwritten.
 */
export async function buildJava(project: Project, run: BuildRun): Promise<BuiltProject> {
  const { tool, tasks, output } = await javaBuild(await openFolder(project.folder), project.buildTool)
  run.note(project.build ?? project.buildTool)
  await runTool(project, project.build === undefined ? [tool, ...tasks] : shellArgv(project.build), run, 'build')
  const custom = customStart(project)
  if (custom !== undefined) return { project, build: run.number, argv: custom }

  const jar = await findJar(path.join(project.folder, output))
  if (jar === undefined) {
    const command = project.build ?? [tool, ...tasks].join(' ')
    throw new PeerError('BUILD_FAILED', {
      command,
      words: `made no jar in ${output}`,
      cause: {
        message:
          'Fabric starts a jar that holds all its dependencies: build/libs/chaincode.jar or target/chaincode.jar.',
        kind: 'config',
      },
      output: [],
    })
  }
  const file = buildFile(project, run.number, '.jar')
  await makeBuildFolder(project)
  await copyFile(jar, file)
  await removeOlder(project, run)
  const made = project.build === undefined ? [file] : undefined
  return { project, build: run.number, argv: ['java', '-jar', file], made }
}

/** `chaincode.jar`, which Fabric expects, else the biggest: that is the one with the dependencies in it. */
async function findJar(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch((): string[] => [])
  if (names.includes('chaincode.jar')) return path.join(folder, 'chaincode.jar')
  const jars = names.filter(
    (name) => name.endsWith('.jar') && !/^original-|-(?:sources|javadoc|plain|tests)\.jar$/.test(name),
  )
  const sized = await Promise.all(
    jars.map(async (name) => ({ name, size: (await stat(path.join(folder, name))).size })),
  )
  const biggest = sized.sort((a, b) => b.size - a.size)[0]
  return biggest && path.join(folder, biggest.name)
}
