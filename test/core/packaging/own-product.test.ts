import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { chaincodeFolder, namesOf, packageOf } from '../platforms/chaincode-folder.ts'

/** A gzipped tar of empty files with these names. */
async function archive(...names: string[]): Promise<Buffer> {
  const tar = pack()
  for (const name of names) tar.entry({ name }, '')
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return gzipSync(Buffer.concat(chunks))
}

test('an earlier package never goes into a package, wherever it lies and whoever wrote it; other archives do', async () => {
  const product = await archive('metadata.json', 'code.tar.gz')
  const folder = await chaincodeFolder({
    'go.mod':
      'module example.com/assets\n\ngo 1.23.0\n\nrequire github.com/hyperledger/fabric-chaincode-go/v2 v2.3.0\n',
    'assets_1.0.tar.gz': product,
    'releases/2026/assets.tgz': product,
    'cmd/cc/main.go':
      'package main\n\nimport _ "github.com/hyperledger/fabric-chaincode-go/v2/shim"\n\nfunc main() {}\n',
    'cmd/cc/cc_1.0.tar.gz': product,
    'cmd/cc/seed.tar.gz': await archive('data.json'),
  })
  const { code } = await packageOf(join(folder, 'cmd/cc'))
  expect((await namesOf(code)).filter((name) => !name.endsWith('/'))).toEqual([
    'src/cmd/cc/main.go',
    'src/cmd/cc/seed.tar.gz',
    'src/go.mod',
  ])
})
