// @module-tag slow
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readFolder } from '../../core/index.ts'
import { fixture, type FixtureName } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { codeOf, edit, opened, openFixture, openFolder, readyNames } from './author.ts'

/** A folder with these files in it. */
async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await tempFolder('folder')
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}

const packageJson = JSON.stringify({ name: 'cc', dependencies: { 'fabric-shim': '2.5.8' } })
const goMod = 'module cc\n\ngo 1.23.0\n\nrequire github.com/hyperledger/fabric-chaincode-go/v2 v2.3.0\n'

/** Run as a user who may not read everything; root may. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.getuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    return await work()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}

test('a folder is opened as it was read, and in the mode it was switched to last', async () => {
  const folder = await folderWith({ 'package.json': packageJson, 'slipway.yaml': 'version: "7"\n' })
  const dataDir = join(folder, '.slipway')
  await mkdir(dataDir)
  await writeFile(join(dataDir, 'modes.json'), '{"cc":"net"}')
  const { peer, chaincode } = await testPeer({ dataDir })
  const read = await readFolder({ folder, launch: false })
  await rm(join(folder, 'slipway.yaml'))
  await peer.open(read)
  expect(chaincode('cc')).toMatchObject({ version: '7', mode: 'net' })
})

describe('a folder that cannot be opened', () => {
  test('is told by its code, and the peer opens the next one', async () => {
    const peer = await testPeer()
    const open = (folder: string) => codeOf(peer.api.openChaincode({ folder }))
    const empty = await tempFolder('empty')

    expect(await open(join(empty, 'nowhere'))).toBe('FOLDER_MISSING')
    expect(await open(join(await folderWith({ 'main.go': '' }), 'main.go'))).toBe('FOLDER_MISSING')
    expect(await open(empty)).toBe('FOLDER_EMPTY')
    expect(await open(await folderWith({ 'README.md': 'nothing here', 'package.json': '{}' }))).toBe(
      'FOLDER_NOT_CHAINCODE',
    )
    expect(await open(await folderWith({ 'package.json': packageJson, 'go.mod': goMod }))).toBe('FOLDER_TWO_LANGUAGES')
    const yaml = (text: string) => folderWith({ 'package.json': packageJson, 'slipway.yaml': text })
    expect(await open(await yaml('name: [oops\n'))).toBe('CONFIG_SYNTAX')
    expect(await open(await yaml('nmae: cc\n'))).toBe('CONFIG_INVALID')
    expect(await open(await yaml('chaincodes: [{ folder: gone }]\n'))).toBe('FOLDER_MISSING')
    expect(await codeOf(peer.api.openChaincode({ folder: await yaml(''), name: 'a/b' }))).toBe('NAME_INVALID')
    expect(peer.state().chaincodes).toEqual({})

    const chaincode = await openFixture(peer, 'misbehaving')
    await chaincode.submit('put', 'k', 'v')
    expect(await open(chaincode.folder)).toBe('CHAINCODE_OPEN')
    expect(await codeOf(peer.api.launch({ name: 'unknown' }))).toBe('CHAINCODE_UNKNOWN')
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
  })

  test.skipIf(process.platform === 'win32')('because it may not be read is told so', async () => {
    const peer = await testPeer()
    const folder = await folderWith({ 'package.json': packageJson })
    await chmod(folder, 0o000)
    expect(await asNobody(() => codeOf(peer.api.openChaincode({ folder })))).toBe('FOLDER_UNREADABLE')
    await chmod(folder, 0o755)
    await chmod(join(folder, 'package.json'), 0o000)
    expect(await asNobody(() => codeOf(peer.api.openChaincode({ folder })))).toBe('FOLDER_UNREADABLE')
    expect(peer.state().chaincodes).toEqual({})
  })
})

describe('slipway.yaml', () => {
  test('that becomes malformed while the chaincode runs is reported with its place; fixed, it counts', async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'misbehaving')
    await chaincode.eventually('it is watched', ({ watch }) => watch.state === 'watching')
    const file = join(chaincode.folder, 'slipway.yaml')
    await writeFile(file, 'version: "2"\nenv:\n  MARK: [oops\n')
    const error = await chaincode.eventually('it is told', (s) => s.error)
    expect(error).toMatchObject({ code: 'CONFIG_SYNTAX', details: { file } })
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
    await writeFile(file, 'version: "2"\n')
    await chaincode.build(2, 'serving')
    expect(chaincode.state()).toMatchObject({ version: '2', canonicalName: 'misbehaving:2' })
    expect(chaincode.state().error).toBeUndefined()
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('with several chaincodes opens them all, on one channel, each with its own state and its own builds', async () => {
    const peer = await testPeer()
    const root = await folderWith({
      'slipway.yaml': `channel: trade
chaincodes:
  - folder: one
    name: one
  - folder: two
    name: two
    version: "3"
`,
    })
    await cp(await fixture('misbehaving'), join(root, 'one'), { recursive: true })
    await cp(await fixture('javascript-shim'), join(root, 'two'), { recursive: true })
    expect(await peer.api.openChaincode({ folder: root })).toEqual({ name: 'one' })
    const [one, two] = [opened(peer, 'one'), opened(peer, 'two')]
    await one.build(1, 'serving')
    await two.build(1, 'serving')
    expect([one.state().channel, two.state().channel]).toEqual(['trade', 'trade'])
    expect(two.state().canonicalName).toBe('two:3')

    await one.submit('put', 'k', 'of one')
    await two.submit('put', 'k', 'of two')
    expect(await one.evaluate('get', 'k')).toBe('of one')
    expect(await two.evaluate('get', 'k')).toBe('len=6 of two')
    expect(await peer.api.readNamespaces({ channel: 'trade' })).toEqual(expect.arrayContaining(['one', 'two']))

    await edit(join(root, 'two/probe.js'), 'VERSION_MARK_1', 'VERSION_MARK_2')
    await two.build(2, 'serving')
    expect(await two.evaluate('version')).toBe('VERSION_MARK_2')
    expect(one.state().builds.map(({ number }) => number)).toEqual([1])

    await peer.api.closeChaincode({ name: 'one' })
    expect(readyNames(peer.state())).toEqual(['two'])
    expect(await codeOf(one.evaluate('version'))).toBe('CHAINCODE_UNKNOWN')
    expect(await two.evaluate('get', 'k')).toBe('len=6 of two')
  })

  test('with several chaincodes counts for each of them also when it, or one of them, is saved', async () => {
    const peer = await testPeer()
    const list = (version: string, env = '') =>
      `chaincodes:\n  - { folder: in/one, name: one }\n  - { folder: two, name: two, version: '${version}', env: { A: '${env}' } }\n`
    const root = await folderWith({ 'slipway.yaml': list('3'), 'in/none': '' })
    await cp(await fixture('misbehaving'), join(root, 'in/one'), { recursive: true })
    await cp(await fixture('javascript-shim'), join(root, 'two'), { recursive: true })
    await peer.api.openChaincode({ folder: root })
    const [one, two] = [opened(peer, 'one'), opened(peer, 'two')]
    for (const each of [one, two]) {
      await each.build(1, 'serving')
      await each.eventually('it is watched', ({ watch }) => watch.state === 'watching')
    }
    await edit(join(root, 'two/package.json'), '"private"', '"description": "saved",\n  "private"')
    await two.build(2, 'serving')
    expect(two.state().canonicalName).toBe('two:3')

    // As many editors save: another file takes its place.
    const save = async (...said: Parameters<typeof list>) => {
      await writeFile(join(root, 'slipway.yaml~'), list(...said))
      await rename(join(root, 'slipway.yaml~'), join(root, 'slipway.yaml'))
    }
    await save('4')
    await two.build(3, 'serving')
    await one.build(2, 'serving')
    expect(two.state().canonicalName).toBe('two:4')
    await save('4', 'b')
    expect((await two.build(4, 'serving')).files).toEqual(['../slipway.yaml'])
    expect((await one.build(3, 'serving')).files).toEqual(['../../slipway.yaml'])
    expect(two.state().canonicalName).toBe('two:4')
  })

  test('with two of one name is refused as a whole', async () => {
    const peer = await testPeer()
    const root = await folderWith({
      'slipway.yaml': 'chaincodes: [{ folder: a, name: same }, { folder: b, name: same }]\n',
      'a/package.json': packageJson,
      'b/package.json': packageJson,
    })
    expect(await codeOf(peer.api.openChaincode({ folder: root }))).toBe('CHAINCODE_OPEN')
    expect(peer.state().chaincodes).toEqual({})
  })
})

/** The data lies where it usually does, in the folder itself. */
async function peerIn(folder: string): Promise<TestPeer> {
  return testPeer({ dataDir: join(folder, '.slipway') })
}

