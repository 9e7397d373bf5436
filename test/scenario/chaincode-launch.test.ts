// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { LaunchState, StepName } from '../../core/contract/launch-state.ts'
import { openAttached, outcome } from '../support/attached.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { isAlive } from '../support/is-alive.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { codeOf, openFixture, openFolder } from './author.ts'

/** Steps of a launch in the order they began, each with how it ended. */
function stepsOf(launch: LaunchState | undefined): string[] {
  return (launch?.steps ?? []).map(({ name, state }) => `${name} ${state}`)
}

async function misbehaving(how: string): Promise<string> {
  const folder = await fixture('misbehaving')
  await writeFile(join(folder, 'misbehave.txt'), how)
  return folder
}

describe('launching', () => {
  test('is told step by step, and callers of one launch share it', async () => {
    const peer = await testPeer()
    const chaincode = await openFolder(peer, { folder: await misbehaving(''), watch: false, launch: false })
    expect(chaincode.state().launch).toBeUndefined()
    const calls = [
      peer.api.launch({ name: chaincode.name }),
      ...Array.from({ length: 5 }, () => chaincode.evaluate('version')),
    ]
    expect((await Promise.all(calls)).slice(1)).toEqual(Array.from({ length: 5 }, () => 'VERSION_MARK_1'))
    expect(peer.events.filter(({ type }) => type === 'launch.started')).toHaveLength(1)
    const { launch } = chaincode.state()
    expect(launch).toMatchObject({ outcome: 'ready', build: 1 })
    expect(stepsOf(launch)).toEqual([
      'install done',
      'build done',
      'already-running done',
      'deployment-spec done',
      'package done',
      'image skipped',
      'start done',
      'registered done',
      'ready done',
    ])
    expect(launch?.steps.find(({ name }) => name === 'deployment-spec')?.note).toBe('from _lifecycle')
    for (const { startedAt, endedAt, name } of launch?.steps ?? []) {
      if (name !== 'image') expect(endedAt).toBeGreaterThanOrEqual(startedAt)
      expect(startedAt).toBeGreaterThanOrEqual(launch?.startedAt ?? Infinity)
      expect(endedAt ?? 0).toBeLessThanOrEqual(launch?.endedAt ?? 0)
    }
    // It runs: launching again is nothing.
    await peer.api.launch({ name: chaincode.name })
    expect(peer.events.filter(({ type }) => type === 'launch.started')).toHaveLength(1)
  })

  test('waits, where the call comes while the chaincode is being opened', async () => {
    const peer = await testPeer()
    const folder = await misbehaving('')
    // To define it on all of them takes longer than a build.
    const channels = Array.from({ length: 30 }, (_, n) => `channel${n}`)
    await writeFile(join(folder, 'slipway.yaml'), `channels: [${channels.join(', ')}]\n`)
    const call = new Promise<string>((answer, fail) => {
      peer.peer.subscribe(({ type }) => {
        if (type !== 'chaincode.opened') return
        peer.api
          .evaluate({ chaincode: 'misbehaving', function: 'version', args: [] })
          .then(({ payload }) => answer(payload), fail)
      })
    })
    await peer.api.openChaincode({ folder, watch: false })
    expect(await call).toBe('VERSION_MARK_1')
  })

  test('callers of one launch share its failure too, and nothing of it is left', async () => {
    const peer = await testPeer()
    const chaincode = await openFolder(peer, {
      folder: await misbehaving('exit-at-once'),
      watch: false,
      launch: false,
    })
    const codes = await Promise.all(Array.from({ length: 4 }, () => codeOf(chaincode.evaluate('version'))))
    expect(codes).toEqual(codes.map(() => 'CHAINCODE_EXITED'))
    expect(peer.events.filter(({ type }) => type === 'launch.started')).toHaveLength(1)
    expect(stepsOf(chaincode.state().launch).slice(-2)).toEqual(['start done', 'registered failed'])
    expect(chaincode.state().process).toBeUndefined()
    // Once fixed, the next call launches it.
    await writeFile(join(chaincode.folder, 'misbehave.txt'), '')
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('one that its author starts tells the true story at once: name, address and command', async () => {
    const peer = await testPeer()
    const attached = await openAttached(peer)
    const details = {
      canonicalName: 'raw:1.0',
      address: peer.address(),
      command: peer.chaincode('raw').command.text,
    }
    for (const asked of [
      peer.api.launch({ name: 'raw' }),
      peer.api.restart({ name: 'raw' }),
      attached.submit('x').result,
    ]) {
      const error = await asked.then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(error).toMatchObject({ code: 'NOT_CONNECTED', details })
    }
    expect(details.command).toContain('raw:1.0')
    expect(details.command).toContain(peer.address())
    expect(peer.chaincode('raw').launch).toBeUndefined()
  })

  test('a call of one that nobody opened names those that are', async () => {
    const peer = await testPeer()
    await openAttached(peer)
    const error = await outcome(peer.api.evaluate({ chaincode: 'nosuch', function: 'x', args: [] })).error
    expect(error).toMatchObject({ code: 'CHAINCODE_UNKNOWN', details: { name: 'nosuch', known: ['raw'] } })
  })
})

describe('stopping', () => {
  const steps: StepName[] = ['build', 'deployment-spec', 'start', 'registered']
  test.each(steps)('in the step %s leaves nothing', async (step) => {
    const peer = await testPeer({ prewarm: false })
    const chaincode = await openFolder(peer, { folder: await misbehaving('never-register'), watch: false })
    await chaincode.eventually(`the step ${step} has begun`, ({ launch }) =>
      launch?.steps.some(({ name }) => name === step),
    )
    await peer.api.stop({ name: chaincode.name })
    await chaincode.eventually('the launch has ended', ({ launch }) => launch?.outcome === 'aborted')
    expect(chaincode.state().launch?.error?.code).toBe('ABORTED')
    expect(chaincode.state().process).toBeUndefined()
    expect(chaincode.state().error).toBeUndefined()
    await writeFile(join(chaincode.folder, 'misbehave.txt'), '')
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('fails the call that waits for the launch, and the one in flight, each with a code', async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'misbehaving', { watch: false })
    const calls = [codeOf(chaincode.evaluate('hang')), codeOf(chaincode.submit('hang'))]
    await eventually(() => peer.state().calls.count).toBe(2)
    await peer.api.stop({ name: chaincode.name })
    expect(await Promise.all(calls)).toEqual(['NOT_RUNNING', 'NOT_RUNNING'])
    expect(chaincode.state().registration.state).toBe('none')
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('aborting one caller leaves the launch to the others', async () => {
    const peer = await testPeer()
    const chaincode = await openFolder(peer, { folder: await misbehaving(''), watch: false, launch: false })
    const abort = new AbortController()
    const leaver = peer.api.launch({ name: chaincode.name }, abort.signal)
    const stayer = chaincode.evaluate('version')
    abort.abort()
    await expect(leaver).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await stayer).toBe('VERSION_MARK_1')
  })
})

describe('restarting', () => {
  test('replaces the process: the old one serves until the new one is ready, and is gone then', async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'misbehaving', { watch: false })
    await chaincode.submit('put', 'k', 'v')
    const before = await chaincode.pid()
    await peer.api.restart({ name: chaincode.name })
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
    expect(await chaincode.pid()).not.toBe(before)
    expect(chaincode.state().launch).toMatchObject({ reason: 'restart', outcome: 'ready', build: 2 })
    await eventually(() => isAlive(before)).toBe(false)
  })

  test('gets a chaincode out of an infinite loop', async () => {
    const peer = await testPeer({ chaincode: { executetimeout: 5000 } })
    const chaincode = await openFixture(peer, 'misbehaving', { watch: false })
    await chaincode.submit('put', 'k', 'v')
    const before = await chaincode.pid()
    expect(await codeOf(chaincode.submit('loop'))).toBe('EXECUTE_TIMEOUT')
    const inFlight = codeOf(chaincode.submit('loop'))
    await eventually(() => peer.state().calls.count).toBe(3)
    await peer.api.restart({ name: chaincode.name })
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
    expect(await inFlight).toBe('EXECUTE_TIMEOUT')
    await eventually(() => isAlive(before)).toBe(false)
  })

  test('that fails leaves the old one serving', async () => {
    const peer = await testPeer({ prewarm: false })
    const chaincode = await openFixture(peer, 'misbehaving', { watch: false })
    const before = await chaincode.pid()
    await writeFile(join(chaincode.folder, 'misbehave.txt'), 'exit-at-once')
    await expect(peer.api.restart({ name: chaincode.name })).rejects.toMatchObject({ code: 'CHAINCODE_EXITED' })
    expect(await chaincode.pid()).toBe(before)
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
    expect(chaincode.state().registration.state).toBe('ready')
  })
})

describe('a process that ends', () => {
  test('after it was ready is told in words, and is started again', async () => {
    const peer = await testPeer({ prewarm: false })
    const chaincode = await openFixture(peer, 'misbehaving', { watch: false })
    const before = await chaincode.pid()
    expect(await codeOf(chaincode.submit('exit', '4'))).toBe('CHAINCODE_STOPPED')
    await chaincode.eventually('another runs', ({ process, registration }) => {
      return registration.state === 'ready' && process !== undefined && process.pid !== before
    })
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('by itself while nobody calls is started again', async () => {
    const peer = await testPeer({ prewarm: false })
    const chaincode = await openFolder(peer, { folder: await misbehaving('exit-later'), watch: false })
    await chaincode.ready()
    const before = await chaincode.pid()
    await writeFile(join(chaincode.folder, 'misbehave.txt'), '')
    await chaincode.eventually('another runs', ({ process, registration }) => {
      return registration.state === 'ready' && process !== undefined && process.pid !== before
    })
    const exits = peer.events.filter((event) => event.type === 'process.exited')
    expect(exits.map(({ exit }) => exit.code)).toEqual([4])
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('never fails a call that comes after it: the call waits for the next one', async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'misbehaving', { watch: false })
    await chaincode.submit('put', 'k', 'v')
    process.kill(await chaincode.pid(), 'SIGKILL')
    await chaincode.eventually('its stream has ended', ({ registration }) => registration.state === 'none')
    const answers = await Promise.all(Array.from({ length: 5 }, () => chaincode.evaluate('get', 'k')))
    expect(answers).toEqual(['v', 'v', 'v', 'v', 'v'])
  })
})

/** Kept last: it closes a peer by hand. */
test('closing the peer in the middle of a launch leaves no process', async () => {
  const peer: TestPeer = await testPeer({ prewarm: false })
  const chaincode = await openFolder(peer, { folder: await misbehaving('never-register'), watch: false })
  const waiting = codeOf(chaincode.evaluate('version'))
  await chaincode.eventually('it waits for its registration', ({ launch }) =>
    launch?.steps.some(({ name }) => name === 'registered'),
  )
  await peer.peer.close()
  expect(await waiting).toBe('ABORTED')
})
