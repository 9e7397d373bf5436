// @module-tag slow
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, expect, onTestFinished, vi } from 'vitest'
import { connectDap, type DapClient } from '../support/dap-client.ts'
import { eventually } from '../support/eventually.ts'
import { preparedDelve } from '../support/fixture-cache.ts'
import { fixture } from '../support/fixtures.ts'
import { isAlive } from '../support/is-alive.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'

const { describe, test } = needs('go')
const NAME = 'go-shim-v2'
/** Only there is a process's parent, and that it is a zombie, read from a file. */
const onLinux = (name: string, body: () => Promise<void>) =>
  test(name, ({ skip }) => {
    skip(process.platform !== 'linux', 'only Linux says whose child a process is')
    return body()
  })
/** Of one call. */
const TIMEOUT_MS = 20_000

interface Debugged extends TestPeer {
  folder: string
  pid(): number
  call(fn: string, ...args: string[]): ReturnType<TestPeer['api']['submit']>
  attach(): Promise<DapClient>
  isPaused(paused: boolean): Promise<unknown>
  /** A call that stands at the line where it writes a key. */
  stopped(): Promise<{ editor: DapClient; call: ReturnType<TestPeer['api']['submit']> }>
  /** Delve itself, which the chaincode's process was started by. */
  delve(): Promise<number>
}

async function debugged(yaml = 'debug: true\n', change?: (folder: string) => Promise<void>): Promise<Debugged> {
  vi.stubEnv('GOBIN', await preparedDelve())
  onTestFinished(() => void vi.unstubAllEnvs())
  const folder = await fixture(NAME)
  await writeFile(join(folder, 'slipway.yaml'), yaml)
  await change?.(folder)
  const peer = await testPeer()
  await peer.api.openChaincode({ folder })
  await peer.api.launch({ name: NAME })
  const main = join(folder, 'main.go')
  const on: Debugged = {
    ...peer,
    folder,
    pid: () => peer.chaincode(NAME).process?.pid ?? 0,
    call: (fn, ...args) => peer.api.submit({ chaincode: NAME, function: fn, args, timeoutMs: TIMEOUT_MS }),
    attach: async () => connectDap(await peer.eventually('a debugger', () => peer.chaincode(NAME).debugger?.port)),
    isPaused: (paused) =>
      peer.eventually(
        paused ? 'stands at a breakpoint' : 'goes on',
        () => (peer.chaincode(NAME).debugger?.pausedAt !== undefined) === paused,
      ),
    async stopped() {
      const editor = await on.attach()
      const lines = (await readFile(main, 'utf8')).split('\n')
      await editor.breakAt(main, lines.findIndex((line) => line.includes('stub.PutState(a[0], []byte(a[1]))')) + 1)
      const call = on.call('put', 'a', 'one')
      call.catch(() => undefined)
      expect(await editor.paused()).toBe('breakpoint')
      await on.isPaused(true)
      return { editor, call }
    },
    async delve() {
      const status = await readFile(`/proc/${on.pid()}/status`, 'utf8')
      return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1])
    },
  }
  return on
}

/** Because its process has ended, if that is known two seconds after its stream has. */
async function fails(call: ReturnType<TestPeer['api']['submit']>): Promise<void> {
  const code = expect.stringMatching(/^(CHAINCODE_STOPPED|STREAM_TERMINATED)$/) as string
  await expect(call).rejects.toMatchObject({ code })
}

