// @module-tag slow
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { startByHand } from './author.ts'

needs('go').test(
  'a Go chaincode started by hand with the shown command is ready, its output is read, its end is told',
  async () => {
    const { api, chaincode, eventually } = await testPeer()
    const folder = await fixture('go-shim-v2')
    const { name } = await api.openChaincode({ folder, startedBy: 'you' })
    await expect(api.launch({ name })).rejects.toMatchObject({ code: 'NOT_CONNECTED' })

    const { command } = chaincode(name)
    const terminal = startByHand(command)
    const ready = await eventually('ready', (state) => {
      const { registration } = state.chaincodes[name] ?? {}
      return registration?.state === 'ready' ? registration : undefined
    })
    expect(ready.createdAt).toBeLessThanOrEqual(ready.establishedAt ?? 0)
    expect(ready.establishedAt).toBeLessThanOrEqual(ready.readyAt ?? 0)

    const { status } = await api.submit({ chaincode: name, function: 'put', args: ['going', 'well'] })
    expect(status).toBe(200)
    // What is killed with it prints nothing more.
    await expect.poll(terminal.output).toContain('putting going')
    terminal.kill()
    const exit = await eventually('gone', (state) => state.chaincodes[name]?.exit)
    expect(exit.output.join('\n')).toContain('putting going')
    expect(chaincode(name).registration.state).toBe('none')
  },
)

test('one that fails before it connects is told with its cause, until it is started again and connects', async () => {
  const peer = await testPeer()
  const { api, chaincode, eventually } = peer
  const folder = await fixture('javascript-contract')
  const { name } = await api.openChaincode({ folder, startedBy: 'you', watch: false })
  const file = join(folder, 'index.js')
  const good = await readFile(file, 'utf8')
  await writeFile(file, `throw new TypeError('not set up')\n${good}`)

  const { command } = chaincode(name)
  const failing = startByHand(command)
  const exit = await eventually('its failure is told', (state) => state.chaincodes[name]?.exit)
  expect(exit).toMatchObject({ code: null, neverConnected: true })
  expect(exit.cause).toMatchObject({ kind: 'thrown', file: 'index.js', line: 1 })
  expect(exit.cause?.message).toContain('not set up')
  await failing.exited
  await expect(api.evaluate({ chaincode: name, function: 'Get', args: ['a'] })).rejects.toMatchObject({
    code: 'NOT_CONNECTED',
    details: { cause: { file: 'index.js', line: 1 } },
  })

  await writeFile(file, good)
  startByHand(command)
  await eventually('ready', (state) => state.chaincodes[name]?.registration.state === 'ready')
  expect(chaincode(name).exit).toBeUndefined()
})

test('the command says where its output goes, and the file is the peer’s own', async () => {
  const { api, chaincode } = await testPeer()
  const folder = await fixture('javascript-contract')
  const { name } = await api.openChaincode({ folder, startedBy: 'you' })
  expect(chaincode(name).command.output).toContain(`${name}.log`)
  expect(chaincode(name).command.text).toContain('2>&1')
})
