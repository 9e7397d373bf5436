import { expect } from 'vitest'
import { ChaincodeInput, ChaincodeMessage, Response } from '../../core/protos/index.ts'
import type { CallRequest, CallResult } from '../../core/contract/call.ts'
import { PeerError, type ErrorCode } from '../../core/contract/error.ts'
import { fixture } from './fixtures.ts'
import { testPeer, type TestPeer } from './peer.ts'
import { RawChaincode, registerPayload } from './raw-chaincode.ts'
import { requests } from './requests.ts'

/** A chaincode that is opened as one its author starts: whoever registers under its name is it. */
export interface Attached {
  name: string
  /** `name:1.0`. */
  canonicalName: string
  /** Connect and register a chaincode that the test plays by hand. */
  register(): Promise<RawChaincode>
  /** The same while another one serves: its author lets it take over. */
  takeOver(): Promise<RawChaincode>
  /** Call it. Handled from the start, so that a test may wait for the outcome when it likes. */
  call(fn: string, ...args: string[]): Outcome
  submit(fn: string, ...args: string[]): Outcome
}

/** What became of a call: the result, or the code it failed with. */
export interface Outcome {
  result: Promise<CallResult>
  code: Promise<ErrorCode | 'none'>
  error: Promise<PeerError | undefined>
}

/** Open one in a peer. Nothing is started. */
export async function openAttached(
  { api, address, eventually }: Pick<TestPeer, 'api' | 'address' | 'eventually'>,
  { name = 'raw', ...args }: { name?: string; version?: string; channel?: string; initRequired?: boolean } = {},
): Promise<Attached> {
  const folder = await fixture('javascript-shim', 'bare')
  await api.openChaincode({ folder, name, version: '1.0', startedBy: 'you', watch: false, ...args })
  const canonicalName = `${name}:${args.version ?? '1.0'}`
  const request = (fn: string, given: string[]): CallRequest => ({ chaincode: name, function: fn, args: given })
  return {
    name,
    canonicalName,
    register: () => RawChaincode.register(address(), canonicalName),
    async takeOver() {
      const chaincode = await RawChaincode.connect(address())
      await chaincode.send({ type: 'REGISTER', payload: registerPayload(canonicalName) })
      const { id } = await eventually('it wants to take over', (state) => state.chaincodes[name]?.takeover)
      expect(chaincode.received).toEqual([])
      await api.answerTakeover({ name, id, accept: true })
      await chaincode.receive('REGISTERED')
      await chaincode.receive('READY')
      return chaincode
    },
    call: (fn, ...given) => outcome(api.evaluate(request(fn, given))),
    submit: (fn, ...given) => outcome(api.submit(request(fn, given))),
  }
}

/** A peer with one such chaincode, named `raw`, that is registered. */
export async function attachedPeer(
  settings: Parameters<typeof testPeer>[0] = {},
): Promise<{ peer: TestPeer; attached: Attached; chaincode: RawChaincode }> {
  const peer = await testPeer(settings)
  const attached = await openAttached(peer)
  return { peer, attached, chaincode: await attached.register() }
}

/** Commit keys in one transaction. */
export async function seed(
  attached: Attached,
  chaincode: RawChaincode,
  entries: [key: string, value: string][],
): Promise<void> {
  const call = attached.submit('seed')
  const transaction = await nextTransaction(chaincode)
  for (const [key, value] of entries) await transaction.ask('PUT_STATE', requests.put(key, value))
  await transaction.complete()
  expect(await call.result).toMatchObject({ validationCode: 'VALID' })
}

/** A call comes through and back: the peer and the chaincode are in good order. */
export async function stillServes(attached: Attached, chaincode: RawChaincode): Promise<void> {
  const call = attached.call('hello')
  await (await nextTransaction(chaincode)).complete('here')
  expect(await call.result).toMatchObject({ status: 200, payload: 'here' })
}

export function outcome(result: Promise<CallResult>): Outcome {
  const error = result.then(
    () => undefined,
    (thrown: unknown) => PeerError.from(thrown),
  )
  return { result, error, code: error.then((failed) => failed?.code ?? 'none') }
}

/** The transaction that a raw chaincode was sent next, and ways to take part in it. */
export interface RawTransaction {
  message: ChaincodeMessage
  /** Function and arguments. */
  args: string[]
  /** Send something in this transaction; resolves once it was handed to the transport. */
  send(type: Parameters<RawChaincode['send']>[0]['type'], payload?: Uint8Array): Promise<void>
  /** Send a request and wait for its answer. */
  ask(type: Parameters<RawChaincode['send']>[0]['type'], payload?: Uint8Array): Promise<ChaincodeMessage>
  /** COMPLETED, with this status and payload. */
  complete(payload?: string | Uint8Array, status?: number): Promise<void>
}

/** Wait for the next TRANSACTION (or INIT). */
export async function nextTransaction(
  chaincode: RawChaincode,
  type: 'TRANSACTION' | 'INIT' = 'TRANSACTION',
): Promise<RawTransaction> {
  const message = await chaincode.receive(type)
  const of = { txid: message.getTxid(), channel: message.getChannelId() }
  const input = ChaincodeInput.deserializeBinary(message.getPayload_asU8())
  const send: RawTransaction['send'] = (sent, payload) =>
    chaincode.send({ type: sent, ...of, ...(payload === undefined ? {} : { payload }) })
  return {
    message,
    args: input.getArgsList_asU8().map((arg) => Buffer.from(arg).toString()),
    send,
    async ask(asked, payload) {
      await send(asked, payload)
      return chaincode.receive()
    },
    complete: (payload = '', status = 200) => send('COMPLETED', responseOf(payload, status)),
  }
}

/** A marshalled peer.Response. */
export function responseOf(payload: string | Uint8Array, status = 200): Uint8Array {
  const response = new Response()
  response.setStatus(status)
  response.setPayload(Buffer.from(payload))
  return response.serializeBinary()
}

/** The text that an ERROR carries. */
export function textOf(message: ChaincodeMessage): string {
  return Buffer.from(message.getPayload_asU8()).toString()
}

/** `GET_STATE`: the name of a message's type. */
export function typeOf(message: ChaincodeMessage): string {
  const type = message.getType()
  return Object.entries(ChaincodeMessage.Type).find(([, number]) => number === type)?.[0] ?? String(type)
}
