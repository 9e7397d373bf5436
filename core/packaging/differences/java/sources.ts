import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Difference } from '../../../contract/difference.ts'
import type { Packaged } from '../packaged.ts'

/** Sources and scripts of a Java chaincode that a peer doesn't get, or gets and can't run. */
export async function sourceDifferences(packaged: Packaged): Promise<Difference[]> {
  return [...(await leftOutSources(packaged)), ...(await wrapperDifferences(packaged))]
}

/** Sources in folders that Fabric takes for build output, at any depth. */
async function leftOutSources(packaged: Packaged): Promise<Difference[]> {
  const differences: Difference[] = []
  for (const folder of packaged.leftOutFolders) {
    if (!/(?:^|\/)src\/.*(?:target|build|out)$/.test(folder)) continue
    const names = await readdir(path.join(packaged.root, folder), { recursive: true }).catch((): string[] => [])
    const source = names.find((name) => /\.(?:java|kt|groovy|scala)$/.test(name))
    if (source === undefined) continue
    differences.push({
      name: 'file-left-out',
      what: `A peer builds without ${folder}.`,
      why: 'Fabric leaves out every folder called target, build or out, and this one holds sources.',
      do: 'Give that Java package another name.',
      file: `${folder}/${source.replaceAll('\\', '/')}`,
      fatal: true,
    })
  }
  return differences
}

/** A shell script with the line endings of Windows, from an editor or a checkout. */
async function wrapperDifferences(packaged: Packaged): Promise<Difference[]> {
  const differences: Difference[] = []
  for (const file of ['gradlew', 'mvnw']) {
    const text = await packaged.read(file)
    if (text?.includes('\r\n') !== true) continue
    differences.push({
      name: 'line-endings',
      what: `A peer can't run ${file}: it has Windows line endings.`,
      why: 'A peer runs it in Linux, which looks for an interpreter whose name ends with a carriage return.',
      do: `Write it with LF: add \`${file} text eol=lf\` to .gitattributes, then check the file out again.`,
      file,
      fatal: true,
    })
  }
  return differences
}
