// @module-tag slow
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { codeOf, openFixture, openFolder, type Opened } from './author.ts'

/** A chaincode that starts in one of the ways of test/fixtures/chaincode/misbehaving. */
async function openMisbehaving(peer: TestPeer, how: string): Promise<Opened & { behave(how: string): Promise<void> }> {
  const folder = await fixture('misbehaving')
  const behave = (next: string) => writeFile(join(folder, 'misbehave.txt'), next)
  await behave(how)
  return { ...(await openFolder(peer, { folder })), behave }
}

/** How a process is told to have ended that was killed; Windows knows no signals. */
const killed = process.platform === 'win32' ? 'exited with code 1' : 'was killed by SIGKILL'

describe('a chaincode that ends at its start', () => {
  test.each([
    ['exit-at-once', 'exited with code 1', 1],
    ['exit-cleanly', 'exited with code 0', 0],
    ['killed-at-once', killed, null],
  ])('%s: told at once with how it ended; saving a good one recovers', async (how, words, code) => {
    const peer = await testPeer()
    const chaincode = await openMisbehaving(peer, how)
    const failed = await chaincode.failed(1)
    expect(failed.error).toMatchObject({ code: 'CHAINCODE_EXITED', details: { words: expect.stringContaining(words) } })
    const { launch, registration, error } = chaincode.state()
    expect(launch).toMatchObject({ outcome: 'failed', error: { code: 'CHAINCODE_EXITED' } })
    expect(launch?.steps.at(-1)).toMatchObject({ name: 'registered', state: 'failed' })
    expect(registration.state).toBe('none')
    expect(error?.code).toBe('CHAINCODE_EXITED')
    if (code === 1) expect(failed.error?.details['output']).toContain('this chaincode cannot start')
    expect(await codeOf(chaincode.submit('put', 'k', 'v'))).toBe('CHAINCODE_EXITED')

    await chaincode.behave('')
    await chaincode.ready()
    await chaincode.submit('put', 'k', 'v')
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
    expect(chaincode.state().error).toBeUndefined()
  })

  test('never registers: the deadline says so, and the last good one serves', async () => {
    const peer = await testPeer({ chaincode: { startuptimeout: 10_000 } })
    const chaincode = await openMisbehaving(peer, '')
    await chaincode.build(1, 'serving')
    await chaincode.behave('never-register')
    const failed = await chaincode.failed(2)
    expect(failed.error).toMatchObject({ code: 'STARTUP_TIMEOUT', details: { output: ['waiting for nothing'] } })
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('registers under another name: turned away, told, and the last good one serves', async () => {
    const peer = await testPeer()
    const chaincode = await openMisbehaving(peer, '')
    await chaincode.build(1, 'serving')
    const { canonicalName } = chaincode.state()
    await chaincode.behave('other-name')
    const failed = await chaincode.failed(2)
    const told = { code: 'REGISTER_OTHER_NAME', details: { canonicalName, name: 'someone-else:9.9' } }
    expect(failed.error).toMatchObject(told)
    expect(chaincode.state().launch?.error).toMatchObject(told)
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })
})

describe('a chaincode that ends later', () => {
  test('in a call: that call fails with the words of its end, and the next one is answered', async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'misbehaving', { watch: false })
    const { name } = chaincode
    await chaincode.submit('put', 'k', 'v')
    const before = chaincode.state().process?.pid
    expect(await codeOf(chaincode.submit('writeThenKill', 'half'))).toBe('CHAINCODE_STOPPED')
    const [failed] = await peer.api.readCalls({ limit: 1 })
    expect(failed?.outcome).toMatchObject({
      state: 'failed',
      error: { code: 'CHAINCODE_STOPPED', details: { words: expect.stringContaining(killed) } },
    })
    expect(await chaincode.evaluate('get', 'half')).toBe('')
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
    const { process } = await chaincode.eventually('it is said to run', (s) => s.process && s)
    expect(process?.pid).not.toBe(before)
    expect(chaincode.state().error).toBeUndefined()
    const { entries } = await peer.api.readState({ channel: 'mychannel', namespace: name, limit: 10 })
    expect(entries.map(({ key }) => key)).toEqual(['k'])
  })

  test('by itself it is started again, three times; then it is an error until a call or a save', async () => {
    const peer = await testPeer()
    const chaincode = await openMisbehaving(peer, 'exit-later')
    const starts = () => peer.events.filter((event) => event.type === 'process.started').length
    const stopped = await chaincode.eventually(
      'it is given up',
      ({ error, registration, process }) =>
        starts() === 4 && registration.state === 'none' && process === undefined && error,
    )
    expect(stopped).toMatchObject({
      code: 'CHAINCODE_STOPPED',
      details: { words: expect.stringContaining('exited with code 4') },
    })
    expect(chaincode.state().exit).toMatchObject({ code: 4, signal: null })
    expect(chaincode.state().launch?.reason).toBe('crashed')
    // Asked for, it is started once more.
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
    expect(chaincode.state().crash).toMatchObject({ code: 4 })
    await chaincode.behave('')
    await chaincode.build(2, 'serving')
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
    expect(chaincode.state().error).toBeUndefined()
    expect(chaincode.state().crash).toBeUndefined()
  })

  test('while a broken save is being built: the last good one is started again', async () => {
    const peer = await testPeer()
    const folder = await fixture('misbehaving')
    const script = join(folder, 'build.cjs')
    await writeFile(script, '')
    await writeFile(join(folder, 'slipway.yaml'), 'build: node build.cjs\n')
    const chaincode = await openFolder(peer, { folder })
    await chaincode.build(1, 'serving')
    const first = chaincode.state().process?.pid ?? 0
    // Fails as soon as the one that serves is gone.
    await writeFile(script, `setInterval(() => { try { process.kill(${first}, 0) } catch { process.exit(1) } }, 10)\n`)
    await chaincode.build(2, 'building')
    process.kill(first, 'SIGKILL')
    await chaincode.failed(2)
    await chaincode.eventually('it is started again', (s) => s.registration.state === 'ready' && s.process)
    expect(chaincode.state().process?.build).toBe(1)
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('that will not end on SIGTERM is ended', async () => {
    const peer = await testPeer()
    const chaincode = await openMisbehaving(peer, 'ignore-term')
    const { process: it } = await chaincode.build(1, 'serving').then(chaincode.state)
    await peer.api.stop({ name: chaincode.name })
    expect(() => process.kill(it?.pid ?? 0, 0)).toThrow('ESRCH')
  })
})

describe('a chaincode that prints', () => {
  test('a million lines: it starts, answers, and its lines are held', async () => {
    const peer = await testPeer()
    const chaincode = await openMisbehaving(peer, 'million-lines')
    await chaincode.build(1, 'serving')
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
    await peer.eventually('all are here', ({ logs }) => logs.count >= 1_000_000)
    const { lines } = await peer.api.readLogs({
      filter: { sources: ['chaincode'], search: 'line 999999 of' },
      from: 0,
      limit: 5,
    })
    expect(lines.map(({ text }) => text)).toEqual(['line 999999 of 1000000'])
    expect(await chaincode.submit('printLines', '20000')).toBe('20000')
  })

  test('100 MB without a newline: it starts and answers', async () => {
    const peer = await testPeer()
    const chaincode = await openMisbehaving(peer, 'no-newline')
    await chaincode.build(1, 'serving')
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })
})

needs('go').describe('a Go chaincode that panics', () => {
  test('says where, and is started again', async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'go-shim-v1', { watch: false })
    await chaincode.submit('put', 'k', 'v')
    expect(await codeOf(chaincode.submit('panic', 'on purpose'))).toBe('CHAINCODE_STOPPED')
    const [failed] = await peer.api.readCalls({ limit: 1 })
    if (failed?.outcome.state !== 'failed') throw new Error('the call did not fail')
    const lines = failed.outcome.error.details['output'] as string[]
    expect(lines.join('\n')).toContain('probe panic: on purpose')
    const source = (await readFile(join(chaincode.folder, 'main.go'), 'utf8')).split('\n')
    const line = source.findIndex((text) => text.includes('panic("probe panic')) + 1
    expect(lines.join('\n')).toContain(`main.go:${line}`)
    expect(await chaincode.evaluate('get', 'k')).toBe('nil=false len=1 v')
  })
})
