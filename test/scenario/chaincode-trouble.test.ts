// @module-tag slow
import { expect, test } from 'vitest'
import { outcome } from '../support/attached.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { codeOf, openFixture, type Opened } from './author.ts'

/** Its key is as it was, and the chaincode answers. */
async function nothingIsLost({ evaluate, submit }: Opened): Promise<void> {
  expect(await evaluate('get', 'before')).toBe('nil=false len=4 kept')
  expect(await submit('put', 'after', 'v')).toBe('ok')
}

/** A managed Go chaincode with one key committed. */
async function openGo(executetimeout = 30_000): Promise<Opened & { api: Awaited<ReturnType<typeof testPeer>>['api'] }> {
  const peer = await testPeer({ chaincode: { executetimeout } })
  const chaincode = await openFixture(peer, 'go-shim-v1', { name: 'probe', watch: false })
  await chaincode.submit('put', 'before', 'kept')
  return { ...chaincode, api: peer.api }
}

needs('go').describe('a Go chaincode', () => {
  test.each([
    ['panics', ['panic', 'boom'], /exited with code 2/],
    ['exits', ['exit'], /exited with code 3/],
    ['exits after a write', ['putexit'], /exited with code 3/],
    // The shim cannot marshal such a key, and ends the process (recorded: go-key-invalid-utf8).
    ['writes a key that is not UTF-8', ['putkeyhex', '\\xff\\xfeabc'], /exited with code 2/],
  ])(
    'that %s in a transaction is told with its end, and is started again',
    async (_what, [fn = '', ...args], words) => {
      const chaincode = await openGo()
      const error = await outcome(chaincode.api.submit({ chaincode: 'probe', function: fn, args })).error
      expect(error).toMatchObject({ code: 'CHAINCODE_STOPPED', details: { words: expect.stringMatching(words) } })
      await nothingIsLost(chaincode)
    },
  )

  test('that is too slow goes on serving others meanwhile and after; what it asks late is refused', async () => {
    const chaincode = await openGo(5000)
    const slow = [codeOf(chaincode.submit('sleepget', '7000')), codeOf(chaincode.submit('sleep', '60000'))]
    await nothingIsLost(chaincode)
    expect(await Promise.all(slow)).toEqual(['EXECUTE_TIMEOUT', 'EXECUTE_TIMEOUT'])
    await chaincode.eventually('it is still the same process', ({ process, builds }) => process && builds.length === 1)
    await expect
      .poll(
        async () =>
          (await chaincode.api.readLogs({ filter: { search: 'sleepget after sleep' }, from: 0, limit: 1 })).lines[0]
            ?.text,
      )
      .toContain('no ledger context')
    await nothingIsLost(chaincode)
  })

  test('takes an argument of 49 MiB and answers as much; one of 50 MiB does not reach it', async () => {
    const chaincode = await openGo()
    const MiB = 1024 * 1024
    // Recorded: large-go. A real peer loses the chaincode to the larger one.
    expect(await chaincode.evaluate('echolen', 'x'.repeat(49 * MiB))).toBe(`args=2 bytes=${49 * MiB + 7}`)
    expect(await codeOf(chaincode.evaluate('echolen', 'x'.repeat(50 * MiB)))).toBe('MESSAGE_TOO_LARGE')
    expect((await chaincode.evaluate('bigreply', String(49 * MiB))).length).toBe(49 * MiB)
    await nothingIsLost(chaincode)
  })

  test('whose answer is above the limit is told; the shim ends, and is started again', async () => {
    const chaincode = await openGo()
    const code = await codeOf(chaincode.evaluate('bigreply', String(100 * 1024 * 1024)))
    expect(code).toMatch(/^(CHAINCODE_STOPPED|STREAM_TERMINATED|STREAM_MALFORMED)$/)
    await nothingIsLost(chaincode)
  })
})
