import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { MAX_MESSAGE_BYTES } from '../../core/comm/chaincode-stream.ts'
import { ChaincodeMessage } from '../../core/protos/index.ts'
import { attachedPeer, nextTransaction, responseOf, seed, type Attached } from '../support/attached.ts'
import type { TestPeer } from '../support/peer.ts'
import { frame, RawChaincode } from '../support/raw-chaincode.ts'
import { requests } from '../support/requests.ts'

/** gRPC's status of a stream that Fabric ends with an error. */
const UNKNOWN = 2

interface Scene {
  peer: TestPeer
  attached: Attached
  chaincode: RawChaincode
}

/** A chaincode that has one key in the ledger, committed. */
async function scene(): Promise<Scene> {
  const { peer, attached, chaincode } = await attachedPeer()
  await seed(attached, chaincode, [['before', 'kept']])
  return { peer, attached, chaincode }
}

/** The ledger has what it had, nothing of the transaction that went wrong, and the peer serves the next chaincode. */
async function nothingIsLost({ peer, attached }: Scene, already?: RawChaincode): Promise<void> {
  const { entries } = await peer.api.readState({ channel: 'mychannel', namespace: 'raw', limit: 10 })
  expect(entries.map(({ key, text }) => [key, text])).toEqual([['before', 'kept']])
  const chaincode = already ?? (await attached.register())
  const call = attached.submit('hello')
  await (await nextTransaction(chaincode)).complete('here')
  expect(await call.result).toMatchObject({ payload: 'here', validationCode: 'VALID' })
}

describe('what goes wrong in the middle of a transaction', () => {
  /** Start a submit that has written, break the stream, and see what became of it. */
  async function broken(breakIt: (chaincode: RawChaincode) => unknown): Promise<Scene & { code: string }> {
    const at = await scene()
    const call = at.attached.submit('write')
    const transaction = await nextTransaction(at.chaincode)
    await transaction.ask('PUT_STATE', requests.put('half', 'written'))
    await breakIt(at.chaincode)
    return { ...at, code: await call.code }
  }

  test('the stream is cut', async () => {
    const at = await broken((chaincode) => chaincode.cut())
    expect(at.code).toBe('STREAM_TERMINATED')
    expect(at.peer.chaincode('raw').registration).toMatchObject({
      state: 'none',
      ended: { error: { code: 'STREAM_TERMINATED' } },
    })
    await nothingIsLost(at)
  })

  test('the chaincode closes its side', async () => {
    const at = await broken((chaincode) => chaincode.endSending())
    expect(at.code).toBe('STREAM_TERMINATED')
    await at.chaincode.ended
    await nothingIsLost(at)
  })

  test('half a frame, then the stream is cut', async () => {
    const at = await broken(async (chaincode) => {
      await chaincode.sendRaw(frame(responseOf('never whole')).subarray(0, 7))
      chaincode.cut()
    })
    expect(at.code).toBe('STREAM_TERMINATED')
    await nothingIsLost(at)
  })

  test('half a frame, then the chaincode closes its side', async () => {
    const at = await broken(async (chaincode) => {
      await chaincode.sendRaw(Buffer.from([0, 0, 0, 1, 0, 9]))
      chaincode.endSending()
    })
    expect(at.code).toBe('STREAM_TERMINATED')
    await at.chaincode.ended
    await nothingIsLost(at)
  })

  test('a frame that holds no message', async () => {
    const at = await broken((chaincode) => chaincode.sendBytes(Buffer.from([0xff, 0xff, 0xff, 0xff])))
    expect(at.code).toBe('STREAM_MALFORMED')
    expect((await at.chaincode.ended).code).toBe(UNKNOWN)
    await nothingIsLost(at)
  })

  test('a message above the limit', async () => {
    const at = await broken((chaincode) => chaincode.sendBytes(Buffer.alloc(MAX_MESSAGE_BYTES + 1)))
    expect(at.code).toBe('STREAM_MALFORMED')
    expect((await at.chaincode.ended).code).toBe(UNKNOWN)
    await nothingIsLost(at)
  })

  test('a frame that claims four gigabytes', async () => {
    const at = await broken((chaincode) => chaincode.sendRaw(Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3])))
    expect(at.code).toBe('STREAM_TERMINATED')
    await at.chaincode.ended
    await nothingIsLost(at)
  })
})

describe('before REGISTER', () => {
  const bad: [what: string, send: (chaincode: RawChaincode) => Promise<void> | void][] = [
    ['a garbage frame', (chaincode) => chaincode.sendBytes(Buffer.from([0xff, 0xff, 0xff]))],
    ['half a frame and a cut', (chaincode) => chaincode.sendRaw(Buffer.from([0, 0, 0])).then(() => chaincode.cut())],
    ['nothing and a half close', (chaincode) => chaincode.endSending()],
    ['a cut', (chaincode) => chaincode.cut()],
  ]
  test.each(bad)('%s harms nobody', async (_what, send) => {
    const at = await scene()
    const other = await RawChaincode.connect(at.peer.address())
    await send(other)
    await other.ended
    await nothingIsLost(at, at.chaincode)
  })

  test('bytes that are not gRPC harm nobody', async () => {
    const at = await scene()
    const [host, port] = at.peer.address().split(':')
    for (const greeting of [
      'GET / HTTP/1.1\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc',
      '\0'.repeat(1000),
    ]) {
      const socket = connect(Number(port), host)
      await once(socket, 'connect')
      socket.on('error', () => socket.destroy())
      socket.end(Buffer.from(greeting, 'latin1'))
      socket.resume()
      await once(socket, 'close')
    }
    await nothingIsLost(at, at.chaincode)
  })
})

describe('large messages', () => {
  test('an answer of exactly the limit passes', async () => {
    const { attached, chaincode } = await scene()
    const call = attached.call('big')
    const { message } = await nextTransaction(chaincode)
    const answer = new ChaincodeMessage()
    answer.setType(ChaincodeMessage.Type.COMPLETED)
    answer.setTxid(message.getTxid())
    answer.setChannelId(message.getChannelId())
    // A payload's length takes four bytes from 2 MiB on, so what wraps it has the same size for one as large.
    const around = (payload: number): number => {
      answer.setPayload(responseOf(Buffer.alloc(payload, 'x')))
      return answer.serializeBinary().length - payload
    }
    const payload = MAX_MESSAGE_BYTES - around(4 * 1024 * 1024)
    answer.setPayload(responseOf(Buffer.alloc(payload, 'x')))
    const bytes = answer.serializeBinary()
    expect(bytes.length).toBe(MAX_MESSAGE_BYTES)
    await chaincode.sendBytes(bytes)
    const result = await call.result
    expect(result.status).toBe(200)
    expect(result.payload.length).toBe(payload)
  })

  test('a call that would be too large for the chaincode fails, and the chaincode stays', async () => {
    const at = await scene()
    expect(await at.attached.call('big', 'x'.repeat(51 * 1024 * 1024)).code).toBe('MESSAGE_TOO_LARGE')
    await nothingIsLost(at, at.chaincode)
  })
})
