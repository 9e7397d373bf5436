// @module-tag slow
import { describe, expect, test } from 'vitest'
import type { ClientIds } from '../../core/contract/identity.ts'
import type { FixtureName } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { openFixture } from './author.ts'

/** A member of another organisation calls, and the chaincode asks its client identity library who that is. */
async function whoCalls(name: FixtureName, fn: string): Promise<{ payload: string; clientIds: ClientIds }> {
  const peer = await testPeer({ organisations: ['Org1MSP', 'Org2MSP'] })
  const chaincode = await openFixture(peer, name, { watch: false })
  const { clientIds } = await peer.api.issueIdentity({
    name: 'alice',
    mspId: 'Org2MSP',
    attributes: { color: 'blue' },
    affiliation: 'sales',
  })
  const request = { chaincode: chaincode.name, function: fn, args: [] }
  const { payload, identity } = await peer.api.submit({ ...request, identity: 'alice@Org2MSP' })
  expect(identity).toBe('alice@Org2MSP')
  return { payload, clientIds }
}

describe('chaincode reads organisation, id and attributes of who calls', () => {
  test('in Node', async () => {
    const { payload, clientIds } = await whoCalls('javascript-contract', 'WhoAmI')
    expect(JSON.parse(payload)).toEqual({ mspId: 'Org2MSP', id: clientIds.node, color: 'blue' })
  })

  needs('go').test('in Go, the units too', async () => {
    const { payload, clientIds } = await whoCalls('go-shim-v2', 'whoami')
    expect(payload).toBe(`Org2MSP|${clientIds.golang}|blue|true`)
  })

  needs('java').test('in Java', async () => {
    const { payload, clientIds } = await whoCalls('java-contract', 'WhoAmI')
    expect(payload).toBe(`Org2MSP|${clientIds.java}|blue`)
  })
})