/** A folder that goes while its chaincode runs: that is told, calls go on, and what is saved when it is back counts. */
function survives(name: FixtureName, file: string): void {
  test(`${name} is renamed while it runs, and back`, async () => {
    const folder = await fixture(name)
    const peer = await peerIn(folder)
    const chaincode = await openFolder(peer, { folder })
    await chaincode.build(1, 'serving')
    await chaincode.eventually('it is watched', ({ watch }) => watch.state === 'watching')
    await chaincode.submit('put', 'k', 'v')
    const before = await chaincode.evaluate('get', 'k')

    await rename(folder, `${folder}-elsewhere`)
    const gone = await chaincode.eventually('it is told', ({ watch }) => watch.state === 'failed' && watch.error)
    expect(gone.code).toBe('FOLDER_GONE')
    expect(await chaincode.evaluate('get', 'k')).toBe(before)
    // Nothing may stand in its place that it could not be renamed back to.
    await rename(`${folder}-elsewhere`, folder)
    await chaincode.eventually('it is watched again', ({ watch }) => watch.state === 'watching' && watch.files > 0)
    await chaincode.eventually('nothing is wrong', ({ error }) => error === undefined)
    await chaincode.edit(file, 'VERSION_MARK_1', 'VERSION_MARK_2')
    await chaincode.eventually('it is served', ({ builds }) => builds[0]?.state === 'serving' && builds[0].number > 1)
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_2')
    expect(await chaincode.evaluate('get', 'k')).toBe(before)
  })

  test(`${name} is deleted while it runs, and made again`, async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, name)
    await chaincode.eventually('it is watched', ({ watch }) => watch.state === 'watching')
    await chaincode.submit('put', 'k', 'v')
    const before = await chaincode.evaluate('get', 'k')
    const kept = `${chaincode.folder}-kept`
    await cp(chaincode.folder, kept, { recursive: true })
    await rm(chaincode.folder, { recursive: true })
    const gone = await chaincode.eventually('it is told', ({ watch }) => watch.state === 'failed' && watch.error)
    expect(gone.code).toBe('FOLDER_GONE')
    expect(existsSync(chaincode.folder)).toBe(false)
    expect(await chaincode.evaluate('get', 'k')).toBe(before)

    await edit(join(kept, file), 'VERSION_MARK_1', 'VERSION_MARK_2')
    await rename(kept, chaincode.folder)
    await expect.poll(() => chaincode.evaluate('version')).toBe('VERSION_MARK_2')
    await chaincode.eventually('nothing is wrong', ({ error }) => error === undefined)
    expect(await chaincode.evaluate('get', 'k')).toBe(before)
  })
}

// Windows lets nobody rename or delete a folder in which a process runs.
describe.skipIf(process.platform === 'win32')('a folder that goes', () => {
  survives('misbehaving', 'index.js')
})

if (process.platform !== 'win32') {
  needs('go').describe('a folder that goes', () => survives('go-shim-v2', 'main.go'))
}
