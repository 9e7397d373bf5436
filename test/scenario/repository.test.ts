// @module-tag slow
import { writeFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { FoundChaincode } from '../../core/contract/found-chaincode.ts'
import { remediesOf } from '../../core/contract/remedies.ts'
import { readProjects } from '../../core/index.ts'
import { fixture } from '../support/fixtures.ts'
import { freeAddress } from '../support/free-port.ts'
import { testPeer } from '../support/peer.ts'
import { tempFolder } from '../support/temp.ts'
import { edit, openFolder } from './author.ts'

/** A repository with these files. */
async function repository(files: Record<string, string>): Promise<string> {
  const root = await tempFolder('repository')
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(root, name, '..'), { recursive: true })
    await writeFile(join(root, name), text)
  }
  return root
}

/** What opening its root names: `path dialect`. */
async function found(root: string): Promise<string[]> {
  const error: unknown = await readProjects(root).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'FOLDER_HOLDS_CHAINCODES' })
  const { details } = error as { details: { found: FoundChaincode[] } }
  for (const { folder } of details.found) expect((await readProjects(folder)).projects).toHaveLength(1)
  return details.found.map(({ path, dialect }) => `${path} ${dialect}`)
}

const packageJson = (json: object) => JSON.stringify({ version: '1.0.0', ...json })
const shim = { dependencies: { 'fabric-shim': '2.5.8' }, scripts: { start: 'node .' } }
const goMod = (module: string) =>
  `module ${module}\n\ngo 1.22\n\nrequire github.com/hyperledger/fabric-chaincode-go/v2 v2.0.0\n`
const goMain = 'package main\n\nfunc main() {}\n'

test('the root of a repository names the chaincodes below it, nearest first, without dependencies and output', async () => {
  const root = await repository({
    'README.md': '# x',
    'app/package.json': packageJson({ name: 'app' }),
    'chaincode/assets/package.json': packageJson({ name: 'assets', ...shim }),
    'chaincode/assets/node_modules/other/package.json': packageJson({ name: 'other', ...shim }),
    'deep/er/chaincode/go/go.mod': goMod('x/marbles'),
    'deep/er/chaincode/go/main.go': goMain,
    'node_modules/copy/package.json': packageJson({ name: 'copy', ...shim }),
    '.hidden/cc/package.json': packageJson({ name: 'hidden', ...shim }),
    'broken/package.json': '{',
  })
  expect(await found(root)).toEqual(['chaincode/assets JavaScript', 'deep/er/chaincode/go Go'])
})

test.each([
  [
    "npm's workspaces, whose root carries the shim",
    {
      'package.json': packageJson({ workspaces: ['packages/*'], dependencies: { 'fabric-shim': '2.5.8' } }),
      'packages/cc/package.json': packageJson({ name: 'cc', ...shim }),
      'packages/lib/package.json': packageJson({ name: 'lib' }),
    },
    ['packages/cc JavaScript'],
  ],
  [
    "Go's workspace",
    {
      'go.work': 'go 1.22\n\nuse (\n\t./a\n\t./b\n)\n',
      'a/go.mod': goMod('x/a'),
      'a/main.go': goMain,
      'b/go.mod': goMod('x/b'),
      'b/main.go': goMain,
    },
    ['a Go', 'b Go'],
  ],
  [
    'a Gradle build of several projects, with the catalog of its root',
    {
      'settings.gradle': "rootProject.name = 'all'\ninclude 'cc', 'lib'\n",
      'build.gradle':
        "subprojects { dependencies { implementation 'org.hyperledger.fabric-chaincode-java:fabric-chaincode-shim:2.5.5' } }\n",
      'gradle/libs.versions.toml': 'shim = "org.hyperledger.fabric-chaincode-java:fabric-chaincode-shim:2.5.5"\n',
      'cc/build.gradle': "plugins { id 'java' }\ndependencies { implementation libs.shim }\n",
      'lib/build.gradle': "plugins { id 'java' }\n",
    },
    ['cc Java'],
  ],
  [
    'a Maven build of several modules',
    {
      'pom.xml':
        '<project><artifactId>all</artifactId><packaging>pom</packaging><modules><module>cc</module></modules><dependencyManagement><dependencies><dependency><artifactId>fabric-chaincode-shim</artifactId></dependency></dependencies></dependencyManagement></project>',
      'cc/pom.xml':
        '<project><artifactId>cc</artifactId><dependencies><dependency><artifactId>fabric-chaincode-shim</artifactId></dependency></dependencies></project>',
    },
    ['cc Java'],
  ],
  [
    'a folder that only slipway.yaml describes',
    { 'cc/slipway.yaml': 'language: node\nstart: ./run\n', 'README.md': '' },
    ['cc slipway.yaml'],
  ],
])('%s', async (_what, files: Record<string, string>, expected) => {
  expect(await found(await repository(files))).toEqual(expected)
})

test('a folder without any below says what it looked for', async () => {
  await expect(readProjects(await repository({ 'a/b/c.txt': '' }))).rejects.toMatchObject({
    code: 'FOLDER_NOT_CHAINCODE',
  })
})

test('a chaincode server that nobody said is one: the failure says to set `server:`', async () => {
  const folder = await fixture('javascript-server')
  const peer = await testPeer({ chaincode: { startuptimeout: 3_000 } })
  const opened = await openFolder(peer, { folder })
  const { error } = await opened.eventually('it failed', (state) => (state.error === undefined ? undefined : state))
  expect(error).toMatchObject({ code: 'SERVER_UNSET', details: { evidence: expect.any(String) as string } })
})

test('a connection.json shows it too, and the server that it tells to set is then dialed', async () => {
  const folder = await fixture('javascript-server')
  // Nothing in the source says so.
  await edit(join(folder, 'server.js'), 'CHAINCODE_SERVER_ADDRESS: address', 'LISTEN_ON: address')
  const address = await freeAddress()
  const connection = { address, dial_timeout: '10s', tls_required: false }
  await writeFile(join(folder, 'connection.json'), JSON.stringify(connection))
  const peer = await testPeer()
  const opened = await openFolder(peer, { folder })
  const { error } = await opened.failed(1)
  expect(error).toMatchObject({ code: 'SERVER_UNSET', details: { evidence: 'connection.json' } })
  expect(error && remediesOf(error)).toMatchObject([{ kind: 'set-server' }])

  // At one go: the peer reads it in this process.
  writeFileSync(join(folder, 'slipway.yaml'), `server: ${address}\nenv: { LISTEN_ON: '${address}' }\n`)
  await opened.build(2, 'serving')
  expect(await opened.evaluate('version')).toBe('VERSION_MARK_1')
})
