import { once } from 'node:events'
import { Client, credentials, Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js'
import { GatewayService } from '../../core/protos/clients.ts'
import type { Scope } from './scope.ts'

const bytes = (value: Uint8Array) => Buffer.from(value.buffer, value.byteOffset, value.length)
const METHOD = {
  ...GatewayService.chaincodeEvents,
  requestDeserialize: bytes,
  requestSerialize: bytes,
  responseSerialize: bytes,
  responseDeserialize: bytes,
}

/**
 * The least that can replay events: a gRPC server that sends the very messages of a peer's ChaincodeEvents, which it has at
 * hand. The first request is passed on to the peer, and its answers kept.
 * @param count how many messages
 * @returns its address
 */
export async function startReplayFloor(scope: Scope, peer: string, count: number): Promise<string> {
  const client = new Client(peer, credentials.createInsecure())
  scope.defer(() => client.close())
  let messages: Promise<Buffer[]> | undefined
  const server = new Server()
  server.addService(
    { chaincodeEvents: METHOD },
    {
      chaincodeEvents(call: ServerWritableStream<Buffer, Buffer>) {
        messages ??= answersOf(client, call.request, count)
        // A listener that has heard enough hangs up.
        call.on('error', () => undefined)
        messages.then(
          (all) => send(call, all),
          (error: unknown) => call.emit('error', error),
        )
      },
    },
  )
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound)
      else reject(error)
    })
  })
  scope.defer(() => server.forceShutdown())
  return `127.0.0.1:${port}`
}

async function send(call: ServerWritableStream<Buffer, Buffer>, messages: Buffer[]): Promise<void> {
  for (const message of messages) {
    if (call.cancelled) return
    if (!call.write(message)) await Promise.race([once(call, 'drain'), once(call, 'cancelled')])
  }
}

async function answersOf(client: Client, request: Buffer, count: number): Promise<Buffer[]> {
  const call = client.makeServerStreamRequest(METHOD.path, bytes, bytes, request)
  const messages: Buffer[] = []
  for await (const message of call as AsyncIterable<Buffer>) if (messages.push(message) === count) break
  return messages
}
