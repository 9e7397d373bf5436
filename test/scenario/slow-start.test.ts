// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { edit, openFolder } from './author.ts'

test('one that works longer than its time to start isn’t given up', async () => {
  const folder = await fixture('javascript-contract')
  // It computes for longer than its time and everything that a busy machine adds to the rest of its start.
  await edit(
    join(folder, 'index.js'),
    'module.exports.contracts',
    'const until = process.cpuUsage().user + 4e6\nwhile (process.cpuUsage().user < until);\nmodule.exports.contracts',
  )
  const peer = await testPeer({ chaincode: { startuptimeout: 3_000 } })
  const chaincode = await openFolder(peer, { folder })
  await chaincode.ready()
  const registered = chaincode.state().launch?.steps.find(({ name }) => name === 'registered')
  expect(registered).toMatchObject({ state: 'done' })
})

test('a proxy in the environment isn’t in the way', async () => {
  const folder = await fixture('javascript-contract')
  await writeFile(
    join(folder, 'slipway.yaml'),
    'env:\n  grpc_proxy: http://127.0.0.1:9\n  http_proxy: http://127.0.0.1:9\n',
  )
  const chaincode = await openFolder(await testPeer(), { folder })
  await chaincode.ready()
  expect(await chaincode.evaluate('Version')).toBe('VERSION_MARK_1')
})
