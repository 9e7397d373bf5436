// @module-tag slow
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { CallResult } from '../../core/contract/call.ts'
import { fixture, goProgram } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { recordingProxy, type RecordingProxy } from '../support/recording-proxy.ts'
import { needs } from '../support/require.ts'

/** What a shim asked in one transaction: `GET_STATE PUT_STATE!`, where `!` marks what was answered by ERROR. */
type Asked = string

interface Shim {
  peer: TestPeer
  name: string
  evaluate(fn: string, ...args: string[]): Promise<CallResult & { asked: Asked }>
  submit(fn: string, ...args: string[]): Promise<CallResult & { asked: Asked }>
}

/** Start a real shim's process by hand, through a proxy that sees what it says. */
async function startShim(
  peer: TestPeer,
  name: string,
  language: 'go' | 'node',
  options: { initRequired?: boolean } = {},
): Promise<Shim> {
  const folder = await fixture(language === 'go' ? 'go-shim-v1' : 'javascript-shim')
  await peer.api.openChaincode({
    folder,
    name,
    version: '1.0',
    channel: 'ch1',
    startedBy: 'you',
    watch: false,
    ...options,
  })
  const proxy = await recordingProxy(peer.address())
  const program = language === 'go' ? await goProgram('go-shim-v1') : process.execPath
  const args = language === 'go' ? [`-peer.address=${proxy.address}`] : ['probe.js', '--peer.address', proxy.address]
  const env = { ...process.env, CORE_CHAINCODE_ID_NAME: `${name}:1.0`, CORE_PEER_TLS_ENABLED: 'false' }
  const child = spawn(program, args, { cwd: folder, env, stdio: 'ignore' })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  await peer.eventually(`${name} is ready`, ({ chaincodes }) => chaincodes[name]?.registration.state === 'ready')
  // Recorded: go-register, node-register.
  await expect.poll(() => proxy.sequence().join()).toBe('> REGISTER,< REGISTERED,< READY')
  proxy.take()
  const call = (kind: 'submit' | 'evaluate', fn: string, given: string[]) =>
    peer.api[kind]({ chaincode: name, function: fn, args: given }).then((result) => ({
      ...result,
      asked: asked(proxy),
    }))
  return {
    peer,
    name,
    evaluate: (fn, ...given) => call('evaluate', fn, given),
    submit: (fn, ...given) => call('submit', fn, given),
  }
}

/** What the shim asked in the transaction that has ended: every request has had exactly one answer. */
function asked(proxy: RecordingProxy): Asked {
  const [begin, ...rest] = proxy.take()
  expect(begin).toMatch(/^< (TRANSACTION|INIT)$/)
  expect(rest.pop()).toBe('> COMPLETED')
  const requests: string[] = []
  for (let i = 0; i < rest.length; i += 2) {
    const [request = '', answer = ''] = rest.slice(i, i + 2)
    expect(request).toMatch(/^> /)
    expect(answer).toMatch(/^< (RESPONSE|ERROR)$/)
    requests.push(request.slice(2) + (answer === '< ERROR' ? '!' : ''))
  }
  return requests.join(' ')
}

/** Seeded ranges, walked as recorded: go-range99, go-range100, go-range200, go-range250, node-range250, …-range-empty. */
/** As on the peer that was watched: no rich queries. */
const goleveldb = { ledger: { state: { stateDatabase: 'goleveldb' as const } } }

const RANGES: [size: number, asked: Asked][] = [
  [0, 'GET_STATE_BY_RANGE QUERY_STATE_CLOSE'],
  [1, 'GET_STATE_BY_RANGE QUERY_STATE_CLOSE'],
  [99, 'GET_STATE_BY_RANGE QUERY_STATE_CLOSE'],
  [100, 'GET_STATE_BY_RANGE QUERY_STATE_CLOSE'],
  [101, 'GET_STATE_BY_RANGE QUERY_STATE_NEXT QUERY_STATE_CLOSE'],
  [200, 'GET_STATE_BY_RANGE QUERY_STATE_NEXT QUERY_STATE_CLOSE'],
  [250, 'GET_STATE_BY_RANGE QUERY_STATE_NEXT QUERY_STATE_NEXT QUERY_STATE_CLOSE'],
]

