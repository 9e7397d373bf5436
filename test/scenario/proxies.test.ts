// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { freeAddress } from '../support/free-port.ts'
import { testPeer } from '../support/peer.ts'
import { openFolder, startByHand } from './author.ts'

test('a proxy in the environment isn’t in the way', async () => {
  const folder = await fixture('javascript-contract')
  const proxies = 'env:\n  grpc_proxy: http://127.0.0.1:9\n  http_proxy: http://127.0.0.1:9\n'
  await writeFile(join(folder, 'slipway.yaml'), proxies)
  const chaincode = await openFolder(await testPeer(), { folder })
  await chaincode.ready()
  expect(await chaincode.evaluate('Version')).toBe('VERSION_MARK_1')
})

/** Slipway and the author's terminal were started with one, at which nobody answers. */
function withProxy(): void {
  for (const name of ['grpc_proxy', 'http_proxy', 'https_proxy']) vi.stubEnv(name, 'http://127.0.0.1:9')
  onTestFinished(() => void vi.unstubAllEnvs())
}

test('nor is the terminal’s, for a chaincode that its author starts', async () => {
  withProxy()
  const folder = await fixture('javascript-contract', 'installed')
  const chaincode = await openFolder(await testPeer(), { folder, startedBy: 'you', watch: false })
  startByHand(chaincode.state().command)
  await chaincode.ready()
  expect(await chaincode.evaluate('Version')).toBe('VERSION_MARK_1')
})

test('nor is Slipway’s own, for a server on this machine', async () => {
  withProxy()
  const folder = await fixture('javascript-server', 'installed')
  const chaincode = await openFolder(await testPeer(), { folder, server: await freeAddress(), watch: false })
  await chaincode.ready()
  expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
})
