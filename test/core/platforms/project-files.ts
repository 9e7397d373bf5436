import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { tempFolder } from '../../support/temp.ts'

/** A folder with these files, by path. */
export async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await tempFolder('detect')
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
    await writeFile(path.join(folder, name), text)
  }
  return folder
}

export const goMod = (module: string) => `module ${module}

go 1.22

require (
	github.com/hyperledger/fabric-chaincode-go/v2 v2.3.0
	github.com/hyperledger/fabric-contract-api-go/v2 v2.2.0 // indirect
)
`
export const packageJson = (more: object = {}) =>
  JSON.stringify({
    name: '@acme/asset.transfer',
    version: '2.1.0',
    scripts: { start: 'set -x && fabric-chaincode-node start', build: 'tsc' },
    dependencies: { 'fabric-contract-api': '^2.5.0', 'fabric-shim': '^2.5.0' },
    ...more,
  })
export const gradle = `plugins { id 'com.github.johnrengelman.shadow' version '7.1.2' }
version '0.3-SNAPSHOT'
dependencies { implementation 'org.hyperledger.fabric-chaincode-java:fabric-chaincode-shim:2.5.5' }
`
export const pom = `<project>
  <parent><artifactId>parent</artifactId><version>9</version></parent>
  <groupId>org.acme</groupId>
  <!-- <artifactId>old</artifactId> -->
  <artifactId>land-registry</artifactId>
  <version>1.4</version>
  <dependencies><dependency><groupId>org.hyperledger.fabric-chaincode-java</groupId>
    <artifactId>fabric-chaincode-shim</artifactId><version>2.5.5</version></dependency></dependencies>
</project>`
