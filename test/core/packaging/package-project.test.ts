// @module-tag slow
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setInterval as every } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { fixture } from '../../support/fixtures.ts'
import { chaincodeFolder, filesOf, namesOf, packageOf, writeFiles } from '../platforms/chaincode-folder.ts'

const posix = process.platform === 'win32' ? test.skip : test
const packageJson = JSON.stringify({
  name: 'assets',
  main: 'index.js',
  scripts: { start: 'fabric-chaincode-node start' },
  dependencies: { 'fabric-shim': '2.5.8' },
})
const lock = JSON.stringify({ packages: { '': {}, 'node_modules/fabric-shim': { version: '2.5.8' } } })
const node = { 'package.json': packageJson, 'package-lock.json': lock, 'index.js': 'exports.contracts = []\n' }
const goMod = 'module example.com/assets\n\ngo 1.23\n\nrequire github.com/hyperledger/fabric-chaincode-go/v2 v2.3.0\n'
const gradle = "dependencies { implementation 'org.hyperledger.fabric-chaincode-java:fabric-chaincode-shim:2.5.8' }\n"
const index = JSON.stringify({ index: { fields: ['owner', { size: 'desc' }] }, ddoc: 'd', name: 'n', type: 'json' })

describe('which files go in', () => {
  test('of Node everything but node_modules, .git and what is Slipway’s', async () => {
    const folder = await chaincodeFolder({
      ...node,
      '.env': 'A=1',
      '.vscode/settings.json': '{}',
      'lib/a.js': '',
      'lib/node_modules/b/index.js': '',
      'node_modules/c/index.js': '',
      '.git/HEAD': '',
      '.slipway/build/x': '',
      'META-INF/statedb/couchdb/indexes/owner.json': index,
      'META-INF/statedb/couchdb/indexes/.DS_Store': 'x',
    })
    const { code, files } = await packageOf(folder)
    expect(await namesOf(code)).toEqual([
      'src/.env',
      'src/.vscode/settings.json',
      'META-INF/statedb/couchdb/indexes/owner.json',
      'src/index.js',
      'src/lib/a.js',
      'src/package-lock.json',
      'src/package.json',
    ])
    expect(files.find(({ name }) => name === 'src/package.json')?.size).toBe(packageJson.length)
  })

  test('of Go the whole module, folders first, without hidden folders', async () => {
    const folder = await chaincodeFolder({
      'go.mod': goMod,
      'main.go': 'package main\n',
      '.golangci.yml': '',
      '.github/x.yml': '',
      'vendor/a/a.go': 'package a\n',
      'asset/data.txt': 'x',
      'asset/.cache/y': 'y',
      'META-INF/statedb/couchdb/collections/c1/indexes/owner.json': index,
    })
    const { code, files } = await packageOf(folder)
    expect(await namesOf(code)).toEqual([
      'META-INF/',
      'META-INF/statedb/',
      'META-INF/statedb/couchdb/',
      'META-INF/statedb/couchdb/collections/',
      'META-INF/statedb/couchdb/collections/c1/',
      'META-INF/statedb/couchdb/collections/c1/indexes/',
      'src/',
      'src/asset/',
      'src/vendor/',
      'src/vendor/a/',
      'META-INF/statedb/couchdb/collections/c1/indexes/owner.json',
      'src/.golangci.yml',
      'src/asset/data.txt',
      'src/go.mod',
      'src/main.go',
      'src/vendor/a/a.go',
    ])
    expect(files).toHaveLength(6)
  })

  test('of Go the module that the folder is a part of', async () => {
    const root = await chaincodeFolder({
      'go.mod': goMod,
      'lib/lib.go': 'package lib\n',
      'cc/main.go': 'package main\n',
      'cc/slipway.yaml': 'language: golang\nname: assets\n',
      'cc/META-INF/statedb/couchdb/indexes/owner.json': index,
    })
    const { files } = await packageOf(join(root, 'cc'))
    expect(files.map(({ name }) => name)).toEqual([
      'META-INF/statedb/couchdb/indexes/owner.json',
      'src/cc/main.go',
      'src/cc/slipway.yaml',
      'src/go.mod',
      'src/lib/lib.go',
    ])
  })

  test('of Java everything but what is built', async () => {
    const folder = await chaincodeFolder({
      'build.gradle': gradle,
      gradlew: '',
      'src/main/java/A.java': '',
      'src/A.class': '',
      'build/libs/x.jar': '',
      'out/x': '',
      'target/x': '',
      'sub/build/x': '',
    })
    const { files } = await packageOf(folder)
    expect(files.map(({ name }) => name)).toEqual(['src/build.gradle', 'src/gradlew', 'src/src/main/java/A.java'])
  })

  test('nothing that `ignore` in slipway.yaml names', async () => {
    const folder = await chaincodeFolder({
      ...node,
      'slipway.yaml': "ignore: ['*.bak', docs]\n",
      'a.bak': '',
      'lib/b.bak': '',
      'docs/x.md': '',
    })
    const { files } = await packageOf(folder)
    expect(files.map(({ name }) => name)).toEqual([
      'src/index.js',
      'src/package-lock.json',
      'src/package.json',
      'src/slipway.yaml',
    ])
  })

  test('not the file that the package is written to', async () => {
    const folder = await chaincodeFolder({ ...node, 'out/old.pkg': 'x' })
    const { files } = await packageOf(folder, { output: join(folder, 'out/old.pkg') })
    expect(files.map(({ name }) => name)).toEqual(['src/index.js', 'src/package-lock.json', 'src/package.json'])
  })

  test('no program that the shown go build made, but a file of that name that is none', async () => {
    const folder = await chaincodeFolder({ 'go.mod': goMod, 'main.go': 'package main\n' })
    await writeFile(join(folder, 'assets'), Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(5000)]))
    expect((await packageOf(folder)).files.map(({ name }) => name)).not.toContain('src/assets')
    await writeFile(join(folder, 'assets'), '#!/bin/sh\n')
    expect((await packageOf(folder)).files.map(({ name }) => name)).toContain('src/assets')
  })
})

