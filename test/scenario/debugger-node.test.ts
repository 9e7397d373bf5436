// @module-tag slow
import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { freePort } from '../support/free-port.ts'
import { connectInspector, type InspectorClient } from '../support/inspector-client.ts'
import { isAlive } from '../support/is-alive.ts'
import { markedProcesses } from '../support/marked-processes.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'

const NAME = 'javascript-contract'
/** Of one call. */
const TIMEOUT_MS = 20_000

interface Debugged extends TestPeer {
  folder: string
  port: number
  /** The line of index.js, from 0, that has this text. */
  lineOf(text: string): Promise<number>
  pid(): number
  call(fn: string, ...args: string[]): ReturnType<TestPeer['api']['submit']>
  attach(): Promise<InspectorClient>
  isPaused(paused: boolean): Promise<unknown>
}

async function debugged(yaml = 'debug: true\n', change?: (folder: string) => Promise<void>): Promise<Debugged> {
  const folder = await fixture(NAME)
  await writeFile(join(folder, 'slipway.yaml'), yaml)
  await change?.(folder)
  const peer = await testPeer()
  await peer.api.openChaincode({ folder })
  await peer.api.launch({ name: NAME })
  const port = await peer.eventually('a debugger', () => peer.chaincode(NAME).debugger?.port)
  return {
    ...peer,
    folder,
    port,
    async lineOf(text) {
      const source = await readFile(join(folder, 'index.js'), 'utf8')
      return source.split('\n').findIndex((line) => line.includes(text))
    },
    pid: () => peer.chaincode(NAME).process?.pid ?? 0,
    call: (fn, ...args) => peer.api.submit({ chaincode: NAME, function: fn, args, timeoutMs: TIMEOUT_MS }),
    attach: () => connectInspector(port),
    isPaused: (paused) =>
      peer.eventually(
        paused ? 'stands at a breakpoint' : 'goes on',
        () => (peer.chaincode(NAME).debugger?.pausedAt !== undefined) === paused,
      ),
  }
}

/** A call that stands at the line where it has read a key. */
async function stopped(on: Debugged): Promise<{ editor: InspectorClient; call: ReturnType<Debugged['call']> }> {
  const editor = await on.attach()
  await editor.breakAt(`/${NAME}/index.js`, await on.lineOf('putState(key, Buffer.from(value))'))
  const call = on.call('Put', 'a', 'one')
  call.catch(() => undefined)
  await editor.paused()
  await on.isPaused(true)
  return { editor, call }
}

