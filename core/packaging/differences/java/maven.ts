import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Difference } from '../../../contract/difference.ts'
import { interpolate, parsePom, valueAt, type Pom, type PomElement } from '../../../platforms/java/pom.ts'
import { fileOutside, javaLevelDifferences, noJar, ownRepository } from './build-file.ts'
import type { Packaged } from '../packaged.ts'

const FILE = 'pom.xml'
/** They put the dependencies into the jar. */
const PACKERS = /^(?:maven-(?:shade|assembly)-plugin|spring-boot-maven-plugin)$/

/** Finds nothing in a pom.xml that can't be parsed: the build says so before it is packaged. */
export async function mavenDifferences(packaged: Packaged, text: string): Promise<Difference[]> {
  const pom = tryParse(text)
  if (pom === undefined) return []
  const parent = pom.find(({ path: at }) => at === 'project/parent')
  return [
    ...(parent === undefined ? jarDifferences(pom) : await parentDifferences(packaged, pom, parent)),
    ...javaLevelDifferences(FILE, levelsIn(pom)),
    ...pathDifferences(pom),
    ...snapshotDifferences(pom),
  ]
}

function tryParse(text: string): Pom | undefined {
  try {
    return parsePom(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function nameOf({ path: at }: PomElement): string {
  return at.slice(at.lastIndexOf('/') + 1)
}

function jarDifferences(pom: Pom): Difference[] {
  const hasPacker = pom.some((element) => nameOf(element) === 'artifactId' && PACKERS.test(element.text))
  if (!hasPacker) {
    return [noJar(FILE, 'None of its plugins puts the dependencies into the jar.', 'Add the maven-shade-plugin.')]
  }
  const isNamed = pom.some(
    (element) =>
      /^(?:finalName|outputFile)$/.test(nameOf(element)) &&
      /\bchaincode(?:\.jar)?$/.test(interpolate(pom, element.text) ?? element.text),
  )
  if (isNamed || valueAt(pom, 'project/artifactId') === 'chaincode') return []
  return [
    noJar(
      FILE,
      'A peer takes target/chaincode.jar, and the jar of this build has another name. Slipway takes the biggest jar.',
      'Set `<finalName>chaincode</finalName>` in `<build>`.',
    ),
  ]
}

/** A parent that Maven finds in the folder above. */
async function parentDifferences({ root }: Packaged, pom: Pom, parent: PomElement): Promise<Difference[]> {
  // An empty relativePath says that it is in a repository; one that leads outside is reported as a path.
  if (pom.some(({ path: at }) => at === 'project/parent/relativePath')) return []
  const above = tryParse(await readFile(path.join(root, '..', FILE), 'utf8').catch(() => ''))
  const id = valueAt(pom, 'project/parent/artifactId')
  const isThere = above !== undefined && id !== undefined && valueAt(above, 'project/artifactId') === id
  return isThere ? [fileOutside(FILE, '../pom.xml', parent.line)] : []
}

function levelsIn(pom: Pom): { level: number; line: number }[] {
  return pom.flatMap((element) => {
    const isLevel = /^(?:maven\.compiler\.(?:release|source|target)|java\.version|release|source|target)$/
    const level = isLevel.test(nameOf(element)) ? /^(?:1\.)?(\d+)$/.exec(element.text)?.[1] : undefined
    return level === undefined ? [] : [{ level: Number(level), line: element.line }]
  })
}

function pathDifferences(pom: Pom): Difference[] {
  const outside = pom.find(
    (element) => /^(?:systemPath|relativePath|module)$/.test(nameOf(element)) && element.text.includes('../'),
  )
  if (outside === undefined) return []
  return [fileOutside(FILE, outside.text.slice(outside.text.indexOf('../')), outside.line)]
}

function snapshotDifferences(pom: Pom): Difference[] {
  const snapshot = pom.find(({ path: at, text }) => at.endsWith('/dependency/version') && text.endsWith('-SNAPSHOT'))
  return snapshot === undefined ? [] : [ownRepository(FILE, 'It depends on a -SNAPSHOT', snapshot.line)]
}
