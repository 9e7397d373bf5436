import { spawn } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'

needs('go').test(
  'a Go chaincode started by hand with the shown command is ready, its output is read, its end is told',
  async () => {
    const { api, chaincode, eventually } = await testPeer()
    const folder = await fixture('go-shim-v2')
    const { name } = await api.openChaincode({ folder, startedBy: 'you' })
    await expect(api.launch({ name })).rejects.toMatchObject({ code: 'NOT_CONNECTED' })

    const { command } = chaincode(name)
    const shell = spawn('/bin/sh', ['-c', command.text], { cwd: command.folder, detached: true, stdio: 'ignore' })
    onTestFinished(() => {
      if (shell.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid, 'SIGKILL')
    })
    const ready = await eventually('ready', (state) => {
      const { registration } = state.chaincodes[name] ?? {}
      return registration?.state === 'ready' ? registration : undefined
    })
    expect(ready.createdAt).toBeLessThanOrEqual(ready.establishedAt ?? 0)
    expect(ready.establishedAt).toBeLessThanOrEqual(ready.readyAt ?? 0)

    const { status } = await api.submit({ chaincode: name, function: 'put', args: ['going', 'well'] })
    expect(status).toBe(200)
    if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL')
    const exit = await eventually('gone', (state) => state.chaincodes[name]?.exit)
    expect(exit.lastLines.join('\n')).toContain('putting going')
    expect(chaincode(name).registration.state).toBe('none')
  },
)

test('the command says where its output goes, and the file is the peer’s own', async () => {
  const { api, chaincode } = await testPeer()
  const folder = await fixture('javascript-contract')
  const { name } = await api.openChaincode({ folder, startedBy: 'you' })
  expect(chaincode(name).command.output).toContain(`${name}.log`)
  expect(chaincode(name).command.text).toContain('2>&1')
})
