import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import WebSocket, { WebSocketServer } from 'ws'
import { socketWire } from '../../renderer/wire/wire.ts'
import { later } from './later.ts'

test('a wire whose socket is cut opens another and goes on', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.on('connection', (socket) => socket.on('message', (data: Buffer) => socket.send(data.toString())))

  const wire = socketWire({ open: () => new WebSocket(`ws://127.0.0.1:${port}`) })
  const messages: unknown[] = []
  let opened = 0
  let closed = 0
  const reopened = later()
  const echoed = later()
  wire.onMessage((message) => {
    messages.push(message)
    if (messages.length === 1) for (const client of server.clients) client.terminate()
    else echoed.resolve()
  })
  wire.onClose(() => {
    closed += 1
  })
  wire.onOpen(() => {
    opened += 1
    wire.post({ opened })
    if (opened === 2) reopened.resolve()
  })

  await reopened.promise
  await echoed.promise
  expect(messages).toEqual([{ opened: 1 }, { opened: 2 }])
  expect({ opened, closed }).toEqual({ opened: 2, closed: 1 })
  wire.close()
  server.close()
  await once(server, 'close')
})
