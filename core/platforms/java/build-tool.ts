import type { Folder } from '../../project/folder.ts'
import { gradleRoot } from './gradle-root.ts'

/** How a Java project is built. */
export interface JavaBuild {
  /** Program: `gradle`, `mvn`, or the project's own wrapper. */
  tool: string
  tasks: string[]
  /** Where the jar with all dependencies appears. */
  output: string
}

/**
 * As Fabric's javaenv builds (build.sh of fabric-chaincode-docker: `gradle build shadowJar -x test`,
 * `mvn compile package -DskipTests`), without what only a release needs.
 */
export async function javaBuild(folder: Pick<Folder, 'names' | 'read'>, buildTool: string): Promise<JavaBuild> {
  const windows = process.platform === 'win32'
  if (buildTool === 'maven') {
    const wrapper = windows ? 'mvnw.cmd' : 'mvnw'
    const tool = folder.names.has(wrapper) ? `./${wrapper}` : 'mvn'
    return { tool, tasks: ['-B', '-ntp', 'package', '-DskipTests'], output: 'target' }
  }
  const wrapper = windows ? 'gradlew.bat' : 'gradlew'
  // A project of several is built by the wrapper of their root.
  const at = await gradleRoot(folder)
  const tool = (await folder.read(`${at}${wrapper}`)) === undefined ? 'gradle' : `${at || './'}${wrapper}`
  return { tool, tasks: ['--console=plain', 'shadowJar', '-x', 'test'], output: 'build/libs' }
}