needs('go').describe('the Go shim asks and is answered as recorded', () => {
  test('reads and writes', async () => {
    const { evaluate, submit } = await startShim(await testPeer(), 'probe', 'go')
    expect(await submit('put', 'k1', 'v1')).toMatchObject({ validationCode: 'VALID', asked: 'PUT_STATE' })
    expect(await evaluate('get', 'k1')).toMatchObject({ payload: 'nil=false len=2 v1', asked: 'GET_STATE' })
    expect(await evaluate('get', 'nope')).toMatchObject({ payload: 'nil=true len=0 ' })
    expect(await evaluate('get', '')).toMatchObject({ payload: 'nil=true len=0 ' })
    expect(await submit('putget', 'k1', 'v2')).toMatchObject({
      payload: 'before="v1" after="v1"',
      asked: 'GET_STATE PUT_STATE GET_STATE',
    })
    expect(await submit('putnil', 'k1')).toMatchObject({ validationCode: 'VALID' })
    expect(await evaluate('get', 'k1')).toMatchObject({ payload: 'nil=true len=0 ' })
    expect(await submit('putempty')).toMatchObject({
      status: 500,
      message: 'PUT-EMPTY-ERR: key must not be an empty string',
      asked: '',
    })
    for (const key of ['\\x00abc', '\\U0010ffff']) {
      expect(await submit('putkeyhex', key)).toMatchObject({ validationCode: 'VALID' })
    }
  })

  test('ranges, pages and composite keys', async () => {
    const { evaluate, submit } = await startShim(await testPeer(), 'probe', 'go')
    for (const [size, requests] of RANGES) {
      await submit('seed', `r${size}_`, String(size))
      const answer = await evaluate('range', `r${size}_`, `r${size}\``)
      expect([size, answer.asked, answer.payload]).toEqual([size, requests, expect.stringContaining(`n=${size} `)])
    }
    // A range after a write in the same transaction does not see the write.
    expect(await submit('putrange', 'r99_new', 'r99_', 'r99`')).toMatchObject({
      payload: 'n=99 first="r99_00000" last="r99_00098"',
      asked: 'PUT_STATE GET_STATE_BY_RANGE QUERY_STATE_CLOSE',
    })
    const page = async (start: string, size: string, bookmark: string) =>
      (await evaluate('page', start, 'r250`', size, bookmark)).payload
    expect(await page('r250_', '3', '')).toBe(
      'n=3 first="r250_00000" last="r250_00002" fetched=3 bookmark="r250_00003"',
    )
    expect(await page('r250_', '3', 'r250_00003')).toBe(
      'n=3 first="r250_00003" last="r250_00005" fetched=3 bookmark="r250_00006"',
    )
    expect(await page('r250_00248', '3', '')).toBe('n=2 first="r250_00248" last="r250_00249" fetched=2 bookmark=""')
    const whole = await evaluate('page', 'r250_', 'r250`', '150', '')
    expect(whole.payload).toBe('n=150 first="r250_00000" last="r250_00149" fetched=150 bookmark="r250_00150"')
    expect(whole.asked).toBe('GET_STATE_BY_RANGE QUERY_STATE_CLOSE')
    const refused = await submit('rangeput', 'r99_', 'r99`')
    expect(refused).toMatchObject({
      status: 500,
      message: `PUT-AFTER-PAGE-ERR: PUT_STATE failed: transaction ID: ${refused.txId}: txid [${refused.txId}]: unsuppored transaction. Transaction has already performed a paginated query. Writes are not allowed`,
      asked: 'GET_STATE_BY_RANGE QUERY_STATE_CLOSE PUT_STATE!',
    })

    await submit('compkey', 'color', 'red', 'a1')
    await submit('compkey', 'color', 'red', 'a2')
    await submit('compkey', 'color', 'reddish', 'a3')
    expect(await evaluate('comprange', 'color', 'red')).toMatchObject({
      payload: 'n=2 first="\\x00color\\x00red\\x00a1\\x00" last="\\x00color\\x00red\\x00a2\\x00"',
    })
    expect((await evaluate('comprange', 'color')).payload).toMatch(/^n=3 /)
    // Composite keys are in no range of plain ones.
    expect((await evaluate('range', '', '')).payload).not.toContain('\\x00')
  })

  test('history, newest first, deletes included', async () => {
    const { evaluate, submit } = await startShim(await testPeer(), 'probe', 'go')
    const txIds: string[] = []
    for (const [fn, ...args] of [
      ['put', 'k', 'v1'],
      ['put', 'k', 'v2'],
      ['del', 'k'],
      ['put', 'k', 'v4'],
    ] as const) {
      txIds.unshift((await submit(fn, ...args)).txId.slice(0, 8))
    }
    const { payload, asked: requests } = await evaluate('history', 'k')
    const changes = [...payload.matchAll(/\[(\w+) "(.*?)" del=(\w+) ts=(\d+)\./g)].map(([, tx, value, del]) => [
      tx,
      value,
      del,
    ])
    expect(changes).toEqual([
      [txIds[0], 'v4', 'false'],
      [txIds[1], '', 'true'],
      [txIds[2], 'v2', 'false'],
      [txIds[3], 'v1', 'false'],
    ])
    expect(requests).toBe('GET_HISTORY_FOR_KEY QUERY_STATE_CLOSE')
    expect((await evaluate('history', 'nope')).payload).toBe('n=0 ')
  })

  test('events: the last one counts, none of an answer that is an error', async () => {
    const { submit } = await startShim(await testPeer(), 'probe', 'go')
    expect((await submit('event', 'e1', 'p1', 'e2', 'p2')).events).toEqual([
      { name: 'e2', payload: 'p2', payloadEncoding: 'utf8' },
    ])
    expect(await submit('event', '', 'p')).toMatchObject({
      status: 500,
      message: 'EVENT-ERR: event name can not be empty string',
      events: [],
    })
  })

  test('refusals', async () => {
    const { evaluate, submit } = await startShim(await testPeer(goleveldb), 'probe', 'go')
    const rich = await evaluate('query', '{"selector":{"a":1}}')
    expect(rich).toMatchObject({
      status: 500,
      message: `QUERY-ERR: GET_QUERY_RESULT failed: transaction ID: ${rich.txId}: ExecuteQuery not supported for leveldb`,
      asked: 'GET_QUERY_RESULT!',
    })
    const hidden = await submit('privput', 'coll1', 'k', 'v')
    expect(hidden).toMatchObject({
      status: 500,
      message: `PRIVPUT-ERR: PUT_STATE failed: transaction ID: ${hidden.txId}: collection ch1/probe/coll1 could not be found`,
    })
    expect(await submit('shimerror', 'boom')).toMatchObject({ status: 500, message: 'boom', asked: '' })
    for (const status of [200, 201, 299, 300, 399]) {
      expect(await submit('status', String(status), 'm')).toMatchObject({
        status,
        message: 'm',
        payload: `pl-${status}`,
        validationCode: 'VALID',
      })
    }
    for (const status of [400, 404, 499, 500, 1000]) {
      const answer = await submit('status', String(status), 'm')
      expect(answer).toMatchObject({ status, message: 'm', payload: `pl-${status}` })
      expect(answer.validationCode).toBeUndefined()
    }
    expect((await evaluate('get', 'statuskey')).payload).toBe('nil=false len=3 399')
  })

  test('calls of other chaincode, in Node too', async () => {
    const peer = await testPeer({ version: '2.5' })
    const probe = await startShim(peer, 'probe', 'go')
    const nprobe = await startShim(peer, 'nprobe', 'node')
    const call = async (...args: string[]) => {
      const answer = await probe.evaluate('cc2cc', ...args)
      return [answer.payload.replaceAll(answer.txId, 'TX'), answer.asked]
    }
    await nprobe.submit('put', 'k1', 'v4')
    const refused = (why: string) =>
      `status=500 message="" payload="INVOKE_CHAINCODE failed: transaction ID: TX: ${why}"`
    // Recorded: go-cc2cc, cc2cc-same-channel-named, cc2cc-callee-error, go-cc2cc-unknown, cc2cc-self, cc2cc-other-channel, cc2cc-lscc.
    expect(await call('nprobe', '', 'get', 'k1')).toEqual([
      'status=200 message="" payload="len=2 v4"',
      'INVOKE_CHAINCODE',
    ])
    expect(await call('nprobe', 'ch1', 'get', 'k1')).toEqual([
      'status=200 message="" payload="len=2 v4"',
      'INVOKE_CHAINCODE',
    ])
    expect(await call('nprobe', '', 'shimerror', 'boom')).toEqual([
      'status=500 message="boom" payload=""',
      'INVOKE_CHAINCODE',
    ])
    expect(await call('nosuch', '', 'get', 'k1')).toEqual([
      refused(
        'execute failed: invalid invocation: [channel ch1] failed to get chaincode container info for nosuch: chaincode nosuch not found',
      ),
      'INVOKE_CHAINCODE!',
    ])
    expect(await call('probe', '', 'get', 'k1')).toEqual([
      refused('execute failed: error sending: txid: TX(ch1) exists'),
      'INVOKE_CHAINCODE!',
    ])
    expect(await call('nprobe', 'ch2', 'get', 'k1')).toEqual([
      refused('Failed to get policy manager for channel [ch2]'),
      'INVOKE_CHAINCODE!',
    ])
    expect(await call('lscc', '', 'getid', 'ch1', 'nosuch')).toEqual([
      'status=500 message="could not find chaincode with name \'nosuch\'" payload=""',
      'INVOKE_CHAINCODE',
    ])
    const back = await peer.api.evaluate({ chaincode: 'nprobe', function: 'cc2cc', args: ['nosuch', '', 'get', 'k1'] })
    expect(back).toMatchObject({ status: 500, message: expect.stringMatching(/^CAUGHT: INVOKE_CHAINCODE failed: /) })
  })

  test('Init', async () => {
    const peer = await testPeer()
    const { submit } = await startShim(peer, 'inited', 'go', { initRequired: true })
    await expect(submit('put', 'k', 'v')).rejects.toMatchObject({ code: 'INIT_REQUIRED' })
    const init = () => peer.api.submit({ chaincode: 'inited', function: 'init', args: ['ik', 'iv'], isInit: true })
    expect(await init()).toMatchObject({ payload: 'init-ok', validationCode: 'VALID' })
    await expect(init()).rejects.toMatchObject({ code: 'INIT_DONE' })
    const read = await peer.api.evaluate({ chaincode: 'inited', function: 'get', args: ['ik'] })
    expect(read.payload).toBe('nil=false len=2 iv')
  })
})

describe('the Node shim asks and is answered as recorded', () => {
  test('reads, writes, ranges, history, events, refusals', async () => {
    const { evaluate, submit } = await startShim(await testPeer(goleveldb), 'nprobe', 'node')
    expect(await submit('put', 'k1', 'v1')).toMatchObject({
      payload: 'ok',
      validationCode: 'VALID',
      asked: 'PUT_STATE',
    })
    expect(await evaluate('get', 'k1')).toMatchObject({ payload: 'len=2 v1', asked: 'GET_STATE' })
    expect(await evaluate('get', 'nope')).toMatchObject({ payload: 'len=0 ' })
    // The Node shim lets an empty key through, and so does the peer.
    expect(await submit('putempty')).toMatchObject({ status: 200, validationCode: 'VALID', asked: 'PUT_STATE' })
    expect(await submit('putget', 'k1', 'v2')).toMatchObject({ payload: 'before="v1" after="v1"' })
    expect(await evaluate('history', 'k1')).toMatchObject({
      payload: 'n=2 v2,v1',
      asked: 'GET_HISTORY_FOR_KEY QUERY_STATE_CLOSE',
    })
    expect((await submit('event', 'ev1', 'payload1')).events).toMatchObject([{ name: 'ev1', payload: 'payload1' }])
    const rich = await evaluate('query', '{}')
    expect(rich).toMatchObject({
      status: 500,
      message: `CAUGHT: GET_QUERY_RESULT failed: transaction ID: ${rich.txId}: ExecuteQuery not supported for leveldb`,
    })
    expect(await submit('noresponse')).toMatchObject({
      status: 500,
      message: expect.stringMatching(/Calling chaincode Invoke\(\) has not called success or error\.$/),
    })
    // Requests of one transaction that are made at once: this shim sends them one after another.
    await submit('put', 'k2', 'w')
    expect(await evaluate('multi', 'k1', 'k2', 'k1')).toMatchObject({
      payload: 'v2|w|v2',
      asked: 'GET_STATE GET_STATE GET_STATE',
    })
    for (const [size, requests] of RANGES) {
      await submit('seed', `r${size}_`, String(size))
      const answer = await evaluate('range', `r${size}_`, `r${size}\``)
      expect([size, answer.asked, answer.payload]).toEqual([size, requests, `n=${size}`])
    }
  })
})

describe('the contract API of Node', () => {
  test('answers what does not fit its functions as recorded', async () => {
    const { api, eventually } = await testPeer()
    const folder = await fixture('javascript-contract')
    const { name } = await api.openChaincode({ folder, watch: false })
    await eventually('it is ready', ({ chaincodes }) => chaincodes[name]?.registration.state === 'ready')
    const call = async (fn: string, ...args: string[]) => {
      const { status, message, payload } = await api.evaluate({ chaincode: name, function: fn, args })
      return [status, status === 200 ? payload : message]
    }
    const missing = (fn: string) => [500, `You've asked to invoke a function that does not exist: ${fn}`]
    // Recorded: contract-wrong-fn, contract-throw, contract-noargs.
    expect(await call('NoSuch')).toEqual(missing('NoSuch'))
    expect(await call('AssetContract:NoSuch')).toEqual(missing('AssetContract:NoSuch'))
    expect(await call('get', 'a1')).toEqual(missing('get'))
    expect(await call('Other:Get', 'a')).toEqual([500, 'Contract name is not known: Other'])
    expect(await call('Get', 'missing')).toEqual([500, 'The asset missing does not exist'])
    expect(await call('Get')).toEqual([500, 'Expected 1 parameters, but 0 have been supplied'])
    expect(await call('Get', 'a', 'b')).toEqual([500, 'Expected 1 parameters, but 2 have been supplied'])
    expect(await call('Nothing')).toEqual([200, ''])
    expect(await call('')).toEqual([200, 'Default initiator successful.'])
  })
})
