// @module-tag slow
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fixture, type FixtureName, type Readiness } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { missing, needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { codeOf, openFixture, openFolder } from './author.ts'

interface Case {
  readiness?: Readiness
  file: string
  /** The working code, what breaks it, and a different fix. */
  good: string
  broken: string
  fixed: string
  call: [string, ...string[]]
  before: string
  after: string
}

/** A compiler's complaint is reported with its place, the old build keeps serving, and fixing it recovers. */
function keepsServing(name: FixtureName, given: Case): void {
  test(`a compile error in ${name} leaves the last good build serving, and fixing it recovers`, async () => {
    const { file, good, broken, fixed, call, before, after } = given
    const peer = await testPeer()
    const chaincode = await openFixture(peer, name, { readiness: given.readiness ?? 'installed' })
    expect(await chaincode.evaluate(...call)).toBe(before)
    await chaincode.edit(file, good, broken)
    const failed = await chaincode.failed(2)
    expect(failed.error?.code).toBe('BUILD_FAILED')
    const text = await readFile(join(chaincode.folder, file), 'utf8')
    const line = text.slice(0, text.indexOf(broken)).split('\n').length
    expect(failed.diagnostics).toContainEqual(
      expect.objectContaining({ file, line, severity: 'error', message: expect.stringMatching(/\w/) }),
    )
    expect(chaincode.state()).toMatchObject({
      error: { code: 'BUILD_FAILED' },
      registration: { state: 'ready' },
      process: { build: 1 },
      launch: { outcome: 'failed', error: { code: 'BUILD_FAILED' } },
    })
    expect(await chaincode.evaluate(...call)).toBe(before)
    const log = await peer.api.readLogs({ filter: { sources: ['build'] }, from: -50, limit: 50 })
    expect(log.lines.some(({ text, build }) => build === 2 && text.includes(file.split('/').at(-1) ?? ''))).toBe(true)

    await chaincode.edit(file, broken, fixed)
    await chaincode.build(3, 'serving')
    expect(await chaincode.evaluate(...call)).toBe(after)
    expect(chaincode.state().error).toBeUndefined()
  })
}

describe('a build that fails', () => {
  keepsServing('asset-transfer-typescript', {
    readiness: 'built',
    file: 'src/asset-transfer.ts',
    good: 'return (await ctx.stub.getState(id)).length > 0',
    broken: 'return (await ctx.stub.getState(id)).size > 0',
    fixed: 'return (await ctx.stub.getState(id)).length === 0',
    call: ['AssetExists', 'none'],
    before: 'false',
    after: 'true',
  })

  test('at the first opening is reported, and a fixed one is served once saved', async () => {
    const peer = await testPeer()
    const folder = await fixture('asset-transfer-typescript', 'built')
    const file = join(folder, 'src/index.ts')
    const good = await readFile(file, 'utf8')
    await writeFile(file, `${good}\nthis is not TypeScript\n`)
    const chaincode = await openFolder(peer, { folder })
    const failed = await chaincode.failed(1)
    expect(failed.diagnostics[0]).toMatchObject({ file: 'src/index.ts', line: good.split('\n').length + 1 })
    expect(chaincode.state()).toMatchObject({ error: { code: 'BUILD_FAILED' }, registration: { state: 'none' } })
    // Who calls is told the same.
    expect(await codeOf(chaincode.evaluate('AssetExists', 'none'))).toBe('BUILD_FAILED')
    await writeFile(file, good)
    await chaincode.ready()
    expect(await chaincode.evaluate('AssetExists', 'none')).toBe('false')
  })

  test('that hangs is ended at its deadline, with all it started; the old one serves', async () => {
    const peer = await testPeer({ chaincode: { buildtimeout: 8_000 } })
    const folder = await fixture('misbehaving')
    const script = join(folder, 'build.cjs')
    await writeFile(script, '')
    await writeFile(join(folder, 'slipway.yaml'), 'build: node build.cjs\n')
    const chaincode = await openFolder(peer, { folder })
    await chaincode.build(1, 'serving')
    const spawnsAndWaits = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])\n`
    await writeFile(script, spawnsAndWaits)
    const failed = await chaincode.failed(2)
    expect(failed.error?.code).toBe('BUILD_TIMEOUT')
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
    await writeFile(script, '// done at once\n')
    await chaincode.build(3, 'serving')
    expect(chaincode.state().error).toBeUndefined()
  })

  test('that prints 100 MB, in lines and without any, holds up neither the peer nor the calls', async () => {
    const peer = await testPeer()
    const folder = await fixture('misbehaving')
    const script = join(folder, 'build.cjs')
    await writeFile(script, '')
    await writeFile(join(folder, 'slipway.yaml'), 'build: node build.cjs\n')
    const chaincode = await openFolder(peer, { folder })
    await chaincode.build(1, 'serving')
    await writeFile(
      script,
      `const { writeSync } = require('node:fs')
const lines = ('x'.repeat(127) + '\\n').repeat(8192)
for (let i = 0; i < 50; i++) writeSync(1, lines)
for (let i = 0; i < 50; i++) writeSync(2, lines.replaceAll('\\n', 'x'))
writeSync(2, '\\nthe end\\n')
process.exit(1)
`,
    )
    await chaincode.build(2, 'building')
    while (chaincode.state().builds[0]?.state === 'building')
      expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
    const failed = await chaincode.failed(2)
    expect(failed.error).toMatchObject({
      code: 'BUILD_FAILED',
      details: { output: expect.arrayContaining(['the end']) },
    })
    const { lines } = await peer.api.readLogs({ filter: { sources: ['build'] }, from: -2, limit: 2 })
    expect(lines.map(({ text }) => text.length)).toEqual([expect.any(Number), 7])
    // A line that never ends is cut, and says so.
    expect(lines[0]?.text.length).toBeLessThan(17_000)
    expect(peer.state().logs.count).toBeGreaterThan(400_000)
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('because a dependency cannot be installed is told, and the old one serves', async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'misbehaving')
    // Names a package that is nowhere, in a place where no network is needed to find that out.
    await chaincode.edit(
      'package.json',
      '"fabric-shim": "2.5.8"',
      '"fabric-shim": "2.5.8", "nowhere": "file:./nowhere.tgz"',
    )
    const failed = await chaincode.failed(2)
    expect(failed.error?.code).toBe('INSTALL_FAILED')
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })
})

/** A PATH on which this Node is found, and nothing else is. */
async function onlyNode(): Promise<string> {
  const folder = join(await tempFolder('path'), 'bin')
  await mkdir(folder)
  await symlink(process.execPath, join(folder, 'node'))
  return folder
}

function setPath(value: string): () => void {
  const before = process.env['PATH']
  const restore = () => {
    process.env['PATH'] = before
  }
  process.env['PATH'] = value
  onTestFinished(restore)
  return restore
}

// A link needs a privilege on Windows.
describe.skipIf(process.platform === 'win32')('a toolchain that is missing', () => {
  test('is named, and found again without a restart', async () => {
    const peer = await testPeer()
    const folder = await fixture('go-shim-v2')
    const restore = setPath(await onlyNode())
    const chaincode = await openFolder(peer, { folder })
    const failed = await chaincode.failed(1)
    expect(failed.error).toMatchObject({ code: 'TOOL_MISSING', details: { tool: 'Go' } })
    expect(chaincode.state()).toMatchObject({ registration: { state: 'none' }, error: { code: 'TOOL_MISSING' } })
    expect(await codeOf(chaincode.evaluate('version'))).toBe('TOOL_MISSING')

    // The same peer still runs what needs no Go.
    const other = await openFixture(peer, 'misbehaving')
    expect(await other.evaluate('version')).toBe('VERSION_MARK_1')
    restore()
    if (missing('go') !== undefined) return
    await peer.api.restart({ name: chaincode.name })
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('of Java is named too', async () => {
    const peer = await testPeer()
    const folder = await fixture('java-contract', 'bare')
    setPath(await onlyNode())
    const chaincode = await openFolder(peer, { folder })
    const failed = await chaincode.failed(1)
    expect(failed.error).toMatchObject({ code: 'TOOL_MISSING', details: { tool: 'Maven' } })
  })
})

needs('go').describe('a build that fails', () => {
  keepsServing('go-shim-v2', {
    file: 'main.go',
    good: 'return "VERSION_MARK_1", nil',
    broken: 'return undefinedThing, nil',
    fixed: 'return "VERSION_MARK_2", nil',
    call: ['version'],
    before: 'VERSION_MARK_1',
    after: 'VERSION_MARK_2',
  })
})

needs('java').describe('a build that fails', () => {
  keepsServing('java-contract', {
    readiness: 'bare',
    file: 'src/main/java/example/NoteContract.java',
    good: 'return count;\n    }\n\n    /** Write many',
    broken: 'return nothing;\n    }\n\n    /** Write many',
    fixed: 'return count + 7;\n    }\n\n    /** Write many',
    call: ['Count', 'a', 'b'],
    before: '0',
    after: '7',
  })
})
