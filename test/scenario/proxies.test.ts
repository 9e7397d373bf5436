// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { openFolder } from './author.ts'

test('a proxy in the environment isn’t in the way', async () => {
  const folder = await fixture('javascript-contract')
  const proxies = 'env:\n  grpc_proxy: http://127.0.0.1:9\n  http_proxy: http://127.0.0.1:9\n'
  await writeFile(join(folder, 'slipway.yaml'), proxies)
  const chaincode = await openFolder(await testPeer(), { folder })
  await chaincode.ready()
  expect(await chaincode.evaluate('Version')).toBe('VERSION_MARK_1')
})
