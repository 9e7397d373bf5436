// @module-tag slow
import { describe, expect, test } from 'vitest'
import { fixture, type FixtureName } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { RawChaincode, registerPayload } from '../support/raw-chaincode.ts'
import { needs } from '../support/require.ts'
import { codeOf, openFixture, openFolder, startByHand } from './author.ts'

/** The author starts it: what is shown is exact, what connects is told at once, and so is its end. */
function isAttached(name: FixtureName, put: [string, ...string[]], get: [string, ...string[]], got: string): void {
  test(`${name} registers when the shown command is run, and its death is seen`, async () => {
    const peer = await testPeer()
    const folder = await fixture(name)
    const chaincode = await openFolder(peer, { folder, startedBy: 'you' })
    expect(chaincode.state()).toMatchObject({ startedBy: 'you', registration: { state: 'none' } })
    expect(chaincode.state().builds).toEqual([])
    expect(await codeOf(chaincode.evaluate(...get))).toBe('NOT_CONNECTED')
    expect(await codeOf(peer.api.launch({ name: chaincode.name }))).toBe('NOT_CONNECTED')

    const { command } = chaincode.state()
    expect(command.text).toContain(peer.address())
    const terminal = startByHand(command)
    const { registration, process } = await chaincode.ready()
    expect(registration.createdAt).toBeLessThanOrEqual(registration.establishedAt ?? 0)
    expect(registration.establishedAt).toBeLessThanOrEqual(registration.readyAt ?? 0)
    expect(process).toBeUndefined()
    expect(chaincode.state().launch).toMatchObject({ reason: 'connected', outcome: 'ready' })
    await chaincode.submit(...put)
    expect(await chaincode.evaluate(...get)).toBe(got)

    terminal.kill()
    const dead = await chaincode.eventually('its death is seen', (s) => s.registration.state === 'none' && s)
    expect(dead.registration.ended?.error.code).toBe('STREAM_TERMINATED')
    expect(await codeOf(chaincode.evaluate(...get))).toBe('NOT_CONNECTED')

    startByHand(command)
    await chaincode.ready()
    expect(await chaincode.evaluate(...get)).toBe(got)
  })
}

