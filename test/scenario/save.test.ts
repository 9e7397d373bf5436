// @module-tag slow
import { writeFileSync } from 'node:fs'
import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { isAlive } from '../support/is-alive.ts'
import { tempFolder } from '../support/temp.ts'
import { codeOf, openFixture, openFolder, type Opened } from './author.ts'
import { keepCalling } from './callers.ts'

const MARK_1 = 'VERSION_MARK_1'
const MARK_2 = 'VERSION_MARK_2'

/** A JavaScript chaincode whose build waits until the test lets it go on. */
async function openGated(peer: TestPeer): Promise<Opened & { open(): Promise<void>; shut(): Promise<void> }> {
  const folder = await fixture('misbehaving')
  const gate = await tempFolder('gate')
  const script = `setInterval(() => require('node:fs').existsSync(__dirname + '/open') && process.exit(), 10)\n`
  await writeFile(join(gate, 'gate.js'), script)
  await writeFile(join(folder, 'slipway.yaml'), `build: node ${join(gate, 'gate.js')}\n`)
  const open = () => writeFile(join(gate, 'open'), '')
  await open()
  const chaincode = await openFolder(peer, { folder })
  await chaincode.ready()
  return { ...chaincode, open, shut: () => rm(join(gate, 'open')) }
}

test('a save is built and answers; a touch, or saving the same back, is not', async () => {
  const peer = await testPeer()
  const chaincode = await openFixture(peer, 'misbehaving')
  await chaincode.eventually('it is watched', ({ watch }) => watch.state === 'watching')
  await chaincode.submit('put', 'k', 'v')
  await chaincode.edit('index.js', MARK_1, MARK_2)
  const build = await chaincode.build(2, 'serving')
  expect(build.files).toEqual(['index.js'])
  expect(chaincode.state().launch).toMatchObject({ reason: 'saved', outcome: 'ready', files: ['index.js'] })
  expect(await chaincode.evaluate('version')).toBe(MARK_2)
  expect(await chaincode.evaluate('get', 'k')).toBe('v')
  expect(chaincode.state().builds).toMatchObject([
    { number: 2, state: 'serving' },
    { number: 1, state: 'was-ready' },
  ])

  const file = join(chaincode.folder, 'index.js')
  await utimes(file, new Date(), new Date())
  // The sleeps only keep the watcher from merging the saves. The next build's number shows that neither was built.
  await sleep(200)
  writeFileSync(file, await readFile(file))
  await sleep(200)
  await chaincode.edit('index.js', MARK_2, 'VERSION_MARK_3')
  await chaincode.build(3, 'serving')
  expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_3')
  expect(chaincode.state().builds).toHaveLength(3)
})

test('the old one serves until the new one is ready; no call fails', async () => {
  const peer = await testPeer()
  const chaincode = await openFixture(peer, 'misbehaving')
  const { answers, codes, end } = keepCalling(chaincode, 4)
  for (const [number, from, to] of [
    [2, MARK_1, MARK_2],
    [3, MARK_2, 'VERSION_MARK_3'],
    [4, 'VERSION_MARK_3', 'VERSION_MARK_4'],
  ] as const) {
    await chaincode.edit('index.js', from, to)
    await chaincode.build(number, 'serving')
    await expect.poll(() => answers.at(-1)).toBe(to)
  }
  await end()
  expect([...codes]).toEqual([])
  // Never back to an older one.
  expect(answers).toEqual(answers.toSorted())
  expect(new Set(answers).size).toBe(4)
})

