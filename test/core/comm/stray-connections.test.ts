import { once } from 'node:events'
import { get } from 'node:http'
import { connect as connectTls } from 'node:tls'
import { Client, credentials, status } from '@grpc/grpc-js'
import { expect, onTestFinished, test } from 'vitest'
import { listenForChaincode } from '../../../core/comm/chaincode-listener.ts'
import { spokenIn } from '../../../core/comm/first-bytes.ts'
import type { PeerError } from '../../../core/contract/error.ts'

/** A listener, and the first thing that connects to it and isn't chaincode. */
async function listening() {
  let tell: (error: PeerError) => void = () => undefined
  const stray = new Promise<PeerError>((resolve) => (tell = resolve))
  const streams: string[] = []
  const listener = await listenForChaincode(
    '127.0.0.1:0',
    async ({ from }) => {
      await Promise.resolve(streams.push(from))
    },
    undefined,
    tell,
  )
  onTestFinished(() => listener.close())
  return { address: listener.address, port: Number(listener.address.split(':')[1]), stray, streams }
}

test('a chaincode with TLS is named, and its connection ended', async () => {
  const { port, stray, address } = await listening()
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false })
  const ended = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => undefined)
  const error = await stray
  expect(error.code).toBe('CHAINCODE_SPEAKS_TLS')
  expect(error.details).toMatchObject({ address, from: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as unknown })
  await ended
})

test('a browser is named', async () => {
  const { port, stray } = await listening()
  const request = get({ host: '127.0.0.1', port })
  const failed = once(request, 'error')
  expect((await stray).code).toBe('NOT_GRPC')
  await failed
})

test('a client application is named, and told where it is', async () => {
  const { address, stray } = await listening()
  const client = new Client(address, credentials.createInsecure())
  onTestFinished(() => client.close())
  const answer = await new Promise<{ code: status; details: string }>((resolve) => {
    const bytes = (value: Buffer) => value
    client.makeUnaryRequest('/gateway.Gateway/Evaluate', bytes, bytes, Buffer.alloc(0), (error) => {
      if (error !== null) resolve(error)
    })
  })
  expect(answer).toMatchObject({ code: status.UNIMPLEMENTED, details: expect.stringContaining('chaincode') as unknown })
  const error = await stray
  expect(error.code).toBe('CLIENT_ON_CHAINCODE_PORT')
  expect(error.details).toMatchObject({ method: '/gateway.Gateway/Evaluate' })
})

test('one that says nothing doesn’t keep the listener from closing', async () => {
  const { port } = await listening()
  const { connect } = await import('node:net')
  await once(connect(port, '127.0.0.1'), 'connect')
})

test.each([
  ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0', 'http2'],
  ['PRI', 'http2'],
  ['\u0016\u0003\u0001', 'tls'],
  ['GET / HTTP/1.1\r\n', 'other'],
])('%j is %s', (bytes, spoken) => {
  expect(spokenIn(Buffer.from(bytes, 'latin1'))).toBe(spoken)
})