describe('attached', () => {
  isAttached('javascript-contract', ['Put', 'k', 'v'], ['Get', 'k'], 'v')

  test('a call waits longer than for a chaincode that Slipway started: it may stand at a breakpoint', async () => {
    const peer = await testPeer({ chaincode: { executetimeout: 100 } })
    const chaincode = await openFixture(peer, 'misbehaving', { watch: false })
    expect(await codeOf(chaincode.evaluate('sleep', '400'))).toBe('EXECUTE_TIMEOUT')
    await peer.api.setStartedBy({ name: chaincode.name, startedBy: 'you' })
    startByHand(chaincode.state().command)
    await chaincode.ready()
    expect(await chaincode.evaluate('sleep', '400')).toBe('slept')
  })

  test('managed, attached and managed again: one ledger, one process at a time', async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'javascript-shim')
    await chaincode.submit('put', 'k', 'v')
    const { name } = chaincode

    await peer.api.setStartedBy({ name, startedBy: 'you' })
    expect(chaincode.state()).toMatchObject({ startedBy: 'you', registration: { state: 'none' } })
    expect(chaincode.state().process).toBeUndefined()
    expect(chaincode.state().error).toBeUndefined()
    expect(await codeOf(chaincode.evaluate('get', 'k'))).toBe('NOT_CONNECTED')
    expect(await codeOf(peer.api.restart({ name }))).toBe('NOT_CONNECTED')
    // The author saves and starts when it suits him.
    await chaincode.edit('probe.js', 'VERSION_MARK_1', 'VERSION_MARK_2')
    const terminal = startByHand(chaincode.state().command)
    await chaincode.ready()
    expect(await chaincode.evaluate('get', 'k')).toBe('len=1 v')
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_2')

    await peer.api.setStartedBy({ name, startedBy: 'slipway' })
    await chaincode.eventually('Slipway runs it', (s) => s.process !== undefined && s.registration.state === 'ready')
    // A shim whose stream was ended by the peer ends its process.
    await terminal.exited
    expect(await chaincode.evaluate('get', 'k')).toBe('len=1 v')
    expect(chaincode.state().error).toBeUndefined()
  })

  test('a process started by hand is turned away while Slipway runs it, and sees no call', async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'javascript-shim', { watch: false })
    const { process } = chaincode.state()
    const terminal = startByHand(chaincode.state().command)
    const { error } = await peer.eventually('it is turned away', ({ notices }) => notices.at(-1))
    expect(error).toMatchObject({ code: 'REGISTER_NOT_EXPECTED', details: { runs: 'process' } })
    await terminal.exited
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
    expect(chaincode.state().process?.pid).toBe(process?.pid)
    expect(chaincode.state().error).toBeUndefined()
  })

  test('nobody but the process that Slipway started registers where that one connects', async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'misbehaving', { watch: false })
    const address = await chaincode.evaluate('env', 'CORE_PEER_ADDRESS')
    expect(address).not.toBe(peer.address())
    const stranger = await RawChaincode.connect(address)
    await stranger.send({ type: 'REGISTER', payload: registerPayload(`${chaincode.name}:1.0`) })
    await stranger.ended
    expect(stranger.received).toEqual([])
    const { error } = await peer.eventually('it is turned away', ({ notices }) => notices.at(-1))
    expect(error.code).toBe('STREAM_REFUSED')
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('stopped by the author it stays stopped until a call or a start asks for it', async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'misbehaving')
    const { name } = chaincode
    await peer.api.stop({ name })
    expect(chaincode.state()).toMatchObject({ registration: { state: 'none' } })
    expect(chaincode.state().process).toBeUndefined()
    await peer.api.stop({ name })
    await peer.api.launch({ name })
    expect(chaincode.state().registration.state).toBe('ready')
    await peer.api.stop({ name })
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })
})

describe('another version', () => {
  test('of a managed chaincode: the old one serves until the new one is ready, and the ledger stays', async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'javascript-shim')
    const { name } = chaincode
    await chaincode.submit('put', 'k', 'v')
    await peer.api.setVersion({ name, version: '2.0' })
    expect(chaincode.state()).toMatchObject({
      version: '2.0',
      canonicalName: `${name}:2.0`,
      registration: { state: 'ready' },
    })
    expect(chaincode.state().command.text).toContain(`${name}:2.0`)
    expect(await chaincode.evaluate('get', 'k')).toBe('len=1 v')
    expect(await codeOf(peer.api.setVersion({ name, version: 'no/slash' }))).toBe('NAME_INVALID')
    expect(chaincode.state().version).toBe('2.0')
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('that the author started: told with what is expected, and taken by setting the version', async () => {
    const peer = await testPeer()
    const chaincode = await openFolder(peer, { folder: await fixture('javascript-shim'), startedBy: 'you' })
    const { name } = chaincode
    const { command, canonicalName } = chaincode.state()
    const other = { ...command, text: command.text.replaceAll(canonicalName, `${name}:7`) }
    expect(other.text).not.toBe(command.text)
    startByHand(other)
    const { error } = await peer.eventually('it is turned away', ({ notices }) => notices.at(-1))
    expect(error).toMatchObject({
      code: 'REGISTER_UNKNOWN_NAME',
      details: { name: `${name}:7`, expected: [canonicalName] },
    })

    await peer.api.setVersion({ name, version: '7' })
    startByHand(chaincode.state().command)
    await chaincode.ready()
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
    // The process that runs is of a version that is not expected any more.
    await peer.api.setVersion({ name, version: '8' })
    expect(chaincode.state().registration.state).toBe('none')
    expect(await codeOf(chaincode.evaluate('version'))).toBe('NOT_CONNECTED')
  })
})

needs('go').describe('attached', () => {
  isAttached('go-shim-v2', ['put', 'k', 'v'], ['get', 'k'], 'v')
})
