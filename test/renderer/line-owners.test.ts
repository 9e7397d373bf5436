import { expect, test } from 'vitest'
import type { LineOwner } from '../../core/contract/log.ts'
import { LineOwners } from '../../renderer/logs/line-owners.svelte.ts'

/** What is seen of the log: these lines. */
const lines = (seqs: number[], opened?: number) => ({
  query: { filter: {}, from: 0, limit: seqs.length },
  seqs,
  opened,
  since: 1,
})

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

/** A window whose peer names what `answer` holds at the time. */
function windowOf(seqs: number[]) {
  const peer = { answer: seqs, isRunning: false, reads: 0 }
  const owner = (seq: number): LineOwner => {
    return { seq, of: 'alone', call: 1, function: 'Put', txId: null, isRunning: peer.isRunning }
  }
  const call = () => {
    peer.reads += 1
    return Promise.resolve(peer.answer.map(owner))
  }
  const owners = new LineOwners({ call } as never)
  const known = (among: number[]) => among.filter((seq) => owners.of(seq) !== undefined)
  return { peer, owners, known }
}

test('a line that the peer no longer names has no call; one that came before those it answered for keeps its own', async () => {
  const { peer, owners, known } = windowOf([1, 2, 3])
  owners.show(lines([1, 2, 3, 4]))
  await expect.poll(() => known([1, 2, 3, 4])).toEqual([1, 2, 3])
  // The oldest line has left the log meanwhile.
  peer.answer = [2, 4]
  owners.show(lines([1, 2, 3, 4]))
  await expect.poll(() => known([1, 2, 3, 4])).toEqual([1, 2, 4])
  peer.answer = []
  owners.show(lines([2, 3, 4]))
  await expect.poll(() => known([1, 2, 3, 4])).toEqual([1])
})

test('of thousands of lines that were seen, the opened one keeps its call', async () => {
  const { peer, owners, known } = windowOf(numbers(1, 2_001))
  owners.show(lines(numbers(1, 2_001), 5))
  await expect.poll(() => known([4, 5, 6])).toEqual([4, 5, 6])
  peer.answer = [3_000]
  owners.show(lines([3_000], 5))
  await expect.poll(() => known([4, 5, 6, 3_000])).toEqual([5, 3_000])
})

test('while a call runs it is asked again, but not for lines that nobody sees any more', async () => {
  const [left, right] = [windowOf([1]), windowOf([1])]
  left.peer.isRunning = right.peer.isRunning = true
  left.owners.show(lines([1]))
  await expect.poll(() => left.known([1])).toEqual([1])
  left.owners.stop()
  right.owners.show(lines([1]))
  await expect.poll(() => right.peer.reads).toBeGreaterThan(1)
  right.owners.stop()
  expect(left.peer.reads).toBe(1)
})
