// @module-tag slow
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { testPeer } from '../support/peer.ts'
import { openFixture } from './author.ts'

/** What a busy machine does to Slipway: for so long it comes to nothing. */
function stall(ms: number): void {
  const until = performance.now() + ms
  let at = performance.now()
  while (at < until) at = performance.now()
}

test('a line is of the call that printed it, even if it is only cut when the next one has begun', async () => {
  const peer = await testPeer()
  const { api } = peer
  const { name: chaincode } = await openFixture(peer, 'asset-transfer-typescript', { watch: false })
  await api.submit({ chaincode, function: 'InitLedger', args: [] })

  const give = async (owner: string) => {
    const { callId } = await api.evaluate({ chaincode, function: 'TransferAsset', args: ['asset1', owner] })
    // What came with the answer is read in this turn; that it is cut in a later one must not matter.
    await turn()
    stall(60)
    return callId
  }
  const owners = Array.from({ length: 10 }, (_, i) => `owner${i}`)
  const ids: number[] = []
  for (const owner of owners) ids.push(await give(owner))
  for (const [i, id] of ids.entries())
    await expect
      .poll(async () => (await api.readCallLogs({ id })).map(({ text }) => /goes from .* to (.*)/.exec(text)?.[1]))
      .toEqual([owners[i]])
})
