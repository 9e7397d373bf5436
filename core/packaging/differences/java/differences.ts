import type { Difference } from '../../../contract/difference.ts'
import { gradleDifferences } from './gradle.ts'
import { mavenDifferences } from './maven.ts'
import { sourceDifferences } from './sources.ts'
import type { Packaged } from '../packaged.ts'

/**
 * A peer runs `gradlew build shadowJar -x test` if there is a build.gradle, else `mvnw compile package`, in
 * fabric-javaenv, and takes build/libs/chaincode.jar or target/chaincode.jar (fabric-chaincode-java v2.5.8, build.sh).
 */
export async function javaDifferences(packaged: Packaged): Promise<Difference[]> {
  return [...(await sourceDifferences(packaged)), ...(await buildDifferences(packaged))]
}

async function buildDifferences(packaged: Packaged): Promise<Difference[]> {
  for (const file of ['build.gradle', 'build.gradle.kts']) {
    const text = await packaged.read(file)
    if (text !== undefined) return gradleDifferences(packaged, file, text)
  }
  const pom = await packaged.read('pom.xml')
  return pom === undefined ? [] : mavenDifferences(packaged, pom)
}
