import { createServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { ChaincodeMessage } from '../../core/protos/index.ts'
import { frame, RawChaincode, registerPayload } from './raw-chaincode.ts'

/** The least a peer could be: hands its stream to the test. */
async function listen(onStream: (stream: ServerHttp2Stream) => void): Promise<string> {
  const server = createServer()
  const streams = new Set<ServerHttp2Stream>()
  server.on('stream', (stream) => {
    streams.add(stream)
    stream.on('error', () => {})
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    onStream(stream)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const stream of streams) stream.destroy()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

function message(type: keyof typeof ChaincodeMessage.Type): Uint8Array {
  const encoded = new ChaincodeMessage()
  encoded.setType(ChaincodeMessage.Type[type])
  return encoded.serializeBinary()
}

test('registers, and receives messages however they are cut', async () => {
  const address = await listen((stream) => {
    stream.once('data', () => {
      const bytes = Buffer.concat([frame(message('REGISTERED')), frame(message('READY'))])
      stream.write(bytes.subarray(0, 3))
      setTimeout(() => stream.write(bytes.subarray(3, 9)), 5)
      setTimeout(() => stream.write(bytes.subarray(9)), 10)
    })
  })
  const chaincode = await RawChaincode.register(address, 'raw:1.0')
  expect(chaincode.received).toHaveLength(2)
})

test('sends what it is told, framed or raw', async () => {
  const got: Buffer[] = []
  const address = await listen((stream) => stream.on('data', (chunk: Buffer) => got.push(chunk)))
  const chaincode = await RawChaincode.connect(address)
  await chaincode.send({ type: 99, txid: 't' })
  await chaincode.sendRaw(Buffer.from([0, 0]))
  await expect.poll(() => Buffer.concat(got).length).toBeGreaterThanOrEqual(10)
  const bytes = Buffer.concat(got)
  const length = bytes.readUInt32BE(1)
  const sent = ChaincodeMessage.deserializeBinary(bytes.subarray(5, 5 + length))
  expect([sent.getType(), sent.getTxid()]).toEqual([99, 't'])
  await expect.poll(() => Buffer.concat(got).length).toBe(5 + length + 2)
})

test('tells how the peer ended the stream', async () => {
  const address = await listen((stream) => {
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '2', 'grpc-message': 'no%20thanks' }))
    stream.once('data', () => stream.end())
  })
  const chaincode = await RawChaincode.connect(address)
  await chaincode.sendBytes(registerPayload('raw:1.0'))
  expect(await chaincode.ended).toEqual({ code: 2, message: 'no thanks' })
  await expect(chaincode.receive()).rejects.toThrow(/ended \(2 no thanks\)/)
})
