// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { codeOf, openFixture, openFolder, type Opened } from './author.ts'

const KILLED = process.platform === 'win32' ? /exited with code/ : /SIGKILL/

/** Open the chaincode that starts in one of its wrong ways. */
async function openMisbehaving(peer: TestPeer, how: string): Promise<Opened> {
  const folder = await fixture('misbehaving')
  await writeFile(join(folder, 'misbehave.txt'), how)
  return openFolder(peer, { folder, watch: false })
}

describe('a chaincode that starts wrong', () => {
  test.each([
    ['exit-at-once', 'CHAINCODE_EXITED', 'this chaincode cannot start'],
    ['exit-cleanly', 'CHAINCODE_EXITED', ''],
    ['killed-at-once', 'CHAINCODE_EXITED', ''],
  ])('%s: told at once, with its last words', async (how, code, words) => {
    const chaincode = await openMisbehaving(await testPeer(), how)
    const error = await chaincode.eventually('it has failed', (state) => state.error)
    expect(error.code).toBe(code)
    expect(JSON.stringify(error.details)).toContain(words)
    if (how === 'killed-at-once') expect(JSON.stringify(error.details)).toMatch(KILLED)
    expect(chaincode.state().launch).toMatchObject({ outcome: 'failed', error: { code } })
  })

  test('never-register: told once the startup timeout is over, and its process is gone', async () => {
    const peer = await testPeer({ chaincode: { startuptimeout: 2000 }, prewarm: false })
    const chaincode = await openMisbehaving(peer, 'never-register')
    const error = await chaincode.eventually('it has failed', (state) => state.error)
    expect(error.code).toBe('STARTUP_TIMEOUT')
    expect(chaincode.state().process).toBeUndefined()
  })

  test('a million lines before it registers: it is ready all the same, and the newest lines are there', async () => {
    const peer = await testPeer()
    const chaincode = await openMisbehaving(peer, 'million-lines')
    await chaincode.ready()
    await peer.eventually('all lines have come', ({ logs }) => logs.count >= 1_000_000)
    const { total, lines } = await peer.api.readLogs({ filter: { search: 'line 999999 of' }, from: -1, limit: 1 })
    expect([total, lines[0]?.text]).toEqual([1, 'line 999999 of 1000000'])
  })

  test('100 MB without a newline: it is ready all the same, and the line is cut', async () => {
    const peer = await testPeer()
    const chaincode = await openMisbehaving(peer, 'no-newline')
    await chaincode.ready()
    const { lines } = await peer.api.readLogs({ filter: {}, from: 0, limit: 2000 })
    for (const { text } of lines) expect(text.length).toBeLessThan(20_000)
  })
})

describe('a transaction that goes wrong', () => {
  test('in the chaincode: its status and its words come back, and nothing is written', async () => {
    const peer = await testPeer()
    const { name, evaluate } = await openFixture(peer, 'misbehaving', { watch: false })
    const before = peer.state().channels
    const submit = (fn: string, ...args: string[]) => peer.api.submit({ chaincode: name, function: fn, args })
    expect(await submit('status', '400', 'no')).toMatchObject({ status: 400, message: 'no' })
    expect(await submit('status', '500', 'boom')).toMatchObject({ status: 500, message: 'boom' })
    expect(await submit('undefined')).toMatchObject({ status: 500 })
    expect(await submit('writeThenThrow', 'k')).toMatchObject({ status: 500, message: 'thrown after a write' })
    expect(await evaluate('get', 'k')).toBe('')
    expect(peer.state().channels).toEqual(before)
  })

  test('because the process ends: the call fails at once, and the next one finds it running again', async () => {
    const chaincode = await openFixture(await testPeer(), 'misbehaving', { watch: false })
    await chaincode.submit('put', 'k', 'v')
    expect(await codeOf(chaincode.submit('exit', '3'))).toMatch(/^(CHAINCODE_STOPPED|STREAM_TERMINATED)$/)
    expect(await codeOf(chaincode.submit('writeThenKill', 'k'))).toMatch(/^(CHAINCODE_STOPPED|STREAM_TERMINATED)$/)
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
  })

  test('because it never ends: the deadline ends the call', async () => {
    const peer = await testPeer({ chaincode: { executetimeout: 4000 } })
    const chaincode = await openFixture(peer, 'misbehaving', { watch: false })
    expect(await codeOf(chaincode.evaluate('hang'))).toBe('EXECUTE_TIMEOUT')
    // Thrown out of the low-level Invoke: the Node shim then sends nothing (fabric-shim 2.5.8).
    expect(await codeOf(chaincode.evaluate('throw', 'out'))).toBe('EXECUTE_TIMEOUT')
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
    expect(await codeOf(chaincode.evaluate('loop'))).toBe('EXECUTE_TIMEOUT')
  })
})
