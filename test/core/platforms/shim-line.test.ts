import { expect, test } from 'vitest'
import { isShimLine } from '../../../core/platforms/shim-line.ts'

test('what the shim and the way to it print is told from what the author prints', () => {
  const chatter = [
    '2026-11-25T17:00:00.000Z info [c-api:lib/handler.js]                             Successfully registered with peer node.',
    '\u001b[32m2026-11-25T17:00:00.000Z info [c-api:lib/handler.js] Successfully established\u001b[39m',
    '> asset-transfer@1.0.0 start',
    '> fabric-chaincode-node start --peer.address 172.17.0.1:41234',
    '+ cd /usr/local/src',
    '+ npm start -- --peer.address 172.17.0.1:41234',
  ]
  for (const line of chatter) expect([line, isShimLine('node', line)]).toEqual([line, true])
  const own = [
    '2026-11-25T17:00:00.000Z error [c-api:lib/handler.js] Peer error',
    '> a quoted line',
    '+ 3 assets',
    'started > asset-transfer@1.0.0 start',
    '',
  ]
  for (const line of own) expect([line, isShimLine('node', line)]).toEqual([line, false])
  expect(isShimLine('golang', '+ cd /usr/local/src')).toBe(false)
  expect(
    isShimLine(
      'java',
      'Thread[main,5,main] 17:00:00:000 INFO    org.hyperledger.fabric.shim.ChaincodeBase       start',
    ),
  ).toBe(true)
})
