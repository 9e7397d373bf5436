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
      .poll(async () =>
        (await api.readCallLogs({ id })).lines.map(({ text }) => /goes from .* to (.*)/.exec(text)?.[1]),
      )
      .toEqual([owners[i]])
})

test('late lines of a call are waited for: it shows all of 20,001, and says so', async () => {
  const peer = await testPeer()
  const { api } = peer
  const { name: chaincode } = await openFixture(peer, 'misbehaving', { watch: false })
  const { callId: id } = await api.evaluate({ chaincode, function: 'printLines', args: ['20001'] })
  // Lines are cut one turn of the event loop after another; a busy machine leaves them waiting.
  stall(400)
  await expect.poll(async () => (await api.readCallLogs({ id })).state).toBe('complete')
  const { lines, others } = await api.readCallLogs({ id })
  expect([lines.length, lines.at(-1)?.text, others]).toEqual([20_001, 'line 20000 of 20001', 0])

  await api.clearLogs({})
  expect(await api.readCallLogs({ id })).toMatchObject({ lines: [], state: 'partial' })
})

test('calls that ran at once say so of their lines', async () => {
  const peer = await testPeer()
  const { api } = peer
  const { name: chaincode } = await openFixture(peer, 'javascript-shim', { watch: false })
  const sleep = () => api.evaluate({ chaincode, function: 'sleep', args: ['100'] })
  const [one] = await Promise.all([sleep(), sleep()])
  expect(await api.readCallLogs({ id: one.callId })).toMatchObject({ others: 1 })
})

test('a line that names its transaction is shown with no other, however many calls run', async () => {
  const peer = await testPeer()
  const { api } = peer
  const { name: chaincode } = await openFixture(peer, 'javascript-contract', { watch: false })
  const failing = ['a', 'b', 'c'].map((key) => api.evaluate({ chaincode, function: 'Get', args: [key] }))
  const calls = (await Promise.all(failing)).map(({ callId, txId }) => ({
    id: callId,
    prefix: `-${txId.slice(0, 8)}]`,
  }))
  for (const { id, prefix } of calls) {
    // The contract API logs the error, and the shim what it answers.
    const named = async () => (await api.readCallLogs({ id })).lines.filter(({ of }) => of === 'named')
    await expect.poll(async () => (await named()).length).toBe(2)
    for (const { text } of await named()) expect(text).toContain(prefix)
    for (const { text } of (await api.readCallLogs({ id })).lines)
      expect(calls.filter((call) => text.includes(call.prefix)).map((call) => call.id)).toEqual([id])
  }
})

test('each line of the log says of which call it is and how that is known', async () => {
  const peer = await testPeer()
  const { api } = peer
  const { name: chaincode } = await openFixture(peer, 'javascript-contract', { watch: false })
  const owners = async () => {
    const query = { filter: { sources: ['chaincode' as const] }, from: -500, limit: 500 }
    const [{ lines }, of] = await Promise.all([api.readLogs(query), api.readLineOwners(query)])
    const texts = new Map(lines.map(({ seq, text }) => [seq, text]))
    return of.map(({ seq, ...owner }) => ({ text: texts.get(seq) ?? '', ...owner }))
  }
  const ownerOf = async (text: string) => (await owners()).find((owner) => owner.text.includes(text))

  const alone = await api.submit({ chaincode, function: 'Put', args: ['first', '1'] })
  const of = { call: alone.callId, function: 'Put', txId: alone.txId, isRunning: false }
  await expect.poll(() => ownerOf('putting first')).toEqual({ text: 'putting first', of: 'alone', ...of })

  const over = new AbortController()
  const long = api.evaluate({ chaincode, function: 'Increment', args: ['long', '600000'] }, over.signal).catch(() => '')
  await expect
    .poll(() => ownerOf('Increment long'))
    .toMatchObject({ of: 'alone', function: 'Increment', txId: null, isRunning: true })
  const beside = await api.evaluate({ chaincode, function: 'Put', args: ['beside', '1'] })
  await expect
    .poll(() => ownerOf('putting beside'))
    .toMatchObject({ of: 'shared', call: beside.callId, txId: beside.txId, isRunning: false })
  const failed = await api.evaluate({ chaincode, function: 'Get', args: ['nobody'] })
  await expect
    .poll(() => ownerOf(`-${failed.txId.slice(0, 8)}]`))
    .toMatchObject({ of: 'named', call: failed.callId, txId: failed.txId })
  // What was there before is still of the first call, and each agrees with what the call itself shows.
  expect(await ownerOf('putting first')).toMatchObject(of)
  for (const { call, of: known, text } of await owners()) {
    const { lines } = await api.readCallLogs({ id: call })
    expect(lines.map((line) => [line.of, line.text])).toContainEqual([known, text])
  }
  over.abort()
  await long
})
