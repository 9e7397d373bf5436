// @module-tag slow
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { isAlive } from '../support/is-alive.ts'
import { connectJdwp } from '../support/jdwp-client.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'

const { describe, test } = needs('java')
const CLASS = 'Lexample/NoteContract;'
/** Of one call. */
const TIMEOUT_MS = 20_000

describe('Java chaincode under its debugger', () => {
  test('stands at a line for longer than a call may take; a save and a stop go on as usual', async () => {
    const folder = await fixture('java-contract')
    await writeFile(join(folder, 'slipway.yaml'), 'name: notes\ndebug: true\n')
    const { api, chaincode, eventually } = await testPeer()
    await api.openChaincode({ folder })
    await api.launch({ name: 'notes' })
    const { port, protocol } = await eventually('a debugger', () => chaincode('notes').debugger)
    expect(protocol).toBe('jdwp')
    const call = (fn: string, ...args: string[]) =>
      api.submit({ chaincode: 'notes', function: fn, args, timeoutMs: TIMEOUT_MS })
    const isPaused = (paused: boolean) =>
      eventually(
        paused ? 'stands at a breakpoint' : 'goes on',
        () => (chaincode('notes').debugger?.pausedAt !== undefined) === paused,
      )
    const pid = () => chaincode('notes').process?.pid ?? 0
    // The JVM is warm then.
    expect(await api.submit({ chaincode: 'notes', function: 'Put', args: ['a', 'one'] })).toMatchObject({ status: 200 })

    let editor = await connectJdwp(port)
    await editor.breakIn(CLASS, 'Put')
    const first = call('Put', 'b', 'two')
    await editor.paused()
    await isPaused(true)
    await expect(connectJdwp(port)).rejects.toThrow('hung up')
    await wait(TIMEOUT_MS + 1_000)
    await editor.resume()
    expect(await first).toMatchObject({ status: 200, validationCode: 'VALID' })
    await isPaused(false)

    // It listens elsewhere now, and is found at the same port.
    editor.terminate()
    await eventually('no editor', () => chaincode('notes').debugger?.clients === 0)
    editor = await connectJdwp(port)
    await editor.breakIn(CLASS, 'Put')
    const second = call('Put', 'c', 'three')
    await editor.paused()
    await isPaused(true)
    editor.terminate()
    expect(await second).toMatchObject({ status: 200 })
    await isPaused(false)

    editor = await connectJdwp(port)
    await editor.breakIn(CLASS, 'Put')
    const third = call('Put', 'd', 'four')
    await editor.paused()
    await isPaused(true)
    const before = pid()
    const file = join(folder, 'src/main/java/example/NoteContract.java')
    await writeFile(file, (await readFile(file, 'utf8')).replace('"putting "', '"writing "'))
    await eventually('another process', () => pid() !== 0 && pid() !== before)
    await isPaused(true)
    await editor.resume()
    expect(await third).toMatchObject({ status: 200 })
    await editor.closed

    editor = await connectJdwp(port)
    expect(await api.submit({ chaincode: 'notes', function: 'Get', args: ['d'] })).toMatchObject({ payload: 'four' })
    await editor.breakIn(CLASS, 'Put')
    const fourth = call('Put', 'e', 'five')
    fourth.catch(() => undefined)
    await editor.paused()
    const last = pid()
    await api.stop({ name: 'notes' })
    await expect(fourth).rejects.toMatchObject({ code: 'NOT_RUNNING' })
    expect(isAlive(last)).toBe(false)
    await isPaused(false)
  })
})