describe('a call in flight when the new one takes over', () => {
  test('is answered by the old one, which is gone then; new calls go to the new one', async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'misbehaving')
    const old = await chaincode.pid()
    const file = join(await tempFolder('go'), 'go')
    const inFlight = chaincode.submit('putWhen', file, 'k', 'v')
    await peer.eventually('it is called', ({ calls }) => calls.count === 1)
    await chaincode.edit('index.js', MARK_1, MARK_2)
    await chaincode.build(2, 'serving')
    expect(await chaincode.evaluate('version')).toBe(MARK_2)
    expect(isAlive(old)).toBe(true)
    await writeFile(file, '')
    expect(await inFlight).toBe(MARK_1)
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
    await expect.poll(() => isAlive(old)).toBe(false)
  })

  test('and never answers: it ends at its deadline, and the old one with it', async () => {
    const peer = await testPeer({ chaincode: { executetimeout: 5_000 } })
    const chaincode = await openFixture(peer, 'misbehaving')
    const old = await chaincode.pid()
    const hanging = codeOf(chaincode.submit('hang'))
    await peer.eventually('it is called', ({ calls }) => calls.count === 1)
    await peer.api.restart({ name: chaincode.name })
    expect(await hanging).toBe('EXECUTE_TIMEOUT')
    await expect.poll(() => isAlive(old)).toBe(false)
    expect(await chaincode.evaluate('version')).toBe(MARK_1)
  })

  test('ends at once when its author presses Stop', async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'misbehaving')
    const old = await chaincode.pid()
    const hanging = codeOf(chaincode.submit('hang'))
    await peer.eventually('it is called', ({ calls }) => calls.count === 1)
    await peer.api.restart({ name: chaincode.name })
    await peer.api.stop({ name: chaincode.name })
    expect(await hanging).toBe('NOT_RUNNING')
    expect(isAlive(old)).toBe(false)
  })

  test('is answered by its version when that changes', async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'misbehaving')
    const old = await chaincode.pid()
    const file = join(await tempFolder('go'), 'go')
    // A submit would be invalid: it has read the definition that changes.
    const inFlight = chaincode.evaluate('putWhen', file, 'k', 'v')
    await peer.eventually('it is called', ({ calls }) => calls.count === 1)
    await peer.api.setVersion({ name: chaincode.name, version: '2.0' })
    expect(chaincode.state()).toMatchObject({ canonicalName: 'misbehaving:2.0', registration: { state: 'ready' } })
    await writeFile(file, '')
    expect(await inFlight).toBe(MARK_1)
    await expect.poll(() => isAlive(old)).toBe(false)
    expect(chaincode.state().registration.state).toBe('ready')
  })
})

test('a syntax error keeps the last good one serving, says where it is, and fixing it recovers', async () => {
  const peer = await testPeer()
  const chaincode = await openFixture(peer, 'misbehaving')
  await chaincode.edit('index.js', `'${MARK_1}'`, `'${MARK_2}' +`)
  const failed = await chaincode.failed(2)
  expect(failed.error?.code).toBe('CHAINCODE_EXITED')
  const line = (await readFile(join(chaincode.folder, 'index.js'), 'utf8')).slice(0, -1).split('\n')
  const at = line.findIndex((text) => text.includes(MARK_2)) + 1
  // V8 names the line where it could not read on.
  expect(failed.diagnostics[0]).toMatchObject({ file: 'index.js', severity: 'error' })
  expect(Math.abs((failed.diagnostics[0]?.line ?? 0) - at)).toBeLessThanOrEqual(2)
  expect(chaincode.state()).toMatchObject({
    error: { code: 'CHAINCODE_EXITED' },
    registration: { state: 'ready' },
    process: { build: 1 },
  })
  expect(await chaincode.evaluate('version')).toBe(MARK_1)

  await chaincode.edit('index.js', ' +,', ',')
  await chaincode.build(3, 'serving')
  expect(await chaincode.evaluate('version')).toBe(MARK_2)
  expect(chaincode.state().error).toBeUndefined()
  expect(chaincode.state().builds.map(({ state }) => state)).toEqual(['serving', 'failed', 'was-ready'])
})

test('broken, then saved back to what serves: the error goes, and nothing is built', async () => {
  const peer = await testPeer()
  const chaincode = await openFixture(peer, 'misbehaving')
  await chaincode.edit('index.js', MARK_1, `' + nonsense(`)
  await chaincode.failed(2)
  await chaincode.edit('index.js', `' + nonsense(`, MARK_1)
  await chaincode.eventually('the error is gone', (s) => s.error === undefined)
  expect(chaincode.state().process).toMatchObject({ build: 1 })
  expect(chaincode.state().builds).toHaveLength(2)
  expect(await chaincode.evaluate('version')).toBe(MARK_1)
})

test('a save during a build ends it, and the newest save is what serves', async () => {
  const peer = await testPeer()
  const chaincode = await openGated(peer)
  await chaincode.shut()
  await chaincode.edit('index.js', MARK_1, MARK_2)
  await chaincode.build(2, 'building')
  expect(await chaincode.evaluate('version')).toBe(MARK_1)
  await chaincode.edit('index.js', MARK_2, 'VERSION_MARK_3')
  await chaincode.build(2, 'aborted')
  await chaincode.build(3, 'building')
  expect(chaincode.state().error).toBeUndefined()
  await chaincode.open()
  await chaincode.build(3, 'serving')
  expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_3')
  expect(chaincode.state().builds.map(({ state }) => state)).toEqual(['serving', 'aborted', 'was-ready'])
})