describe('Node chaincode under its debugger', () => {
  test('stands at a line for longer than a call may take, and the call is answered', async () => {
    const on = await debugged()
    const editor = await on.attach()
    await editor.breakAt(`/${NAME}/index.js`, await on.lineOf('putState(key, Buffer.from(value))'))
    const call = on.call('Put', 'a', 'one')
    const { callFrames } = await editor.paused()
    expect(callFrames[0]?.functionName).toBe('Put')
    await on.isPaused(true)
    await wait(TIMEOUT_MS + 1_000)
    await editor.send('Debugger.resume')
    expect(await call).toMatchObject({ status: 200, validationCode: 'VALID' })
    await on.isPaused(false)
    expect(on.chaincode(NAME).debugger).toMatchObject({ protocol: 'inspector', clients: 1 })
    editor.close()
    await on.eventually('no editor', () => on.chaincode(NAME).debugger?.clients === 0)
  })

  test('a call that isn’t at a breakpoint has its time', async () => {
    const on = await debugged()
    const editor = await on.attach()
    const slow = on.api.submit({ chaincode: NAME, function: 'Increment', args: ['n', '600000'], timeoutMs: 500 })
    await expect(slow).rejects.toMatchObject({ code: 'EXECUTE_TIMEOUT' })
    editor.close()
  })

  test('a save lets the old process finish, and editors find the new one at the same port', async () => {
    const on = await debugged()
    const before = on.pid()
    const { editor, call } = await stopped(on)
    const file = join(on.folder, 'index.js')
    await writeFile(file, (await readFile(file, 'utf8')).replace('VERSION_MARK_1', 'VERSION_MARK_2'))
    await on.eventually('another process', () => on.pid() !== before && on.pid() !== 0)
    expect(await on.call('Version')).toMatchObject({ payload: 'VERSION_MARK_2' })
    await on.isPaused(true)
    expect(isAlive(before)).toBe(true)

    await editor.send('Debugger.resume')
    expect(await call).toMatchObject({ status: 200 })
    await editor.closed
    const again = await on.attach()
    const { result } = await again.send<{ result: { value: number } }>('Runtime.evaluate', {
      expression: 'process.pid',
    })
    expect(result.value).toBe(on.pid())
    expect(on.chaincode(NAME).debugger?.port).toBe(on.port)
  })

  test('an editor that is killed while the process stands lets it go on', async () => {
    const on = await debugged()
    const { editor, call } = await stopped(on)
    editor.terminate()
    expect(await call).toMatchObject({ status: 200 })
    await on.isPaused(false)
  })

  test('it is stopped while it stands: nothing is left', async () => {
    const on = await debugged()
    const pid = on.pid()
    const { call } = await stopped(on)
    await on.api.stop({ name: NAME })
    await expect(call).rejects.toMatchObject({ code: 'NOT_RUNNING' })
    expect(isAlive(pid)).toBe(false)
    await on.isPaused(false)
  })

  test('it is killed while it stands: the call fails, and it is started again', async () => {
    const on = await debugged()
    const { call } = await stopped(on)
    const pid = on.pid()
    process.kill(pid, 'SIGKILL')
    await expect(call).rejects.toMatchObject({ code: 'CHAINCODE_STOPPED' })
    await on.isPaused(false)
    await on.eventually('another process', () => on.pid() !== 0 && on.pid() !== pid)
    expect(await on.call('Version')).toMatchObject({ status: 200 })
  })

  test('an end is seen although an editor that is connected holds it back', async () => {
    const on = await debugged()
    const editor = await on.attach()
    const pid = on.pid()
    // It may end before it has answered.
    void editor.send('Runtime.evaluate', { expression: 'setTimeout(() => process.exit(3))' })
    await on.eventually('the crash', () => on.chaincode(NAME).crash?.code === 3)
    await editor.closed
    await on.eventually('another process', () => on.pid() !== 0 && on.pid() !== pid)
  })

  test('under npm the chaincode is debugged, and not npm', async () => {
    const on = await debugged(undefined, async (folder) => {
      const file = join(folder, 'package.json')
      const json = JSON.parse(await readFile(file, 'utf8')) as { scripts: Record<string, string> }
      json.scripts['prestart'] = 'node --version'
      await writeFile(file, JSON.stringify(json))
    })
    expect(on.chaincode(NAME).process?.start).toBe('cold')
    const { editor, call } = await stopped(on)
    await editor.send('Debugger.resume')
    expect(await call).toMatchObject({ status: 200 })
  })

  test('it is switched on and off while it runs', async () => {
    // A port that no other test takes while it is off.
    const on = await debugged(`debug: { port: ${await freePort()} }\n`)
    await on.api.setDebugger({ name: NAME, on: false })
    await on.eventually('no debugger', () => on.chaincode(NAME).debugger === undefined)
    expect(on.chaincode(NAME).underDebugger).toBe(false)
    await expect(on.attach()).rejects.toThrow()
    await on.api.setDebugger({ name: NAME, on: true })
    const { editor, call } = await stopped(on)
    await editor.send('Debugger.disable')
    expect(await call).toMatchObject({ status: 200 })
  })

  test('what was warmed for a start without it ends', async ({ skip }) => {
    skip(process.platform !== 'linux', 'only Linux says which processes a test has started')
    const id = randomUUID()
    vi.stubEnv('SLIPWAY_WARMED', id)
    onTestFinished(() => void vi.unstubAllEnvs())
    const warm = async () =>
      (await markedProcesses(`SLIPWAY_WARMED=${id}`)).filter(({ command }) => command.includes('warm-start.cjs')).length
    const peer = await testPeer()
    await peer.api.openChaincode({ folder: await fixture(NAME) })
    await peer.api.launch({ name: NAME })
    await eventually(warm).toBe(1)
    await peer.api.setDebugger({ name: NAME, on: true })
    await eventually(warm).toBe(0)
    await peer.api.setDebugger({ name: NAME, on: false })
    await eventually(warm).toBe(1)
  })

  test('a port that is taken is refused where it was asked for', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void taken.close())
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as AddressInfo
    const folder = await fixture(NAME)
    await writeFile(join(folder, 'slipway.yaml'), `debug: { port: ${port} }\n`)
    const peer = await testPeer()
    await peer.api.openChaincode({ folder })
    await expect(peer.api.launch({ name: NAME })).rejects.toMatchObject({ code: 'DEBUG_PORT_TAKEN' })
  })

  test('a language whose debugger Slipway doesn’t start is refused, and stays as it is', async () => {
    const folder = await fixture(NAME)
    await writeFile(join(folder, 'slipway.yaml'), 'language: other\nname: cc\nversion: "1"\nstart: node index.js\n')
    const peer = await testPeer()
    await peer.api.openChaincode({ folder })
    await expect(peer.api.setDebugger({ name: 'cc', on: true })).rejects.toMatchObject({ code: 'DEBUG_UNAVAILABLE' })
    expect(peer.chaincode('cc').underDebugger).toBe(false)
  })
})
