import type { Folder } from '../../project/folder.ts'
import type { Detected } from '../../project/detected.ts'

const SHIM = /fabric-chaincode-shim\b/

/** A Gradle or Maven project; a chaincode where it depends on Fabric's Java shim. */
export async function detectJava(folder: Folder): Promise<Detected | undefined> {
  const gradle = (await folder.read('build.gradle')) ?? (await folder.read('build.gradle.kts'))
  const pom = await folder.read('pom.xml')
  // Some samples carry both; the one that knows the shim decides, and Gradle where both do, as in Fabric's build.
  if (gradle !== undefined && (pom === undefined || SHIM.test(gradle) || !SHIM.test(pom))) {
    const settings = (await folder.read('settings.gradle')) ?? (await folder.read('settings.gradle.kts')) ?? ''
    const name = /rootProject\.name\s*=\s*['"]([^'"]+)['"]/.exec(settings)?.[1]
    const version = /^\s*version\s*=?\s*\(?['"]([^'"]+)['"]/m.exec(gradle)?.[1]
    return {
      language: 'java',
      dialect: 'Java',
      buildTool: 'gradle',
      ...(name === undefined ? {} : { name }),
      ...(version === undefined ? {} : { version }),
      chaincode:
        SHIM.test(withoutComments(gradle)) || SHIM.test((await folder.read('gradle/libs.versions.toml')) ?? ''),
    }
  }
  if (pom === undefined) return undefined
  // The project's own coordinates, not its parent's, dependencies' or plugins'.
  const own = pom
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(parent|dependencies|dependencyManagement|build|profiles|properties|reporting)>[\s\S]*?<\/\1>/g, '')
  const name = /<artifactId>\s*([^<\s]+)\s*<\/artifactId>/.exec(own)?.[1]
  const version = /<version>\s*([^<\s]+)\s*<\/version>/.exec(own)?.[1]
  return {
    language: 'java',
    dialect: 'Java',
    buildTool: 'maven',
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    chaincode: SHIM.test(pom.replace(/<!--[\s\S]*?-->/g, '')),
  }
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
}