describe('how they go in', () => {
  test('with one mode, one owner and no time', async () => {
    const folder = await chaincodeFolder({ 'go.mod': goMod, 'a/main.go': 'package main\n' })
    await chmod(join(folder, 'go.mod'), 0o755)
    const headers = (await filesOf((await packageOf(folder)).code)).map(({ header }) => header)
    for (const { uid, gid, mtime, uname, gname } of headers) {
      expect({ uid, gid, time: mtime.getTime(), uname, gname }).toEqual({
        uid: 500,
        gid: 500,
        time: 0,
        uname: '',
        gname: '',
      })
    }
    const tar = gunzipSync((await packageOf(folder)).code)
    // The readers at hand drop the type that Fabric keeps in the mode.
    const modeOf = (name: string) => tar.subarray(tar.indexOf(name) + 100, tar.indexOf(name) + 107).toString()
    expect([modeOf('src/a/\0'), modeOf('src/a/main.go\0'), modeOf('src/go.mod\0')]).toEqual([
      '0040755',
      '0100644',
      '0100644',
    ])
  })

  test('the same bytes for the same files, whenever and wherever they were written', async () => {
    const files = { ...node, 'b/x': 'x', 'a/y': 'y', 'C/z': 'z' }
    const [one, other] = [
      await chaincodeFolder(files),
      await chaincodeFolder(Object.fromEntries(Object.entries(files).reverse())),
    ]
    await utimes(join(other, 'index.js'), new Date(0), new Date(0))
    await chmod(join(other, 'index.js'), 0o600)
    const [a, b] = [await packageOf(one), await packageOf(other)]
    expect(a.code.equals(b.code)).toBe(true)
    expect(a.hash).toBe(b.hash)
    await writeFiles(other, { 'index.js': 'exports.contracts = [ ]\n' })
    expect((await packageOf(other)).hash).not.toBe(a.hash)
  })

  test('gzip names no system and no time', async () => {
    const { code } = await packageOf(await chaincodeFolder(node))
    expect([...code.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
  })

  posix('under names of any length and any letters', async () => {
    const long = 'a'.repeat(90)
    const names = [
      `${long}/${long}/f`,
      `${long}/${long}/${long}/${long}/g.js`,
      'ünï cödé/日本-😀.js',
      `${'é'.repeat(80)}.txt`,
    ]
    const folder = await chaincodeFolder({ ...node, ...Object.fromEntries(names.map((name) => [name, name])) })
    const files = await filesOf((await packageOf(folder)).code)
    for (const name of names) expect(files.find(({ header }) => header.name === `src/${name}`)?.text).toBe(name)
  })

  posix('a link as the file that it leads to, which is said', async () => {
    const folder = await chaincodeFolder({ ...node, 'lib/real.js': 'real' })
    await symlink('lib/real.js', join(folder, 'link.js'))
    const { code, differences } = await packageOf(folder)
    const link = (await filesOf(code)).find(({ header }) => header.name === 'src/link.js')
    expect([link?.header.type, link?.text]).toEqual(['file', 'real'])
    expect(differences).toMatchObject([{ name: 'symlink', file: 'link.js', fatal: false }])
  })

  posix('without setuid, which is said', async () => {
    const folder = await chaincodeFolder({ ...node, tool: '#!/bin/sh\n' })
    await chmod(join(folder, 'tool'), 0o4755)
    const { code, differences } = await packageOf(folder)
    expect(((await filesOf(code)).find(({ header }) => header.name === 'src/tool')?.header.mode ?? 0) & 0o7777).toBe(
      0o644,
    )
    expect(differences).toMatchObject([{ name: 'file-mode', file: 'tool' }])
  })
})

describe('what cannot go in', () => {
  const refused = (folder: string, file: string) =>
    expect(packageOf(folder)).rejects.toMatchObject({ code: 'PACKAGE_INVALID', details: { file } })

  posix('links that lead out of the folder, nowhere, in a circle or to a folder', async () => {
    for (const target of ['../secret', '/etc/hostname', 'nothing', 'link', 'lib']) {
      const folder = await chaincodeFolder({ ...node, '../secret': 'x', 'lib/a.js': '' })
      await symlink(target, join(folder, 'link'))
      await refused(folder, 'link')
    }
  })

  posix('a link to a folder that is left out anyway is passed over, and said', async () => {
    const folder = await chaincodeFolder({ ...node, '../modules/a/index.js': '' })
    await symlink('../modules', join(folder, 'node_modules'))
    const { files, differences } = await packageOf(folder)
    expect(files).toHaveLength(3)
    expect(differences).toMatchObject([{ name: 'symlink', file: 'node_modules', fatal: false }])
  })

  posix('what `ignore` names may be anything', async () => {
    const folder = await chaincodeFolder({ ...node, 'slipway.yaml': 'ignore: [link]\n' })
    await symlink('/etc', join(folder, 'link'))
    expect((await packageOf(folder)).files).toHaveLength(4)
  })

  posix('named pipes and sockets', async () => {
    const folder = await chaincodeFolder(node)
    execFileSync('mkfifo', [join(folder, 'pipe')])
    await refused(folder, 'pipe')
    await rm(join(folder, 'pipe'))
    const server = createServer().listen(join(folder, 's'))
    try {
      await refused(folder, 's')
    } finally {
      server.close()
    }
  })

  const unprivileged = process.getuid?.() === 0 ? test.skip : posix
  unprivileged('files and folders that may not be read', async () => {
    const folder = await chaincodeFolder({ ...node, secret: 'x', 'locked/x': '' })
    await chmod(join(folder, 'locked'), 0)
    await refused(folder, 'locked')
    await chmod(join(folder, 'locked'), 0o755)
    await chmod(join(folder, 'secret'), 0)
    await refused(folder, 'secret')
  })

  const linux = process.platform === 'linux' ? test : test.skip
  linux('names that are not UTF-8', async () => {
    const folder = await chaincodeFolder(node)
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff])]), 'x')
    await refused(folder, 'a\uFFFD')
  })

  test('metadata that a peer refuses', async () => {
    const faults: Record<string, string> = {
      'META-INF/MANIFEST.MF': '',
      'META-INF/statedb/couchdb/owner.json': index,
      'META-INF/statedb/leveldb/indexes/owner.json': index,
      'META-INF/statedb/couchdb/indexes/owner.txt': index,
      'META-INF/statedb/couchdb/collections/a b/indexes/owner.json': index,
      'META-INF-old/x': '',
      'META-INF/statedb/couchdb/indexes/broken.json': '{',
      'META-INF/statedb/couchdb/indexes/list.json': '[]',
      'META-INF/statedb/couchdb/indexes/none.json': '{"ddoc":"d"}',
      'META-INF/statedb/couchdb/indexes/more.json': '{"index":{"fields":[]},"partial":1}',
      'META-INF/statedb/couchdb/indexes/type.json': '{"index":{"fields":[]},"type":"text"}',
      'META-INF/statedb/couchdb/indexes/sort.json': '{"index":{"fields":[{"a":"up"}]}}',
      'META-INF/statedb/couchdb/indexes/fields.json': '{"index":{"fields":"a"}}',
    }
    for (const [file, text] of Object.entries(faults))
      await refused(await chaincodeFolder({ ...node, [file]: text }), file)
  })

  test('Go outside a module', async () => {
    const folder = await chaincodeFolder({
      'slipway.yaml': 'language: golang\nname: assets\n',
      'main.go': 'package main\n',
    })
    await refused(folder, folder)
  })

  test('Node whose package.json is ignored', async () => {
    await refused(await chaincodeFolder({ ...node, 'slipway.yaml': 'ignore: [package.json]\n' }), 'package.json')
  })

  test('a file that changes whenever it is read', async () => {
    const folder = await chaincodeFolder({ ...node, 'log.txt': '' })
    const writing = new AbortController()
    const writer = (async () => {
      let size = 1
      for await (const _ of every(1, undefined, { signal: writing.signal }))
        await truncate(join(folder, 'log.txt'), (size = (size % 50_000_000) + 1_000_000))
    })().catch(() => undefined)
    try {
      await refused(folder, 'log.txt')
    } finally {
      writing.abort()
      await writer
    }
  })

  test('more than a peer takes: refused with the largest files, while what packs small enough passes', async () => {
    const folder = await chaincodeFolder(node)
    // Zeros: 200 MB that pack into 200 kB.
    await writeFile(join(folder, 'zeros.bin'), '')
    await truncate(join(folder, 'zeros.bin'), 200_000_000)
    expect((await packageOf(folder)).code.length).toBeLessThan(1_000_000)
    for (let n = 0; n < 5; n++) await writeFile(join(folder, `noise-${n}.bin`), randomBytes(20_000_000 + n * 1_000_000))
    const heap = process.memoryUsage().arrayBuffers
    await expect(packageOf(folder)).rejects.toMatchObject({
      code: 'PACKAGE_TOO_LARGE',
      details: { largest: expect.arrayContaining(['noise-4.bin (24 MB)']) as string[] },
    })
    expect(process.memoryUsage().arrayBuffers - heap).toBeLessThan(300_000_000)
  })

  test('an aborted packaging ends with the reason', async () => {
    const reason = new Error('newer save')
    await expect(packageOf(await chaincodeFolder(node), {}, AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  test('a folder that went away', async () => {
    const { readProjects } = await import('../../../core/platforms/detect.ts')
    const { packageProject } = await import('../../../core/packaging/package-project.ts')
    const folder = await chaincodeFolder(node)
    const { projects } = await readProjects(folder)
    await rm(folder, { recursive: true })
    const [project] = projects
    if (project === undefined) throw new RangeError('no project')
    await expect(packageProject(project, new AbortController().signal)).rejects.toMatchObject({ code: 'FOLDER_GONE' })
  })
})

describe('no false alarms', () => {
  test.each([
    'asset-transfer-go',
    'go-shim-v1',
    'go-shim-v2',
    'java-contract',
    'javascript-contract',
    'javascript-shim',
    'misbehaving',
  ] as const)('%s', async (name) => {
    expect((await packageOf(await fixture(name, 'bare'))).differences).toEqual([])
  })

  test('asset-transfer-typescript, built', async () => {
    const { files, differences } = await packageOf(await fixture('asset-transfer-typescript', 'built'))
    expect(differences).toEqual([])
    expect(files.map(({ name }) => name)).toContain('src/dist/index.js')
  })
})
