import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Difference } from '../../../contract/state.ts'
import { gradleDifferences } from './gradle.ts'
import { mavenDifferences } from './maven.ts'
import type { Packaged } from '../packaged.ts'

/**
 * A peer runs `gradlew build shadowJar -x test` where there is a build.gradle, else `mvnw compile package`, in
 * fabric-javaenv, and takes build/libs/chaincode.jar or target/chaincode.jar (fabric-chaincode-java v2.5.8, build.sh).
 */
export async function javaDifferences(packaged: Packaged): Promise<Difference[]> {
  const left = [...(await leftOutSources(packaged)), ...(await wrapperDifferences(packaged))]
  for (const file of ['build.gradle', 'build.gradle.kts']) {
    const text = await packaged.read(file)
    if (text !== undefined) return [...left, ...(await gradleDifferences(packaged, file, text))]
  }
  const pom = await packaged.read('pom.xml')
  return pom === undefined ? left : [...left, ...(await mavenDifferences(packaged, pom))]
}

/** Sources in folders that Fabric takes for build output, at whatever depth. */
async function leftOutSources(packaged: Packaged): Promise<Difference[]> {
  const found: Difference[] = []
  for (const folder of packaged.leftOutFolders) {
    if (!/(?:^|\/)src\/.*(?:target|build|out)$/.test(folder)) continue
    const names = await readdir(path.join(packaged.root, folder), { recursive: true }).catch((): string[] => [])
    const source = names.find((name) => /\.(?:java|kt|groovy|scala)$/.test(name))
    if (source === undefined) continue
    found.push({
      name: 'file-left-out',
      what: `A peer builds without ${folder}.`,
      why: 'Fabric leaves out every folder called target, build or out, whatever is in it; here it holds sources.',
      do: 'Give that Java package another name.',
      file: `${folder}/${source.replaceAll('\\', '/')}`,
      fatal: true,
    })
  }
  return found
}

/** A shell script as an editor or a checkout on Windows leaves it. */
async function wrapperDifferences(packaged: Packaged): Promise<Difference[]> {
  const found: Difference[] = []
  for (const file of ['gradlew', 'mvnw']) {
    const text = await packaged.read(file)
    if (text?.includes('\r\n') !== true) continue
    found.push({
      name: 'line-endings',
      what: `A peer cannot run ${file}: its lines end as on Windows.`,
      why: 'A peer runs it in Linux, which looks for an interpreter whose name ends with a carriage return.',
      do: `Write it with LF: \`${file} text eol=lf\` in .gitattributes, then check it out anew.`,
      file,
      fatal: true,
    })
  }
  return found
}
