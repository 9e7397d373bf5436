import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { readProjects } from '../../../core/platforms/detect.ts'
import { tempFolder } from '../../support/temp.ts'
import { folderWith, goMod, gradle, packageJson, pom } from './project-files.ts'

describe('readProjects detects', () => {
  test.each([
    ['Go', { 'go.mod': goMod('github.com/acme/marbles/v2') }, ['marbles', '1.0', 'golang', 'Go', 'go']],
    [
      'an old Go shim',
      { 'go.mod': 'module sacc\nrequire github.com/hyperledger/fabric-chaincode-go v0.0.0-2020\n' },
      ['sacc', '1.0', 'golang', 'Go', 'go'],
    ],
    ['JavaScript', { 'package.json': packageJson() }, ['asset-transfer', '2.1.0', 'node', 'JavaScript', 'npm']],
    [
      'TypeScript',
      { 'package.json': packageJson(), 'tsconfig.json': '{}' },
      ['asset-transfer', '2.1.0', 'node', 'TypeScript', 'npm'],
    ],
    [
      'TypeScript by its dependency',
      { 'package.json': packageJson({ devDependencies: { typescript: '5' } }) },
      ['asset-transfer', '2.1.0', 'node', 'TypeScript', 'npm'],
    ],
    [
      'Gradle',
      { 'build.gradle': gradle, 'settings.gradle': `rootProject.name = 'basic'` },
      ['basic', '0.3-SNAPSHOT', 'java', 'Java', 'gradle'],
    ],
    ['Maven', { 'pom.xml': pom }, ['land-registry', '1.4', 'java', 'Java', 'maven']],
    [
      'Maven with placeholders',
      {
        'pom.xml': pom
          .replace(
            '<version>1.4<',
            '<properties><revision>2.${minor}</revision><minor>1</minor></properties><version>${revision}<',
          )
          .replace('land-registry', '${project.groupId}'),
      },
      ['org-acme', '2.1', 'java', 'Java', 'maven'],
    ],
    [
      'a Go chaincode beside a pom.xml that is broken',
      { 'go.mod': goMod('x/marbles'), 'pom.xml': '<project>' },
      ['marbles', '1.0', 'golang', 'Go', 'go'],
    ],
    [
      'a Go chaincode beside a package.json of tools',
      { 'go.mod': goMod('x/marbles'), 'package.json': '{"devDependencies":{"prettier":"3"}}' },
      ['marbles', '1.0', 'golang', 'Go', 'go'],
    ],
  ])('%s', async (_what, files, wanted) => {
    const { projects } = await readProjects(await folderWith(files))
    const [project] = projects
    expect([project?.name, project?.version, project?.language, project?.dialect, project?.buildTool]).toEqual(wanted)
    expect(project).toMatchObject({ channel: 'mychannel', mode: 'dev', startedBy: 'slipway', initRequired: false })
  })

  test('the folder’s name where the project files have none', async () => {
    const folder = path.join(await tempFolder('detect'), 'My  Marbles!')
    await mkdir(folder)
    await writeFile(path.join(folder, 'package.json'), packageJson({ name: undefined, version: undefined }))
    expect((await readProjects(folder)).projects[0]).toMatchObject({ name: 'My-Marbles', version: '1.0' })
  })
})

describe('readProjects refuses', () => {
  const refusals: [string, string, () => Promise<string>][] = [
    ['a missing folder', 'FOLDER_MISSING', async () => path.join(await tempFolder(), 'nowhere')],
    ['a file', 'FOLDER_MISSING', async () => path.join(await folderWith({ 'a.txt': '' }), 'a.txt')],
    ['an empty folder', 'FOLDER_EMPTY', () => tempFolder()],
    ['a folder that Slipway alone has been in', 'FOLDER_EMPTY', () => folderWith({ '.slipway/x': '' })],
    ['a folder without chaincode', 'FOLDER_NOT_CHAINCODE', () => folderWith({ 'readme.txt': 'hello' })],
    [
      'a project that isn’t a chaincode',
      'FOLDER_NOT_CHAINCODE',
      () => folderWith({ 'package.json': '{"dependencies":{"express":"4"}}' }),
    ],
    [
      'a Maven project that only mentions the shim',
      'FOLDER_NOT_CHAINCODE',
      () => folderWith({ 'pom.xml': '<project><!-- fabric-chaincode-shim --><artifactId>a</artifactId></project>' }),
    ],
    ['a pom.xml that is broken', 'PROJECT_FILE_INVALID', () => folderWith({ 'pom.xml': `${pom}</project>` })],
    [
      'a Go module that only mentions the shim',
      'FOLDER_NOT_CHAINCODE',
      () => folderWith({ 'go.mod': 'module x\n// github.com/hyperledger/fabric-chaincode-go\n' }),
    ],
    [
      'two languages',
      'FOLDER_TWO_LANGUAGES',
      () => folderWith({ 'go.mod': goMod('x'), 'package.json': packageJson() }),
    ],
    ['a package.json that is not JSON', 'PROJECT_FILE_INVALID', () => folderWith({ 'package.json': '{"name": ' })],
  ]
  test.each(refusals)('%s', async (_what, code, make) => {
    await expect(readProjects(await make())).rejects.toMatchObject({ code })
  })

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('a folder that may not be read', async () => {
    const folder = await folderWith({ 'go.mod': goMod('x') })
    await chmod(folder, 0o000)
    try {
      await expect(readProjects(folder)).rejects.toMatchObject({ code: 'FOLDER_UNREADABLE' })
    } finally {
      await chmod(folder, 0o700)
    }
  })

  test.skipIf(process.platform === 'win32')('a link that leads to itself', async () => {
    const loop = path.join(await tempFolder(), 'loop')
    await symlink(loop, loop)
    await expect(readProjects(loop)).rejects.toMatchObject({ code: 'FOLDER_UNREADABLE' })
  })

  test('names that Fabric does not allow', async () => {
    const folder = await folderWith({ 'go.mod': goMod('x') })
    for (const over of [{ name: 'a:b' }, { name: '' }, { version: '1 0' }, { channel: 'My Channel' }]) {
      await expect(readProjects(folder, over)).rejects.toMatchObject({ code: 'NAME_INVALID' })
    }
  })
})

