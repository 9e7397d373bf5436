// @module-tag slow
import { expect, test } from 'vitest'
import { netPeers } from '../support/net-mode.ts'
import { needs } from '../support/require.ts'
import { openFixture } from './author.ts'
import { agreeSecurely, auctionSealed, findsImpure, ORGANISATIONS, transferPrivately } from './two-organisations.ts'

for (const name of ['two-orgs-typescript', 'two-orgs-go'] as const) {
  needs('docker', ...(name === 'two-orgs-go' ? (['go'] as const) : [])).describe(`${name} in net mode`, () => {
    const net = netPeers()

    test('runs a container for each organisation, and both endorse', async () => {
      const peer = await net.peer({ organisations: ORGANISATIONS })
      const chaincode = await openFixture(peer, name, { mode: 'net', watch: false })
      expect(await net.containers()).toHaveLength(1)
      await transferPrivately(peer)
      await agreeSecurely(peer)
      await auctionSealed(peer)
      const { container, instances } = chaincode.state()
      const others = Object.entries(instances).map(([mspId, instance]) => [mspId, instance.container?.state])
      expect(others).toEqual([['Org2MSP', 'running']])
      expect((await net.containers()).sort()).toEqual([container?.name, instances['Org2MSP']?.container?.name].sort())
      await findsImpure(peer, 'time', { field: 'createdAt', cause: 'time' })
      await peer.api.stop({ name: chaincode.name })
      expect(await net.containers()).toEqual([])
    })
  })
}
