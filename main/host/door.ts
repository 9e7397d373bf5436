import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import { PeerError } from '../../core/contract/error.ts'
import { doorGuard, newSecret, type DoorGuard } from './door-guard.ts'
import type { Announcement, Host } from './host.ts'
import { refuseHost, refuseUpgrade, replyTo, type Reply } from './http-reply.ts'
import { serveSocket } from './socket-wire.ts'

export interface DoorConfig {
  /** Default 0: any free port. */
  port?: number | undefined
  /** For browsers; without it the door admits only command lines. */
  pages?: Pages | undefined
}

/** Answers what a browser requests. */
export interface Pages {
  /** GET and HEAD. */
  get(request: IncomingMessage, reply: Reply, guard: DoorGuard): void
  /** False if the path isn't one of its own. */
  post?(request: IncomingMessage, reply: Reply, guard: DoorGuard): boolean
}

/** The way into a host for browsers and command lines: HTTP and WebSocket on the loopback address. */
export interface Door extends AsyncDisposable {
  readonly port: number
  /** For peer.json: how a command line reaches the wire. */
  readonly announcement: Announcement
  /** An address that admits one browser, once; further tabs of that browser need none. */
  newAddress(): string
  /** Ends every connection. Idempotent. */
  close(): Promise<void>
}

/** Two arguments of 50 MB, the most a chaincode takes, as base64. */
const MAX_MESSAGE = 160 * 1024 * 1024
const BEAT_MS = 30_000
/** The close code that says why: the window tells a Slipway that was stopped from one that crashed. */
const GOING_AWAY = 1001
const CLOSES_WITHIN_MS = 250

/** @throws PeerError DOOR_PORT_TAKEN, or USAGE for a port that isn't allowed */
export async function openDoor(host: Host, { port: wanted = 0, pages }: DoorConfig = {}): Promise<Door> {
  const server = createServer({ maxHeaderSize: 16 * 1024 })
  const port = await listen(server, wanted)
  const token = newSecret()
  const guard = doorGuard(port, token)
  const newAddress = () => `http://127.0.0.1:${port}/?token=${guard.newToken()}`
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false })

  server.on('request', (request, response) => answer(request, response, { guard, pages, newAddress }))
  server.on('upgrade', (request, socket, head) => {
    const refused = request.url === '/wire' ? guard.refusesSocket(request.headers) : "This path isn't a wire."
    if (refused !== undefined) return refuseUpgrade(socket, refused)
    sockets.handleUpgrade(request, socket, head, (ws) => serveSocket(host, ws))
  })
  const beat = setInterval(() => {
    for (const ws of sockets.clients) ws.ping()
  }, BEAT_MS)
  beat.unref()

  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= new Promise((settle) => {
      clearInterval(beat)
      for (const ws of sockets.clients) goodbye(ws)
      sockets.close()
      server.close(() => settle())
      server.closeAllConnections()
    })
    return closed
  }
  return {
    port,
    announcement: { url: `ws://127.0.0.1:${port}/wire`, token },
    newAddress,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function goodbye(ws: WebSocket): void {
  const cut = setTimeout(() => ws.terminate(), CLOSES_WITHIN_MS)
  ws.once('close', () => clearTimeout(cut))
  ws.close(GOING_AWAY, 'Slipway was stopped')
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((settle, reject) => {
    server.once('error', (cause) => {
      const taken = 'code' in cause && cause.code === 'EADDRINUSE'
      const message = `The browser door can't listen on port ${port}: ${cause.message}.`
      reject(
        taken
          ? new PeerError('DOOR_PORT_TAKEN', { address: `127.0.0.1:${port}` }, { cause })
          : new PeerError('USAGE', { message }, { cause }),
      )
    })
    server.listen(port, '127.0.0.1', () => settle((server.address() as AddressInfo).port))
  })
}

interface Answering {
  guard: DoorGuard
  pages: Pages | undefined
  newAddress: () => string
}

function answer(request: IncomingMessage, response: ServerResponse, { guard, pages, newAddress }: Answering): void {
  const { headers, method, url } = request
  const wrongHost = guard.refusesHost(headers)
  if (wrongHost !== undefined) return refuseHost(response, wrongHost)
  const reply = replyTo(request, response)
  if (method === 'POST' && url === '/address' && guard.hasBearer(headers) && pages !== undefined) {
    return reply.send(200, JSON.stringify({ address: newAddress() }), { 'Content-Type': 'application/json' })
  }
  if (method === 'POST' && pages?.post?.(request, reply, guard) === true) return
  if (method !== 'GET' && method !== 'HEAD') return reply.refuse(405, `It doesn't accept ${method ?? 'this method'}.`)
  if (pages === undefined)
    return reply.refuse(404, 'This Slipway has its window elsewhere and admits only command lines.')
  pages.get(request, reply, guard)
}
