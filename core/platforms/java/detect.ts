import path from 'node:path'
import { PeerError } from '../../contract/error.ts'
import type { Folder } from '../../project/folder.ts'
import { gradleRoot } from './gradle-root.ts'
import type { Detected } from '../../project/detected.ts'

const SHIM = /fabric-chaincode-shim\b/

/** A Gradle or Maven project; a chaincode if it depends on Fabric's Java shim. Throws FOLDER_UNREADABLE, PROJECT_FILE_INVALID. */
export async function detectJava(folder: Folder): Promise<Detected | undefined> {
  const gradle = (await folder.read('build.gradle')) ?? (await folder.read('build.gradle.kts'))
  const pom = await folder.read('pom.xml')
  // Some samples have both: the one that names the shim decides, and Gradle if both do, as in Fabric's own build.
  if (gradle !== undefined && (pom === undefined || SHIM.test(gradle) || !SHIM.test(pom))) {
    return detectGradle(folder, gradle)
  }
  return pom === undefined ? undefined : detectMaven(folder, pom)
}

/** By patterns: a build.gradle is a program. */
async function detectGradle(folder: Folder, build: string): Promise<Detected> {
  const settings = (await folder.read('settings.gradle')) ?? (await folder.read('settings.gradle.kts')) ?? ''
  // A project of several has the catalog of the root.
  const at = await gradleRoot(folder)
  const catalog = (await folder.read(`${at}gradle/libs.versions.toml`)) ?? ''
  const namesShim = SHIM.test(withoutComments(build)) || (SHIM.test(catalog) && /\blibs\./.test(build))
  return {
    language: 'java',
    dialect: 'Java',
    buildTool: 'gradle',
    name: /rootProject\.name\s*=\s*['"]([^'"]+)['"]/.exec(settings)?.[1],
    version: /^\s*version\s*=?\s*\(?['"]([^'"]+)['"]/m.exec(build)?.[1],
    chaincode: namesShim && !isParent(folder, /^\s*include\b/m.test(settings)),
  }
}

/** A build of several projects, without sources of its own. */
function isParent(folder: Folder, hasProjects: boolean): boolean {
  return hasProjects && !folder.names.has('src')
}

async function detectMaven(folder: Folder, text: string): Promise<Detected> {
  const maven = { language: 'java', dialect: 'Java', buildTool: 'maven' } as const
  if (!SHIM.test(text)) return { ...maven, name: undefined, version: undefined, chaincode: false }
  // Loaded only here: other folders need no XML parser.
  const { interpolate, parsePom, valueAt, XmlFault } = await import('./pom.ts')
  try {
    const pom = parsePom(text)
    return {
      ...maven,
      name: valueAt(pom, 'project/artifactId'),
      version: valueAt(pom, 'project/version'),
      chaincode:
        !isParent(folder, valueAt(pom, 'project/modules/module') !== undefined) &&
        pom.some(
          ({ path, text: id }) => path.endsWith('/dependency/artifactId') && SHIM.test(interpolate(pom, id) ?? ''),
        ),
    }
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error
    const { line, column, reason: message } = error
    const file = path.join(folder.path, 'pom.xml')
    throw new PeerError('PROJECT_FILE_INVALID', { file, format: 'XML', line, column, message }, { cause: error })
  }
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
}