describe('slipway.yaml', () => {
  test('overrides what is detected, and the command line overrides it', async () => {
    const folder = await folderWith({
      'go.mod': goMod('x/marbles'),
      'slipway.yaml': `channel: trade
peer:
  chaincodeListenAddress: 127.0.0.1:9052
  executetimeout: 1m30s
  startuptimeout: 500ms
  tls: true
  ledger: { state: { totalQueryLimit: 500 } }
  chaincode:
    pull: true
    builder: registry.example:5000/ccenv:1
    golang: { dynamicLink: true }
    node: { runtime: node:20 }
  vm:
    endpoint: tcp://10.0.0.1:2375
    docker:
      peerHost: 10.0.0.2
      hostConfig: { NetworkMode: fabric, Memory: 512m, MemorySwap: -1, Dns: [1.1.1.1] }
name: gems
version: "2.10"
startedBy: you
initRequired: true
server: 127.0.0.1:9999
build: make
start: ./run.sh --fast
env: { LOG: debug }
watch: ["src/**"]
ignore: [docs]
`,
    })
    const read = await readProjects(folder)
    expect(read.file).toBe(path.join(folder, 'slipway.yaml'))
    expect(read.peer).toEqual({
      chaincodeListenAddress: '127.0.0.1:9052',
      tls: true,
      ledger: { state: { totalQueryLimit: 500 } },
      chaincode: {
        executetimeout: 90_000,
        startuptimeout: 500,
        pull: true,
        builder: 'registry.example:5000/ccenv:1',
        golang: { dynamicLink: true },
        node: { runtime: 'node:20' },
      },
      vm: {
        docker: {
          endpoint: 'tcp://10.0.0.1:2375',
          peerHost: '10.0.0.2',
          hostConfig: { NetworkMode: 'fabric', Memory: 512 * 1024 ** 2, MemorySwap: -1, Dns: ['1.1.1.1'] },
        },
      },
    })
    const wanted = {
      name: 'gems',
      version: '2.10',
      channel: 'trade',
      startedBy: 'you',
      initRequired: true,
      server: '127.0.0.1:9999',
      build: 'make',
      start: './run.sh --fast',
      env: { LOG: 'debug' },
      watch: ['src/**'],
      ignore: ['docs'],
    }
    expect(read.projects).toEqual([expect.objectContaining(wanted)])
    const over = await readProjects(folder, { name: 'rubies', version: '3', channel: 'other', startedBy: 'slipway' })
    expect(over.projects[0]).toMatchObject({
      name: 'rubies',
      version: '3',
      channel: 'other',
      startedBy: 'slipway',
      initRequired: true,
    })
  })

  test('lists several chaincodes, of which the command line may choose one', async () => {
    const folder = await folderWith({
      'go/go.mod': goMod('x/marbles'),
      'js/package.json': packageJson(),
      'slipway.yaml': `channel: trade\nchaincodes:\n  - folder: go\n  - folder: js\n    name: assets\n`,
    })
    const { projects } = await readProjects(folder)
    expect(projects.map(({ name, language, channel }) => [name, language, channel])).toEqual([
      ['marbles', 'golang', 'trade'],
      ['assets', 'node', 'trade'],
    ])
    expect(projects.map((project) => project.folder)).toEqual([path.join(folder, 'go'), path.join(folder, 'js')])
    expect((await readProjects(folder, { name: 'assets', version: '9' })).projects).toEqual([
      expect.objectContaining({ name: 'assets', version: '9' }),
    ])
    await expect(readProjects(folder, { name: 'none' })).rejects.toMatchObject({ code: 'USAGE' })
  })

  test('settles which of two languages it is', async () => {
    const files = { 'go.mod': goMod('x/marbles'), 'package.json': packageJson(), 'slipway.yaml': 'language: node\n' }
    expect((await readProjects(await folderWith(files))).projects[0]).toMatchObject({
      language: 'node',
      name: 'asset-transfer',
    })
  })

  test.each([
    ['no YAML', 'name: [a\nversion: 1', 'CONFIG_SYNTAX', undefined],
    ['a tab', 'peer:\n\texecutetimeout: 3s\n', 'CONFIG_SYNTAX', { line: 2 }],
    ['a key twice', 'name: a\nname: b\n', 'CONFIG_SYNTAX', { line: 2, column: 1 }],
    ['an unknown key', 'channel: a\n\nvershun: "1"\n', 'CONFIG_INVALID', { line: 3, column: 1, path: 'vershun' }],
    [
      'an unknown key inside',
      'peer:\n  executeTimeuot: 3s\n',
      'CONFIG_INVALID',
      { line: 2, column: 3, path: 'peer.executeTimeuot' },
    ],
    [
      'a setting of the peer outside of it',
      'organisations: [Org1MSP]\n',
      'CONFIG_INVALID',
      { path: 'organisations', message: "isn't known here; it belongs under `peer`" },
    ],
    [
      'a setting of the chaincode in the peer’s',
      'peer: { startedBy: you }\n',
      'CONFIG_INVALID',
      { path: 'peer.startedBy', message: "isn't known here; it belongs at the top level" },
    ],
    ['a number for a text', 'version: 1.0\n', 'CONFIG_INVALID', { line: 1, column: 10, path: 'version' }],
    [
      'a word that is none of the choices',
      'chaincodes:\n  - folder: a\n    language: python\n',
      'CONFIG_INVALID',
      { line: 3, column: 15, path: 'chaincodes[0].language' },
    ],
    [
      'a duration without a unit',
      'peer: { buildtimeout: "30" }\n',
      'CONFIG_INVALID',
      { line: 1, column: 23, path: 'peer.buildtimeout' },
    ],
    [
      'a listener open to the network',
      'peer: { chaincodeListenAddress: "0.0.0.0:7052" }\n',
      'CONFIG_INVALID',
      { path: 'peer.chaincodeListenAddress' },
    ],
    [
      'a container that sees the machine',
      'peer: { vm: { docker: { hostConfig: { Privileged: true } } } }\n',
      'CONFIG_INVALID',
      { path: 'peer.vm.docker.hostConfig.Privileged' },
    ],
    [
      'a size that is none',
      'peer: { vm: { docker: { hostConfig: { Memory: lots } } } }\n',
      'CONFIG_INVALID',
      { path: 'peer.vm.docker.hostConfig.Memory', message: 'must be a number of bytes, or a size like 512m or 2g' },
    ],
    [
      'a size of another kind',
      'peer: { vm: { docker: { hostConfig: { Memory: true } } } }\n',
      'CONFIG_INVALID',
      { message: 'must be a number of bytes, or a size like 512m or 2g' },
    ],
    [
      'an endpoint that is none',
      'peer: { vm: { endpoint: docker.sock } }\n',
      'CONFIG_INVALID',
      { path: 'peer.vm.endpoint' },
    ],
    ['a server without a port', 'server: localhost\n', 'CONFIG_INVALID', { path: 'server' }],
    [
      'one chaincode and several',
      'name: a\nchaincodes:\n  - folder: b\n',
      'CONFIG_INVALID',
      { line: 2, column: 1, path: 'chaincodes' },
    ],
    ['a list instead of keys', '- a\n- b\n', 'CONFIG_INVALID', { line: 1, column: 1, path: '' }],
    ['a bare word', 'hello\n', 'CONFIG_INVALID', { line: 1, column: 1, path: '' }],
  ])('is refused with its place: %s', async (_what, text, code, place) => {
    const folder = await folderWith({ 'go.mod': goMod('x'), 'slipway.yaml': text })
    const refused = readProjects(folder)
    await expect(refused).rejects.toMatchObject({ code, ...(place === undefined ? {} : { details: place }) })
  })

  test('an empty one says nothing', async () => {
    const folder = await folderWith({ 'go.mod': goMod('x/marbles'), 'slipway.yaml': '# nothing yet\n' })
    expect((await readProjects(folder)).projects[0]).toMatchObject({ name: 'marbles' })
  })
})