test('saved back during a build: that build is not wanted any more', async () => {
  const peer = await testPeer()
  const chaincode = await openGated(peer)
  await chaincode.shut()
  await chaincode.edit('index.js', MARK_1, MARK_2)
  await chaincode.build(2, 'building')
  await chaincode.edit('index.js', MARK_2, MARK_1)
  await chaincode.build(2, 'aborted')
  await chaincode.open()
  expect(await chaincode.evaluate('version')).toBe(MARK_1)
  expect(chaincode.state().process).toMatchObject({ build: 1 })
  expect(chaincode.state().builds).toHaveLength(2)
})

test('stopped during a build: the build ends too', async () => {
  const peer = await testPeer()
  const chaincode = await openGated(peer)
  await chaincode.shut()
  await chaincode.edit('index.js', MARK_1, MARK_2)
  await chaincode.build(2, 'building')
  await peer.api.stop({ name: chaincode.name })
  expect(chaincode.state()).toMatchObject({ registration: { state: 'none' } })
  expect(chaincode.state().builds[0]).toMatchObject({ number: 2, state: 'aborted' })
  await chaincode.open()
  // A call asks for what the sources say now.
  expect(await chaincode.evaluate('version')).toBe(MARK_2)
})

test('a storm of 1,000 files is one build', async () => {
  const peer = await testPeer({ chaincode: { quietPeriod: 1_000 } })
  const chaincode = await openFixture(peer, 'javascript-contract')
  await chaincode.eventually('it is watched', ({ watch }) => watch.state === 'watching')
  const lib = join(chaincode.folder, 'lib')
  await mkdir(lib)
  await Promise.all(
    Array.from({ length: 1000 }, (_, i) => writeFile(join(lib, `part-${i}.js`), `module.exports = ${i}\n`)),
  )
  await chaincode.edit('index.js', `'${MARK_1}'`, `String(require('./lib/part-999.js'))`)
  await expect.poll(() => chaincode.evaluate('Version')).toBe('999')
  await chaincode.eventually('all are watched', ({ watch }) => watch.state === 'watching' && watch.files > 1000)
  const ended = chaincode.state().builds.filter(({ state }) => state !== 'aborted')
  expect(ended.map(({ state }) => state)).toEqual(['serving', 'was-ready'])
})

test('what slipway.yaml says before all is watched counts too', async () => {
  const peer = await testPeer()
  const folder = await fixture('misbehaving')
  // So many that the watch is not there yet.
  await mkdir(join(folder, 'lib'))
  const files = Array.from({ length: 1000 }, (_, i) => join(folder, 'lib', `part-${i}.js`))
  await Promise.all(files.map((file) => writeFile(file, '')))
  const chaincode = await openFolder(peer, { folder })
  await writeFile(join(folder, 'slipway.yaml'), "version: '7.0'\n")
  await chaincode.eventually('it has the version', ({ version, registration }) => {
    return version === '7.0' && registration.state === 'ready'
  })
})

test('what a build itself writes is no save for ever; what its author saves meanwhile is', async () => {
  const peer = await testPeer()
  const folder = await fixture('misbehaving')
  const gate = await tempFolder('gate')
  const script = `const { existsSync, writeFileSync } = require('node:fs')
writeFileSync('stamp.js', 'exports.at = ' + process.hrtime.bigint() + 'n')
setInterval(() => existsSync(__dirname + '/open') && process.exit(), 10)\n`
  await writeFile(join(gate, 'stamp.js'), script)
  await writeFile(join(gate, 'open'), '')
  await writeFile(join(folder, 'slipway.yaml'), `build: node ${join(gate, 'stamp.js')}\n`)
  const chaincode = await openFolder(peer, { folder })
  const said = async () => {
    const { lines } = await peer.api.readLogs({ filter: { sources: ['peer'] }, from: 0, limit: 2_000 })
    return lines.some(({ text }) => text.includes('stamp.js'))
  }
  await expect.poll(said, { timeout: 60_000 }).toBe(true)
  const number = chaincode.state().builds[0]?.number ?? 0
  await chaincode.build(number, 'serving')
  // Each is the very next build: the stamps that it and the one before wrote started none.
  await chaincode.edit('index.js', MARK_1, MARK_2)
  await chaincode.build(number + 1, 'serving')
  await rm(join(gate, 'open'))
  await chaincode.edit('index.js', MARK_2, 'VERSION_MARK_3')
  await chaincode.build(number + 2, 'building')
  await chaincode.edit('index.js', 'VERSION_MARK_3', 'VERSION_MARK_4')
  await chaincode.build(number + 2, 'aborted')
  await writeFile(join(gate, 'open'), '')
  await chaincode.build(number + 3, 'serving')
  expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_4')
})
