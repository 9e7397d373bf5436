// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { edit, openFolder } from './author.ts'

/** Windows doesn't say what a process and its children have used. */
const onPosix = process.platform === 'win32' ? test.skip : test

/** A chaincode that does this once its shim is loaded, and then connects. */
async function slowly(peer: TestPeer, name: string, what: string) {
  const folder = await fixture('javascript-shim', 'installed')
  await edit(join(folder, 'probe.js'), 'shim.start(new CC());', `${what}\nshim.start(new CC());`)
  return openFolder(peer, { folder, name, watch: false })
}

onPosix('of two that are overdue, the one that works is waited for, and the one that sleeps is given up', async () => {
  // What works gets five times as long, which is long after the other one is given up.
  const peer = await testPeer({ chaincode: { startuptimeout: 8_000 } })
  const working = await slowly(peer, 'working', "while (!require('fs').existsSync('enough')) ;")
  const sleeping = await slowly(peer, 'sleeping', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)')

  const { error } = await sleeping.failed(1)
  expect(error?.code).toBe('STARTUP_TIMEOUT')
  expect(sleeping.state().process).toBeUndefined()
  await working.eventually('it is said to be working', ({ launch }) =>
    launch?.steps.some(({ name, state, note }) => name === 'registered' && state === 'running' && note !== undefined),
  )
  expect(working.state().registration.state).not.toBe('ready')

  await writeFile(join(working.folder, 'enough'), '')
  await working.ready()
  expect(await working.evaluate('version')).toBe('VERSION_MARK_1')
  expect(working.state().error).toBeUndefined()
})
