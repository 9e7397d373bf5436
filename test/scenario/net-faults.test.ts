import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../../main/root.ts'
import { wayToEngine } from '../support/cut-engine.ts'
import { fixture } from '../support/fixtures.ts'
import { netPeers } from '../support/net-mode.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { codeOf, openFixture, openFolder } from './author.ts'

const MARK_1 = 'VERSION_MARK_1'

needs('docker').describe('faults of net mode', () => {
  const net = netPeers()

  test('Slipway is killed while a container runs: the next start removes it, and the ledger is whole', async () => {
    const folder = await fixture('misbehaving')
    const before = await net.peer()
    const chaincode = await openFolder(before, { folder, mode: 'net', watch: false })
    await chaincode.ready()
    await chaincode.submit('put', 'k', 'v')
    await before.peer.close()

    const script = join(import.meta.dirname, 'doomed-net-process.ts')
    const doomed = spawn(process.execPath, ['--import', 'tsx', script, net.dataDir(), folder], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(doomed, 'exit')
    onTestFinished(async () => {
      doomed.kill('SIGKILL')
      await ended
    })
    const [name] = (await once(createInterface(doomed.stdout), 'line')) as [string]
    doomed.kill('SIGKILL')
    await ended
    expect(await net.containers()).toEqual([name])

    // In dev mode too: whoever used an engine last cleans up.
    const peer = await testPeer({ dataDir: net.dataDir() })
    await expect.poll(() => net.containers()).toEqual([])
    const again = await openFolder(peer, { folder, mode: 'net', watch: false })
    await again.ready()
    expect(await again.evaluate('get', 'k')).toBe('v')
  })

  test('dev mode asks no engine for anything; a change to net without one says so, and dev serves on', async () => {
    const peer = await net.peer({ vm: { docker: { endpoint: 'unix:///nowhere/docker.sock' } } })
    const chaincode = await openFixture(peer, 'misbehaving', { watch: false })
    const { name } = chaincode
    expect(peer.state().tools.docker.state).toBe('unknown')
    expect(await codeOf(peer.api.setMode({ name, mode: 'net' }))).toBe('DOCKER_STOPPED')
    const { launch, mode, error, registration } = chaincode.state()
    expect(launch?.steps.at(-1)).toMatchObject({ name: 'image', state: 'failed' })
    expect([mode, error?.code, registration.state]).toEqual(['dev', 'DOCKER_STOPPED', 'ready'])
    expect(peer.state().tools.docker).toMatchObject({ state: 'missing', error: { code: 'DOCKER_STOPPED' } })
    expect(await chaincode.evaluate('version')).toBe(MARK_1)
    expect(await codeOf(peer.api.openShell({ name, columns: 80, rows: 24 }))).toBe('NOT_IN_CONTAINER')
  })

  test('the engine goes away in the middle of a launch: said at once, and the next one is good', async () => {
    const way = await wayToEngine()
    const peer = await net.peer({ vm: { docker: { endpoint: way.host } } })
    const chaincode = await openFixture(peer, 'misbehaving', { mode: 'net' })
    const first = chaincode.state().container?.name
    await chaincode.edit('index.js', MARK_1, 'VERSION_MARK_2')
    await chaincode.eventually('its image is being made', ({ launch }) =>
      launch?.steps.find(({ name, state }) => name === 'image' && state === 'running'),
    )
    await way.cut()
    const failed = await chaincode.failed(2)
    expect(failed.error?.code).toMatch(/^DOCKER_(LOST|STOPPED)$/)
    // The container does not need the engine to serve.
    expect(await chaincode.evaluate('version')).toBe(MARK_1)
    await chaincode.eventually('nobody knows how it is', ({ container }) => container?.state === 'lost')
    await peer.eventually('the engine is said to be gone', ({ tools }) => tools.docker.state === 'missing')
    await way.restore()
    await chaincode.eventually('it is seen again', ({ container }) => container?.state === 'running')
    await peer.eventually('the engine is found again', ({ tools }) => tools.docker.state === 'found')
    expect(chaincode.state().container?.name).toBe(first)
    await peer.api.restart({ name: chaincode.name })
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_2')
    await expect.poll(async () => (await net.containers()).length).toBe(1)
  })

  test('the engine goes away in the middle of a transaction: it is answered', async () => {
    const way = await wayToEngine()
    const peer = await net.peer({ vm: { docker: { endpoint: way.host } } })
    const chaincode = await openFixture(peer, 'misbehaving', { mode: 'net', watch: false })
    const call = chaincode.submit('sleep', '1500')
    await way.cut()
    expect(await call).toBe('slept')
    await chaincode.submit('put', 'k', 'v')
    // It ends while nobody can look.
    expect(await codeOf(chaincode.submit('exit', '3'))).toMatch(/^(STREAM_TERMINATED|CHAINCODE_STOPPED)$/)
    await way.restore()
    await chaincode.eventually('its end is known', ({ crash }) => crash?.code === 3)
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
  })

  test('closed while the engine is away: what is left is removed by the next start', async () => {
    const way = await wayToEngine()
    const peer = await net.peer({ vm: { docker: { endpoint: way.host } } })
    const chaincode = await openFixture(peer, 'misbehaving', { mode: 'net', watch: false })
    const { name } = chaincode.state().container ?? {}
    await way.cut()
    await peer.peer.close()
    expect(await net.containers()).toEqual([name])
    await testPeer({ dataDir: net.dataDir() })
    await expect.poll(() => net.containers()).toEqual([])
  })

  test('two launches of one name at once are one', async () => {
    const peer = await net.peer()
    const folder = await fixture('misbehaving')
    const { name } = await peer.api.openChaincode({ folder, mode: 'net', watch: false, launch: false })
    const call = () => peer.api.evaluate({ chaincode: name, function: 'version', args: [] })
    const answers = await Promise.all([call(), call(), peer.api.launch({ name }).then(call)])
    expect(answers.map(({ payload }) => payload)).toEqual([MARK_1, MARK_1, MARK_1])
    expect(await net.containers()).toHaveLength(1)
  })

  test('stopped in the middle of each step: nothing is left, and the next launch is good', async () => {
    const peer = await net.peer()
    const folder = await fixture('misbehaving')
    const chaincode = await openFolder(peer, { folder, mode: 'net', watch: false, launch: false })
    const { name } = chaincode
    for (const step of ['package', 'image', 'create', 'attach', 'start', 'registered'] as const) {
      const launch = codeOf(peer.api.launch({ name }))
      await chaincode.eventually(`it is at ${step}`, (s) =>
        s.launch?.outcome === 'running' ? s.launch.steps.some((one) => one.name === step) : undefined,
      )
      await peer.api.stop({ name })
      expect([step, await launch]).toEqual([step, 'ABORTED'])
      await expect.poll(() => net.containers()).toEqual([])
    }
    await peer.api.launch({ name })
    expect(await chaincode.evaluate('version')).toBe(MARK_1)
  })
})
