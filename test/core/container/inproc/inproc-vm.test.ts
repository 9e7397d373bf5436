import { describe, expect, onTestFinished, test } from 'vitest'
import { steps } from '../../../support/start-steps.ts'
import { ChaincodeMessage, Response } from '../../../../core/protos/index.ts'
import type { ChaincodeStream } from '../../../../core/comm/chaincode-stream.ts'
import { InprocVM } from '../../../../core/container/inproc/inproc-vm.ts'
import type { InprocChaincode } from '../../../../core/container/inproc/shim.ts'
import { streamPair } from '../../../../core/container/inproc/stream-pair.ts'
import type { StartSpec } from '../../../../core/container/vm.ts'
import { CC, launchScene, pong } from '../../chaincode/launch-scene.ts'

const never = new AbortController().signal
const SPEC: StartSpec = { ccid: 'asset:1.0', containerName: 'inproc-asset', args: [], env: {} }

/** A VM whose peer is the test: it holds the other end of every stream that was opened. */
function vmOf(chaincode: InprocChaincode): { vm: InprocVM; streams: ChaincodeStream[]; hungUp: () => void } {
  const streams: ChaincodeStream[] = []
  let hungUp: () => void = () => undefined
  const served = new Promise<void>((resolve) => (hungUp = resolve))
  const vm = new InprocVM((stream) => {
    streams.push(stream)
    return served
  })
  vm.register(SPEC.ccid, chaincode)
  onTestFinished(hungUp)
  return { vm, streams, hungUp }
}

function messageOf(type: keyof typeof ChaincodeMessage.Type, payload = ''): ChaincodeMessage {
  const message = new ChaincodeMessage()
  message.setType(ChaincodeMessage.Type[type])
  message.setTxid('tx')
  message.setPayload(Buffer.from(payload))
  return message
}

async function next(stream: ChaincodeStream): Promise<ChaincodeMessage> {
  const result = await stream.incoming[Symbol.asyncIterator]().next()
  if (result.done === true) throw new Error('the stream has ended')
  return result.value
}

describe('InprocVM', () => {
  test('knows only what is registered, once', async () => {
    const { vm } = vmOf(pong)
    await expect(vm.start({ ...SPEC, ccid: 'nosuch:1.0' }, never, steps)).rejects.toMatchObject({
      code: 'VM_NOT_FOUND',
      details: { known: ['asset:1.0'] },
    })
    expect(() => vm.register(SPEC.ccid, pong)).toThrow(/already registered/)
  })

  test('starts a chaincode that registers as any other does, and is one instance at a time', async () => {
    const { vm, streams, hungUp } = vmOf(pong)
    const instance = await vm.start(SPEC, never, steps)
    expect(instance.containerName).toBe(SPEC.containerName)
    const [stream] = streams
    if (stream === undefined) throw new Error('no stream was opened')
    expect(stream.from).toBe('in-process')
    expect((await next(stream)).getType()).toBe(ChaincodeMessage.Type.REGISTER)
    await expect(vm.start(SPEC, never, steps)).rejects.toThrow(/running/)
    hungUp()
    await Promise.all([instance.stop(), instance.stop()])
    expect(await instance.exited).toMatchObject({ code: 0, signal: null, output: [] })
    await (await vm.start(SPEC, never, steps)).stop()
  })

  test('a stream that breaks is a panic, told in its exit; the VM can start it again', async () => {
    const { vm, streams, hungUp } = vmOf(pong)
    const instance = await vm.start(SPEC, never, steps)
    streams[0]?.end(new Error('it broke'))
    hungUp()
    expect(await instance.exited).toMatchObject({ code: 1, output: ['it broke'] })
    await (await vm.start(SPEC, never, steps)).stop()
  })

  test.each([
    ['an error', () => Promise.reject(new Error('boom')), 'boom'],
    [
      'before it awaits anything',
      () => {
        throw new TypeError('sync')
      },
      'sync',
    ],
  ])('a chaincode that throws %s answers 500 and goes on', async (_what, invoke, message) => {
    const scene = await launchScene()
    let calls = 0
    scene.vm = scene.newVM({ invoke: (stub) => (calls++ === 0 ? invoke() : pong.invoke(stub)) })
    await scene.support.launch(CC)
    expect(await scene.execute(CC.name, 'x')).toBe(`500 ${message}`)
    expect(await scene.execute(CC.name, 'x')).toBe('200 pong')
  })

  test('its stub asks the peer as a shim does: one request of a transaction at a time', async () => {
    const scene = await launchScene()
    scene.vm = scene.newVM({
      async invoke(stub) {
        await Promise.all(Array.from({ length: 150 }, (_, i) => stub.putState(`k${i}`, Buffer.from(`v${i}`))))
        const [read, all] = await Promise.all([stub.getState('k1'), stub.getStateByRange('', '')])
        // As in Fabric, a transaction does not see its own writes.
        return Buffer.from(`${stub.txId} ${stub.channel} ${stub.args.length} ${read.length} ${all.length}`)
      },
    })
    await scene.support.launch(CC)
    expect(await scene.execute(CC.name, 'x', 'y')).toBe('200 tx ch1 2 0 0')
  })

  test('a request that the peer refuses is thrown where it was asked', async () => {
    const { vm, streams, hungUp } = vmOf({
      async invoke(stub) {
        const refused = await stub.getState('k').catch((error: unknown) => error)
        return Buffer.from(refused instanceof Error ? `refused: ${refused.message}` : 'not refused')
      },
    })
    const instance = await vm.start(SPEC, never, steps)
    const [stream] = streams
    if (stream === undefined) throw new Error('no stream was opened')
    const incoming = stream.incoming[Symbol.asyncIterator]()
    const taken = async () => (await incoming.next()).value as ChaincodeMessage
    expect((await taken()).getType()).toBe(ChaincodeMessage.Type.REGISTER)
    // Answers to nothing, and messages that no chaincode knows, are ignored.
    for (const stray of ['REGISTERED', 'READY', 'RESPONSE', 'ERROR', 'KEEPALIVE'] as const)
      stream.send(messageOf(stray))
    stream.send(messageOf('TRANSACTION'))
    expect((await taken()).getType()).toBe(ChaincodeMessage.Type.GET_STATE)
    stream.send(messageOf('ERROR', 'no ledger context'))
    const answer = await taken()
    expect(answer.getType()).toBe(ChaincodeMessage.Type.COMPLETED)
    const response = Response.deserializeBinary(answer.getPayload_asU8())
    expect(Buffer.from(response.getPayload_asU8()).toString()).toBe('refused: no ledger context')
    hungUp()
    await instance.stop()
  })
})

describe('an in-memory stream', () => {
  test('keeps the order, and ends after what was sent before', async () => {
    const { peer, chaincode } = streamPair()
    peer.send(messageOf('READY'))
    peer.send(messageOf('TRANSACTION'))
    peer.end()
    peer.send(messageOf('INIT'))
    const types: number[] = []
    for await (const message of chaincode.incoming) types.push(message.getType())
    expect(types).toEqual([ChaincodeMessage.Type.READY, ChaincodeMessage.Type.TRANSACTION])
    // Either side ends both: nothing more is read, nothing more is sent.
    chaincode.send(messageOf('COMPLETED'))
    for await (const message of peer.incoming) throw new Error(`received ${message.getType()}`)
  })

  test('hands over the error it was ended with, and wakes who waits', async () => {
    const { peer, chaincode } = streamPair()
    const waiting = next(chaincode)
    peer.end(new Error('replaced'))
    await expect(waiting).rejects.toThrow('replaced')
    peer.end(new Error('twice'))
    chaincode.end()
  })
})
