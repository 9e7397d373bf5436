// @module-tag slow
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { beforeAll, expect, onTestFinished, vi } from 'vitest'
import type { HostConfig } from '../../core/config/peer-config.ts'
import { DebuggedProcess } from '../../core/debugger/debugged-process.ts'
import { baseImages } from '../support/base-images.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { connectInspector, type InspectorClient } from '../support/inspector-client.ts'
import { netPeers } from '../support/net-mode.ts'
import { needs } from '../support/require.ts'
import { openFolder, type Opened } from './author.ts'

// Images are built first.
vi.setConfig({ testTimeout: 900_000 })

const run = promisify(execFile)
/** Of one call. */
const TIMEOUT_MS = 20_000
const FIXTURE = 'javascript-contract'

needs('docker').describe('Node chaincode in a container, under its debugger', () => {
  const net = netPeers()
  beforeAll(() => baseImages(['nodeenv']), 600_000)

  async function debugged({ hostConfig = {}, yaml = '', change }: Setting = {}) {
    const folder = await fixture(FIXTURE)
    await writeFile(join(folder, 'slipway.yaml'), `mode: net\ndebug: true\n${yaml}`)
    await change?.(folder)
    const peer = await net.peer({ chaincode: { buildtimeout: 500_000 }, vm: { docker: { hostConfig } } })
    const chaincode = await openFolder(peer, { folder, launch: false })
    await peer.api.launch({ name: chaincode.name })
    const { port } = await chaincode.eventually('a debugger', (state) => state.debugger)
    return { peer, chaincode, port }
  }

  /** A call that stands at the line where it has read a key. */
  async function stopped({ peer, chaincode, port }: Awaited<ReturnType<typeof debugged>>) {
    const editor = await breakingAt(port, chaincode)
    const call = peer.api.submit({
      chaincode: chaincode.name,
      function: 'Put',
      args: ['a', 'one'],
      timeoutMs: TIMEOUT_MS,
    })
    call.catch(() => undefined)
    await editor.paused()
    await isPaused(chaincode, true)
    return { editor, call }
  }

  needs('docker').test('stands at a line for longer than a call may take; its port is loopback’s alone', async () => {
    const on = await debugged()
    const { chaincode } = on
    const { container, debugger: state } = chaincode.state()
    expect(state).toMatchObject({ protocol: 'inspector', clients: 0, root: '/usr/local/src' })
    expect(Object.values(await published(container?.name ?? '')).flat()).toMatchObject([{ HostIp: '127.0.0.1' }])
    // Whoever starts it by hand has not the file that opens the port.
    expect(container?.commands.run).not.toContain('NODE_OPTIONS')

    const { editor, call } = await stopped(on)
    await wait(TIMEOUT_MS + 1_000)
    await editor.send('Debugger.resume')
    expect(await call).toMatchObject({ status: 200, validationCode: 'VALID' })
    await isPaused(chaincode, false)
    editor.close()
    await chaincode.eventually('no editor', ({ debugger: at }) => at?.clients === 0)
  })

  needs('docker').test(
    'a save while it stands is a new container at the same port, and the call is answered',
    async () => {
      const on = await debugged()
      const { chaincode, port } = on
      const before = chaincode.state().container?.name ?? ''
      const { editor, call } = await stopped(on)
      await chaincode.edit('index.js', 'VERSION_MARK_1', 'VERSION_MARK_2')
      await chaincode.build(2, 'serving')
      expect(await chaincode.evaluate('Version')).toBe('VERSION_MARK_2')
      await isPaused(chaincode, true)
      expect(await net.containers()).toContain(before)

      await editor.send('Debugger.resume')
      expect(await call).toMatchObject({ status: 200 })
      await editor.closed
      await expect.poll(() => net.containers()).not.toContain(before)
      const next = await stopped(on)
      expect(chaincode.state().debugger?.port).toBe(port)
      // It is stopped while it stands.
      await on.peer.api.stop({ name: chaincode.name })
      await expect(next.call).rejects.toMatchObject({ code: 'NOT_RUNNING' })
      await isPaused(chaincode, false)
      expect(await net.containers()).toEqual([])
    },
  )

  needs('docker').test('under an npm that starts another npm the chaincode is debugged', async () => {
    const change = async (folder: string) => {
      const file = join(folder, 'package.json')
      const json = JSON.parse(await readFile(file, 'utf8')) as { scripts: { start: string } }
      const { start } = json.scripts
      const scripts = { ...json.scripts, prestart: 'node --version', inner: start, start: 'npm run inner --' }
      await writeFile(file, JSON.stringify({ ...json, scripts }))
    }
    const on = await debugged({ yaml: 'env: { NODE_OPTIONS: --trace-uncaught }\n', change })
    const { editor, call } = await stopped(on)
    const { result } = await editor.send<{ result: { value: string } }>('Runtime.evaluate', {
      expression: 'process.env.NODE_OPTIONS',
    })
    expect(result.value).toContain('--trace-uncaught')
    editor.terminate()
    expect(await call).toMatchObject({ status: 200 })
    await isPaused(on.chaincode, false)
  })

  needs('docker').test('on the network of this machine its port is loopback’s, and not published', async () => {
    const on = await debugged({ hostConfig: { NetworkMode: 'host' } })
    expect(Object.values(await published(on.chaincode.state().container?.name ?? '')).flat()).toEqual([])
    const lines = async () => {
      const read = await on.peer.api.readLogs({ filter: { sources: ['chaincode'] }, from: 0, limit: 100 })
      return read.lines.map(({ text }) => text)
    }
    await eventually(lines).toContainEqual(expect.stringMatching(/^Debugger listening on ws:\/\/127\.0\.0\.1:/))
    const { editor, call } = await stopped(on)
    await editor.send('Debugger.resume')
    expect(await call).toMatchObject({ status: 200 })
  })

  needs('docker').test('a container that is killed while it stands fails the call, and is started again', async () => {
    const on = await debugged()
    const { call } = await stopped(on)
    const { name = '' } = on.chaincode.state().container ?? {}
    await run('docker', ['kill', name])
    await expect(call).rejects.toMatchObject({ code: 'CHAINCODE_STOPPED' })
    await isPaused(on.chaincode, false)
    await on.chaincode.eventually('another container', ({ container, registration }) => {
      return container !== undefined && container.name !== name && registration.state === 'ready'
    })
    const next = await stopped(on)
    await next.editor.send('Debugger.resume')
    expect(await next.call).toMatchObject({ status: 200 })
  })

  needs('docker').test('stopped in any step of its start it leaves no container, and no debugger', async () => {
    const contained = vi.spyOn(DebuggedProcess.prototype, 'contained')
    const ended = vi.spyOn(DebuggedProcess.prototype, 'ended')
    onTestFinished(() => void vi.restoreAllMocks())
    const { peer, chaincode } = await debugged()
    const { name } = chaincode
    await peer.api.stop({ name })
    for (const step of ['create', 'attach', 'start', 'registered']) {
      const begun = peer.events.length
      const launch = peer.api.launch({ name }).catch((error: unknown) => error)
      await peer.eventually(`step ${step}`, () =>
        peer.events.slice(begun).some((event) => event.type === 'launch.step' && event.step.name === step),
      )
      await peer.api.stop({ name })
      await launch
      expect([step, await net.containers()]).toEqual([step, []])
      await expect.poll(() => contained.mock.contexts.filter((each) => !ended.mock.contexts.includes(each))).toEqual([])
    }
    expect(contained.mock.contexts).toHaveLength(5)
    expect(await chaincode.evaluate('Version')).toBe('VERSION_MARK_1')
  })

  needs('docker').test('switched off, another container serves without a debugger', async () => {
    const on = await debugged()
    const { peer, chaincode } = on
    const { editor, call } = await stopped(on)
    const before = chaincode.state().container?.name
    await peer.api.setDebugger({ name: chaincode.name, on: false })
    // Its editor is hung up on once one without a debugger serves, and the old container goes on.
    expect(await call).toMatchObject({ status: 200 })
    await editor.closed
    await chaincode.eventually('no debugger', ({ debugger: at }) => at === undefined)
    const { name } = await chaincode.eventually('another container', ({ container }) => {
      return container?.name !== before && container
    })
    await expect.poll(() => net.containers()).toEqual([name])
    expect(Object.values(await published(name)).flat()).toEqual([])
  })

  needs('docker').test('nothing can be written into it: without a debugger it runs, and it is said why', async () => {
    const folder = await fixture(FIXTURE)
    const hostConfig = { ReadonlyRootfs: true }
    const peer = await net.peer({ chaincode: { buildtimeout: 500_000 }, vm: { docker: { hostConfig } } })
    const chaincode = await openFolder(peer, { folder, mode: 'net', launch: false })
    const { name } = chaincode
    await peer.api.launch({ name })
    const before = chaincode.state().container?.name
    await expect(peer.api.setDebugger({ name, on: true })).rejects.toMatchObject({ code: 'DEBUG_CONTAINER' })
    expect(chaincode.state().container?.name).toBe(before)
    expect(await chaincode.evaluate('Version')).toBe('VERSION_MARK_1')
    expect(await net.containers()).toEqual([before])
  })

  async function breakingAt(port: number, { folder }: Opened): Promise<InspectorClient> {
    const editor = await connectInspector(port)
    const source = await readFile(join(folder, 'index.js'), 'utf8')
    const line = source.split('\n').findIndex((text) => text.includes('putState(key, Buffer.from(value))'))
    await editor.breakAt('/usr/local/src/index.js', line)
    return editor
  }

  const isPaused = (chaincode: Opened, paused: boolean) =>
    chaincode.eventually(
      paused ? 'stands at a breakpoint' : 'goes on',
      ({ debugger: at }) => (at?.pausedAt !== undefined) === paused,
    )
})

interface Setting {
  hostConfig?: HostConfig
  /** More of slipway.yaml. */
  yaml?: string
  change?: (folder: string) => Promise<void>
}

/** Where a container's ports are published. */
async function published(container: string): Promise<Record<string, { HostIp: string }[]>> {
  const { stdout } = await run('docker', ['inspect', '--format', '{{json .NetworkSettings.Ports}}', container])
  return JSON.parse(stdout) as Record<string, { HostIp: string }[]>
}
