import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { isAlive } from '../support/is-alive.ts'
import { netPeers } from '../support/net-mode.ts'
import { onEngine } from '../support/peer-images.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { codeOf, openFixture, openFolder, opened, startByHand, type Opened } from './author.ts'
import { keepCalling } from './callers.ts'

const MARK_1 = 'VERSION_MARK_1'
const MARK_2 = 'VERSION_MARK_2'

needs('docker').describe('net mode', () => {
  const net = netPeers()

  test('goes from a folder to an answer, says every step, and leaves no container', async () => {
    const peer = await net.peer()
    const chaincode = await openFixture(peer, 'misbehaving', { mode: 'net', watch: false })
    const { steps } = await chaincode.eventually('launched', (s) => s.launch?.outcome === 'ready' && s.launch)
    expect(steps.map(({ name, state }) => [name, state])).toEqual([
      ['package', 'done'],
      ['already-running', 'done'],
      ['deployment-spec', 'done'],
      ['dependencies', expect.stringMatching(/done|skipped/)],
      ['image', expect.stringMatching(/done|skipped/)],
      ['create', 'done'],
      ['attach', 'done'],
      ['start', 'done'],
      ['registered', 'done'],
      ['ready', 'done'],
    ])
    for (const step of steps) expect(step.endedAt ?? step.startedAt).toBeGreaterThanOrEqual(step.startedAt)
    expect(await chaincode.submit('put', 'k', 'v')).toBe('ok')
    expect(await chaincode.evaluate('get', 'k')).toBe('v')

    const { container, mode, process } = chaincode.state()
    expect([mode, process]).toEqual(['net', undefined])
    expect(container).toMatchObject({ state: 'running', build: 1, commands: { shell: expect.any(String) } })
    expect(await net.containers()).toEqual([container?.name])
    const { lines } = await peer.api.readLogs({ filter: { sources: ['build'] }, from: 0, limit: 10 })
    if (steps.some(({ name, state }) => name === 'dependencies' && state === 'done')) expect(lines).not.toEqual([])

    // What it prints comes by way of the engine: too late for its call where the machine is busy.
    const logs = async () => {
      await chaincode.submit('printLines', '2')
      const [call] = await peer.api.readCalls({ limit: 1 })
      const { lines } = await peer.api.readCallLogs({ id: call?.id ?? 0 })
      return lines.map(({ text, source, stream }) => [text, source, stream])
    }
    await expect.poll(logs).toEqual([
      ['line 0 of 2', 'chaincode', 'stdout'],
      ['line 1 of 2', 'chaincode', 'stdout'],
    ])

    await peer.api.stop({ name: chaincode.name })
    expect(await net.containers()).toEqual([])
    // A call wants it again, and its image is there.
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
    const again = await chaincode.eventually('launched again', (s) => s.launch?.outcome === 'ready' && s.launch)
    expect(again.steps.filter(({ name }) => name === 'image')).toMatchObject([{ state: 'skipped' }])
    await peer.peer.close()
    expect(await net.containers()).toEqual([])
    expect(await net.images()).not.toEqual([])
  })

  test('dev and net and dev again: one ledger, one history, the same calls; the next start remembers', async () => {
    const peer = await net.peer()
    const folder = await fixture('misbehaving')
    const chaincode = await openFolder(peer, { folder, watch: false })
    const { name } = chaincode
    await chaincode.build(1, 'serving')
    await chaincode.submit('put', 'k', 'of dev')
    await peer.api.setMode({ name, mode: 'net' })
    expect(chaincode.state()).toMatchObject({ mode: 'net', launch: { reason: 'mode', mode: 'net', outcome: 'ready' } })
    expect(chaincode.state().process).toBeUndefined()
    expect(await chaincode.evaluate('get', 'k')).toBe('of dev')
    await chaincode.submit('put', 'k', 'of net')
    expect(await chaincode.evaluate('history', 'k')).toBe('of net,false|of dev,false')

    await peer.api.setMode({ name, mode: 'dev' })
    const { mode, container, process, error } = chaincode.state()
    expect([mode, container, error]).toEqual(['dev', undefined, undefined])
    expect(process?.pid).toEqual(expect.any(Number))
    expect(await chaincode.evaluate('get', 'k')).toBe('of net')
    const calls = await peer.api.readCalls({ limit: 10 })
    expect(calls.map(({ request }) => request.function)).toEqual(['get', 'history', 'put', 'get', 'put'])
    await expect.poll(() => net.containers()).toEqual([])

    await peer.api.setMode({ name, mode: 'net' })
    await peer.api.closeChaincode({ name })
    const next = await openFolder(peer, { folder, watch: false })
    await next.ready()
    expect(next.state().mode).toBe('net')
    await peer.api.closeChaincode({ name })
    // What is said stands above what is remembered.
    const said = await openFolder(peer, { folder, watch: false, mode: 'dev' })
    await said.ready()
    expect(said.state().mode).toBe('dev')
  })

  test('a call in flight when the mode changes is answered by the mode it was made in', async () => {
    const peer = await net.peer()
    const chaincode = await openFixture(peer, 'misbehaving', { watch: false })
    const { name } = chaincode
    const pid = await chaincode.pid()
    const file = join(await tempFolder('go'), 'go')
    const inDev = chaincode.submit('putWhen', file, 'k', 'of dev')
    await peer.eventually('it is called', ({ calls }) => calls.count === 1)
    await peer.api.setMode({ name, mode: 'net' })
    expect(await chaincode.evaluate('get', 'k')).toBe('')
    await writeFile(file, '')
    expect(await inDev).toBe(MARK_1)
    expect(await chaincode.evaluate('get', 'k')).toBe('of dev')
    await expect.poll(() => isAlive(pid)).toBe(false)

    // It need not outlast the change for this to hold.
    const inNet = chaincode.evaluate('sleep', '5000')
    await peer.eventually('it is called too', ({ calls }) => calls.count === 4)
    await peer.api.setMode({ name, mode: 'dev' })
    expect(await inNet).toBe('slept')
    await expect.poll(() => net.containers()).toEqual([])
  })

  test('that cannot be changed to: dev serves on and says why, and what was saved meanwhile is built', async () => {
    const peer = await net.peer({ chaincode: { node: { runtime: 'slipway.invalid/no-such-image:1' } } })
    const chaincode = await openFixture(peer, 'misbehaving')
    const { name } = chaincode
    const pid = chaincode.state().process?.pid
    const change = codeOf(peer.api.setMode({ name, mode: 'net' }))
    expect(await chaincode.evaluate('version')).toBe(MARK_1)
    expect(['REGISTRY_UNREACHABLE', 'IMAGE_NOT_FOUND']).toContain(await change)
    const { mode, error, process, launch } = chaincode.state()
    expect([mode, process?.pid]).toEqual(['dev', pid])
    expect(['REGISTRY_UNREACHABLE', 'IMAGE_NOT_FOUND']).toContain(error?.code)
    expect(launch).toMatchObject({ mode: 'net', outcome: 'failed' })
    expect(await chaincode.evaluate('version')).toBe(MARK_1)
    expect(await net.containers()).toEqual([])

    await chaincode.edit('index.js', MARK_1, MARK_2)
    await chaincode.eventually(
      'the save serves',
      ({ builds }) => builds[0]?.state === 'serving' && builds[0].number > 2,
    )
    // The build before the save may have been the one that serves.
    await expect.poll(() => chaincode.evaluate('version')).toBe(MARK_2)
    expect(chaincode.state().error).toBeUndefined()
  })

  test('changed back while it is made: dev serves on', async () => {
    const peer = await net.peer()
    const chaincode = await openFixture(peer, 'misbehaving', { watch: false })
    const { name } = chaincode
    const change = codeOf(peer.api.setMode({ name, mode: 'net' }))
    await chaincode.eventually('it is being changed', (s) => s.launch?.mode === 'net')
    await peer.api.setMode({ name, mode: 'dev' })
    expect(await change).toBe('ABORTED')
    expect(chaincode.state()).toMatchObject({ mode: 'dev', registration: { state: 'ready' } })
    expect(await chaincode.evaluate('version')).toBe(MARK_1)
    await expect.poll(() => net.containers()).toEqual([])
  })

  test('a save is a new image and a new container; the old one serves until then, and goes', async () => {
    const peer = await net.peer()
    const chaincode = await openFixture(peer, 'misbehaving', { mode: 'net' })
    const first = chaincode.state().container
    const { answers, codes, end } = keepCalling(chaincode, 2)
    await chaincode.edit('index.js', MARK_1, MARK_2)
    const build = await chaincode.build(2, 'serving')
    expect(build.files).toEqual(['index.js'])
    await expect.poll(() => answers.at(-1)).toBe(MARK_2)
    await end()
    expect([...codes]).toEqual([])
    const second = await chaincode.eventually(
      'the new one is told',
      ({ container }) => container?.build === 2 && container,
    )
    expect(second.image).not.toBe(first?.image)
    await expect.poll(() => net.containers()).toEqual([second.name])
    // The dependencies did not change.
    const { steps } = chaincode.state().launch ?? { steps: [] }
    expect(steps.find(({ name }) => name === 'image')).toMatchObject({ state: 'done' })

    // Nothing but what serves, what served before, and what both are built on.
    await chaincode.edit('index.js', MARK_2, 'VERSION_MARK_3')
    await chaincode.build(3, 'serving')
    await expect.poll(async () => (await net.images()).length).toBe(3)
    expect(await net.images()).not.toContain(`${first?.image ?? ''}:latest`)
  })

  test('what cannot be built, or ends at its start, leaves the last good one serving', async () => {
    const peer = await net.peer()
    const chaincode = await openFixture(peer, 'misbehaving', { mode: 'net' })
    const { name } = chaincode.state().container ?? {}
    await chaincode.edit(
      'package.json',
      '"fabric-shim": "2.5.8"',
      '"fabric-shim": "2.5.8", "no-such-package-of-ours": "1.0.0"',
    )
    const failed = await chaincode.failed(2)
    expect(['BUILD_FAILED', 'INSTALL_FAILED', 'IMAGE_BUILD_FAILED']).toContain(failed.error?.code)
    expect(await chaincode.evaluate('version')).toBe(MARK_1)

    const file = join(chaincode.folder, 'package.json')
    await writeFile(file, (await readFile(file, 'utf8')).replace(', "no-such-package-of-ours": "1.0.0"', ''))
    await writeFile(join(chaincode.folder, 'misbehave.txt'), 'exit-at-once')
    const ended = await chaincode.eventually('it has failed', ({ builds }) =>
      builds.find((build) => build.number > 2 && build.error?.code === 'CHAINCODE_EXITED'),
    )
    expect(ended.error?.details).toMatchObject({ output: expect.arrayContaining(['this chaincode cannot start']) })
    expect(chaincode.state().launch?.steps.at(-1)).toMatchObject({ name: 'registered', state: 'failed' })
    expect(await chaincode.evaluate('version')).toBe(MARK_1)
    await expect.poll(() => net.containers()).toEqual([name])
  })

  test('one that never registers is given up at the deadline, with what it printed', async () => {
    const peer = await net.peer({ chaincode: { startuptimeout: 60_000 } })
    const folder = await fixture('misbehaving')
    await writeFile(join(folder, 'misbehave.txt'), 'never-register')
    const chaincode = await openFolder(peer, { folder, mode: 'net', watch: false })
    const failed = await chaincode.failed(1)
    expect(failed.error).toMatchObject({
      code: 'STARTUP_TIMEOUT',
      details: { nothingConnected: true, output: expect.arrayContaining(['waiting for nothing']) },
    })
    expect(await net.containers()).toEqual([])
  })

  test('one that registers under another name is turned away at once', async () => {
    const peer = await net.peer()
    const folder = await fixture('misbehaving')
    await writeFile(join(folder, 'misbehave.txt'), 'other-name')
    const chaincode = await openFolder(peer, { folder, mode: 'net', watch: false })
    const failed = await chaincode.failed(1)
    expect(failed.error?.code).toBe('REGISTER_OTHER_NAME')
    expect(await net.containers()).toEqual([])
  })

  test('one that is killed is told of with its end, and started again', async () => {
    const peer = await net.peer()
    const chaincode = await openFixture(peer, 'misbehaving', { mode: 'net', watch: false })
    const { id = '' } = chaincode.state().container ?? {}
    // A peer gives every container its logging settings.
    const logging = ['LEVEL', 'SHIM', 'FORMAT'].map((name) =>
      chaincode.evaluate('env', `CORE_CHAINCODE_LOGGING_${name}`),
    )
    expect(await Promise.all(logging)).toEqual([
      'info',
      'warn',
      '%{color}%{time:2006-01-02 15:04:05.000 MST} [%{module}] %{shortfunc} -> %{level:.4s} %{id:03x}%{color:reset} %{message}',
    ])
    await chaincode.submit('printLines', '3')
    await onEngine((engine) => engine.killContainer(id))
    await chaincode.eventually('its crash is told', ({ crash }) => crash)
    expect(chaincode.state().crash).toMatchObject({
      signal: 'SIGKILL',
      output: expect.arrayContaining(['line 2 of 3']),
    })
    await chaincode.eventually('another one runs', ({ container, registration }) => {
      return registration.state === 'ready' && container?.state === 'running' && container.id !== id
    })
    expect(chaincode.state().launch?.reason).toBe('crashed')
    expect(await chaincode.evaluate('version')).toBe(MARK_1)
    expect(await codeOf(chaincode.submit('exit', '7'))).toBe('CHAINCODE_STOPPED')
    const [call] = await peer.api.readCalls({ limit: 1 })
    expect(call?.outcome).toMatchObject({ error: { details: { words: expect.stringContaining('code 7') } } })
  })

  test('and dev mode that its author starts: it is waited for while the container serves', async () => {
    const peer = await net.peer()
    const folder = await fixture('misbehaving')
    const chaincode = await openFolder(peer, { folder, startedBy: 'you', watch: false })
    const { name } = chaincode
    startByHand(chaincode.state().command)
    await chaincode.ready()
    await chaincode.submit('put', 'k', 'v')
    await peer.api.setMode({ name, mode: 'net' })
    expect(chaincode.state()).toMatchObject({ mode: 'net', startedBy: 'you', container: { state: 'running' } })
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
    // Its name is the container's now.
    startByHand(chaincode.state().command)
    const notice = await peer.eventually('a process was turned away', ({ notices }) => notices.at(-1))
    expect(notice.error.code).toBe('REGISTER_NOT_EXPECTED')

    await peer.api.setMode({ name, mode: 'dev' })
    expect(chaincode.state()).toMatchObject({ mode: 'dev', registration: { state: 'ready' } })
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
    startByHand(chaincode.state().command)
    await chaincode.eventually('the process took over', ({ container }) => container === undefined)
    await expect.poll(() => net.containers()).toEqual([])
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
  })

  test('slipway.yaml changes the mode when it is saved', async () => {
    const peer = await net.peer()
    const folder = await fixture('misbehaving')
    await writeFile(join(folder, 'slipway.yaml'), 'mode: dev\n')
    const chaincode = await openFolder(peer, { folder })
    await chaincode.build(1, 'serving')
    await writeFile(join(folder, 'slipway.yaml'), 'mode: net\n')
    await chaincode.eventually('it is in a container', ({ mode, container }) => mode === 'net' && container)
    // Only a change in the file counts: the author switches back in the window, and saves something else.
    await peer.api.setMode({ name: chaincode.name, mode: 'dev' })
    await writeFile(join(folder, 'slipway.yaml'), 'mode: net\nenv: { A: b }\n')
    await chaincode.build(4, 'serving')
    expect(chaincode.state().mode).toBe('dev')
  })

  test('two chaincodes in different modes call each other both ways', async () => {
    const peer = await net.peer()
    const other = async (name: string, mode: 'dev' | 'net'): Promise<Opened> => {
      await peer.api.openChaincode({ folder: await fixture('javascript-shim'), name, mode, watch: false })
      await opened(peer, name).ready()
      return opened(peer, name)
    }
    const [plain, contained] = [await other('plain', 'dev'), await other('contained', 'net')]
    await plain.submit('put', 'k', 'of plain')
    await contained.submit('put', 'k', 'of contained')
    const call = async (from: Opened, to: Opened) =>
      JSON.parse(await from.submit('cc2cc', to.name, '', 'get', 'k')) as { s: number; p: string }
    expect(await call(plain, contained)).toMatchObject({ s: 200, p: 'len=12 of contained' })
    expect(await call(contained, plain)).toMatchObject({ s: 200, p: 'len=8 of plain' })
  })
})