describe('Go chaincode under Delve', () => {
  beforeAll(async () => void (await preparedDelve()))

  test('stands at a line for longer than a call may take, and the call is answered', async () => {
    const on = await debugged()
    const { editor, call } = await on.stopped()
    expect((await editor.stack())[0]).toMatch(/^main\./)
    await wait(TIMEOUT_MS + 1_000)
    await editor.resume()
    expect(await call).toMatchObject({ status: 200, validationCode: 'VALID' })
    await on.isPaused(false)
    expect(on.chaincode(NAME).debugger).toMatchObject({ protocol: 'delve', clients: 1 })
    await editor.send('disconnect', { terminateDebuggee: false })
    await on.eventually('no editor', () => on.chaincode(NAME).debugger?.clients === 0)
  })

  test('a call that isn’t at a breakpoint has its time', async () => {
    const on = await debugged()
    await on.attach()
    await on.isPaused(false)
    const slow = on.api.submit({ chaincode: NAME, function: 'sleep', args: ['600000'], timeoutMs: 500 })
    await expect(slow).rejects.toMatchObject({ code: 'EXECUTE_TIMEOUT' })
  })

  test('a save lets the old process finish, and editors find the new one at the same port', async () => {
    const on = await debugged()
    const before = on.pid()
    const port = on.chaincode(NAME).debugger?.port
    const { editor, call } = await on.stopped()
    const file = join(on.folder, 'main.go')
    await writeFile(file, (await readFile(file, 'utf8')).replace('VERSION_MARK_1', 'VERSION_MARK_2'))
    await on.eventually('another process', () => on.pid() !== before && on.pid() !== 0)
    expect(await on.call('version')).toMatchObject({ payload: 'VERSION_MARK_2' })
    await on.isPaused(true)
    expect(isAlive(before)).toBe(true)

    await editor.resume()
    expect(await call).toMatchObject({ status: 200 })
    await editor.closed
    expect(isAlive(before)).toBe(false)
    await on.isPaused(false)
    const again = await on.stopped()
    await again.editor.resume()
    expect(await again.call).toMatchObject({ status: 200 })
    expect(on.chaincode(NAME).debugger?.port).toBe(port)
  })

  for (const how of ['is killed', 'leaves'])
    test(`an editor that ${how} while the process stands lets it go on`, async () => {
      const on = await debugged()
      const { editor, call } = await on.stopped()
      if (how === 'is killed') editor.terminate()
      else await editor.send('disconnect', { terminateDebuggee: false })
      expect(await call).toMatchObject({ status: 200 })
      await on.isPaused(false)
      // Its breakpoint has gone with it.
      const seen = on.events.length
      expect(await on.call('put', 'a', 'two')).toMatchObject({ status: 200 })
      expect(on.events.slice(seen)).not.toContainEqual(
        expect.objectContaining({
          debugger: expect.objectContaining({ pausedAt: expect.any(Number) as number }) as object,
        }),
      )
    })

  onLinux('it is stopped while it stands: nothing is left', async () => {
    const on = await debugged()
    const [pid, delve] = [on.pid(), await on.delve()]
    const { call } = await on.stopped()
    await on.api.stop({ name: NAME })
    await expect(call).rejects.toMatchObject({ code: 'NOT_RUNNING' })
    expect([pid, delve].map(isAlive)).toEqual([false, false])
    await on.isPaused(false)
  })

  onLinux('it is stopped before Delve has told its process: nothing is left', async () => {
    const delve = join(await preparedDelve(), 'dlv')
    const folder = await tempFolder('delve')
    const said = join(folder, 'said')
    // Slipway doesn't hear that it listens.
    await writeFile(join(folder, 'dlv'), `#!/bin/sh\necho $$ >'${folder}/pid'\nexec '${delve}' "$@" >'${said}' 2>&1\n`)
    await chmod(join(folder, 'dlv'), 0o755)
    vi.stubEnv('GOBIN', folder)
    onTestFinished(() => void vi.unstubAllEnvs())
    const peer = await testPeer()
    const chaincode = await fixture(NAME)
    await writeFile(join(chaincode, 'slipway.yaml'), 'debug: true\n')
    const main = join(chaincode, 'main.go')
    // It wouldn't end by itself.
    await writeFile(main, (await readFile(main, 'utf8')).replace('func main() {', '$&\n\ttime.Sleep(time.Hour)'))
    await peer.api.openChaincode({ folder: chaincode })
    const launch = peer.api.launch({ name: NAME })
    launch.catch(() => undefined)
    const heard = () => (existsSync(said) ? readFileSync(said, 'utf8') : '')
    await eventually(heard).toContain('API server listening at: ')
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8'))
    // It has started a process for its own use, too.
    const programOf = () => {
      const all = execFileSync('ps', ['-o', 'pid=,comm=', '--ppid', String(pid)], { encoding: 'utf8' })
      return Number(new RegExp(`^ *(\\d+) ${NAME}`, 'm').exec(all)?.[1])
    }
    // It listens before it starts the program.
    await eventually(programOf).toBeGreaterThan(0)
    const program = programOf()
    expect(isAlive(program)).toBe(true)
    await peer.api.stop({ name: NAME })
    await expect(launch).rejects.toMatchObject({ code: 'ABORTED' })
    await eventually(() => [pid, program].map(isAlive)).toEqual([false, false])
  })

  for (const who of ['the chaincode', 'Delve'])
    onLinux(`${who} is killed while it stands: the call fails, and it is started again`, async () => {
      const on = await debugged(undefined, async (folder) => {
        const file = join(folder, 'main.go')
        const text = await readFile(file, 'utf8')
        const helped = text.replace('import (', '$&\n\t"os/exec"')
        await writeFile(file, helped.replace('func main() {', '$&\n\t_ = exec.Command("sleep", "600").Start()'))
      })
      const { call } = await on.stopped()
      const [pid, delve] = [on.pid(), await on.delve()]
      const helper = Number(execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }))
      expect(isAlive(helper)).toBe(true)
      process.kill(who === 'Delve' ? delve : pid, 'SIGKILL')
      await fails(call)
      await on.eventually('the crash', () => on.chaincode(NAME).crash?.signal === 'SIGKILL')
      await on.isPaused(false)
      await on.eventually('another process', () => on.pid() !== 0 && on.pid() !== pid)
      expect(await on.call('version')).toMatchObject({ status: 200 })
      expect([pid, delve].map(isAlive)).toEqual([false, false])
      // What the chaincode has started ends with it.
      await eventually(() => isAlive(helper)).toBe(false)
    })

  test('an editor ends the chaincode: it is started again', async () => {
    const on = await debugged()
    const { editor, call } = await on.stopped()
    const pid = on.pid()
    // Delve may be gone before it has answered.
    await editor.send('disconnect', { terminateDebuggee: true }).catch(() => undefined)
    await fails(call)
    await on.eventually('another process', () => on.pid() !== 0 && on.pid() !== pid)
  })

  for (const isAttached of [false, true])
    test(`a panic is told ${isAttached ? 'once the editor lets it' : 'without an editor'}`, async () => {
      const on = await debugged(undefined, async (folder) => {
        const file = join(folder, 'main.go')
        const text = await readFile(file, 'utf8')
        await writeFile(file, text.replace('fmt.Printf("putting %s\\n", a[0])', 'panic("out of luck")'))
      })
      const editor = isAttached ? await on.attach() : undefined
      const call = on.call('put', 'a', 'one')
      call.catch(() => undefined)
      if (editor !== undefined) {
        expect(await editor.paused()).toBe('exception')
        await on.isPaused(true)
        await editor.resume()
      }
      await fails(call)
      const crash = await on.eventually('the crash', () => on.chaincode(NAME).crash)
      expect(crash).toMatchObject({ code: 2, cause: { message: 'panic: out of luck', file: 'main.go' } })
    })

  test('it is switched on and off while it runs; without Delve it is said how to install it, and what serves stays', async () => {
    const on = await debugged('debug: false\n')
    const first = on.pid()
    // Go's caches are found without its home, which may have a Delve.
    for (const name of ['GOMODCACHE', 'GOCACHE']) {
      vi.stubEnv(name, execFileSync('go', ['env', name], { encoding: 'utf8' }).trim())
    }
    vi.stubEnv('HOME', await tempFolder('home'))
    vi.stubEnv('GOPATH', '')
    vi.stubEnv('GOBIN', '')
    const path = (process.env['PATH'] ?? '').split(delimiter)
    vi.stubEnv('PATH', path.filter((folder) => !existsSync(join(folder, 'dlv'))).join(delimiter))
    await expect(on.api.setDebugger({ name: NAME, on: true })).rejects.toMatchObject({ code: 'TOOL_MISSING' })
    expect(await on.call('version')).toMatchObject({ status: 200 })
    expect(on.pid()).toBe(first)

    vi.stubEnv('GOBIN', await preparedDelve())
    await on.api.restart({ name: NAME })
    await on.eventually('another process', () => on.pid() !== 0 && on.pid() !== first)
    const { editor, call } = await on.stopped()
    const second = on.pid()
    await on.api.setDebugger({ name: NAME, on: false })
    // Its editor is hung up on once one without a debugger serves, and the old process goes on.
    expect(await call).toMatchObject({ status: 200 })
    await editor.closed
    await eventually(() => isAlive(second)).toBe(false)
    expect(on.chaincode(NAME).debugger).toBeUndefined()
    expect(await on.call('version')).toMatchObject({ status: 200 })
  })

  test('a start command of its own is refused, and it stays as it is', async () => {
    const peer = await testPeer()
    const folder = await fixture(NAME)
    await writeFile(join(folder, 'slipway.yaml'), 'start: ./run.sh\n')
    await peer.api.openChaincode({ folder })
    await expect(peer.api.setDebugger({ name: NAME, on: true })).rejects.toMatchObject({ code: 'DEBUG_UNAVAILABLE' })
    expect(peer.chaincode(NAME).underDebugger).toBe(false)
  })
})
