import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Difference } from '../../../contract/state.ts'
import { blank, fileOutside, levelDifferences, noJar, ownRepository } from './build-file.ts'
import { lineAt, lineOf, type Packaged } from '../packaged.ts'

export async function mavenDifferences(packaged: Packaged, raw: string): Promise<Difference[]> {
  const file = 'pom.xml'
  const text = raw.replace(/<!--[\s\S]*?-->/g, blank)
  const found: Difference[] = []
  const parent = /<parent>[\s\S]*?<\/parent>/.exec(text)
  if (parent !== null) found.push(...(await parentDifferences(packaged, parent[0], lineOf(text, /<parent>/))))
  else if (!/maven-(?:shade|assembly)-plugin|spring-boot-maven-plugin/.test(text)) {
    found.push(noJar(file, 'No plugin in it puts the dependencies into the jar.', 'Add the maven-shade-plugin.'))
  } else if (
    !/<(finalName|outputFile)>[^<]*\bchaincode(?:\.jar)?\s*<\/\1>/.test(text) &&
    !/<artifactId>\s*chaincode\s*<\/artifactId>/.test(text)
  ) {
    found.push(
      noJar(
        file,
        'A peer takes target/chaincode.jar; the jar of this build is called otherwise. Slipway takes the biggest.',
        'Set `<finalName>chaincode</finalName>` in `<build>`.',
      ),
    )
  }
  const level =
    /<(?:maven\.compiler\.(?:release|source|target)|java\.version|release|source|target)>\s*(?:1\.)?(\d+)\s*</
  found.push(...levelDifferences(file, text, level))
  const outside = /<(?:systemPath|relativePath|module)>[^<]*\.\.\/[^<]*</
  if (outside.test(text))
    found.push(
      fileOutside(file, /\.\.\/[^<]*/.exec(outside.exec(text)?.[0] ?? '')?.[0] ?? '../', lineOf(text, outside)),
    )
  const snapshot = /<dependency>(?:(?!<\/dependency>)[\s\S])*-SNAPSHOT\s*<\/version>/.exec(text)
  if (snapshot !== null) {
    const line = lineAt(text, snapshot.index + snapshot[0].lastIndexOf('-SNAPSHOT'))
    found.push(ownRepository(file, 'It depends on a -SNAPSHOT', line))
  }
  return found
}

/** A parent that Maven finds beside the folder. */
async function parentDifferences({ root }: Packaged, parent: string, line: number | undefined): Promise<Difference[]> {
  const given = /<relativePath>\s*([^<]*?)\s*<\/relativePath>/.exec(parent)?.[1]
  // An empty one says that it is in a repository; one that names a folder outside is found anyway.
  if (given === '' || given?.includes('..') || /<relativePath\s*\/>/.test(parent)) return []
  const id = /<artifactId>\s*([^<\s]+)/.exec(parent)?.[1] ?? ''
  const above = await readFile(path.join(root, '..', 'pom.xml'), 'utf8').catch(() => '')
  const isThere = above.replace(/<parent>[\s\S]*?<\/parent>/, '').includes(`<artifactId>${id}</artifactId>`)
  return isThere && given === undefined ? [fileOutside('pom.xml', '../pom.xml', line)] : []
}
