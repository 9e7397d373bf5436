// @module-tag slow
import { expect, test } from 'vitest'
import type { FixtureName } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { openFixture } from './author.ts'

/** Around Fabric's page of 100: an iterator that is promised more and finds nothing breaks in the Node and Java shims. */
const SIZES = [0, 1, 99, 100, 101, 200, 250]

/** Every shim walks ranges of every size to their end. */
async function walks(name: FixtureName, seed: string, count: string): Promise<void> {
  const chaincode = await openFixture(await testPeer(), name, { readiness: 'built', watch: false })
  for (const size of SIZES) {
    const prefix = `r${size}-`
    await chaincode.submit(seed, prefix, String(size))
    const counted = await chaincode.evaluate(count, prefix, `${prefix}~`)
    expect([size, Number(/\d+/.exec(counted)?.[0])]).toEqual([size, size])
  }
}

test('fabric-shim for Node', () => walks('javascript-shim', 'seed', 'range'))
needs('go').test('fabric-chaincode-go', () => walks('go-shim-v1', 'seed', 'range'))
needs('go').test('fabric-chaincode-go/v2', () => walks('go-shim-v2', 'seed', 'count'))
needs('java').test('fabric-chaincode-shim for Java', () => walks('java-contract', 'Seed', 'Count'))

test('one that is left open is let go of with its transaction', async () => {
  const chaincode = await openFixture(await testPeer(), 'misbehaving', { watch: false })
  await chaincode.submit('seed', 'k', '250')
  for (let i = 0; i < 20; i++) expect(await chaincode.evaluate('openRange', 'k', 'l')).toBe('open')
  expect(await chaincode.evaluate('count', 'k', 'l')).toBe('250')
})
