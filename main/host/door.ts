import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { PeerError } from '../../core/contract/error.ts'
import { securityHeaders, type Assets } from './assets.ts'
import { bridge, type Wire } from './bridge.ts'
import { doorGuard, newSecret, type DoorGuard } from './door-guard.ts'
import type { Announcement, Host } from './host.ts'

export interface DoorConfig {
  /** 0, the default: any free one. */
  port?: number
  /** What a browser is shown; without it only command lines are let in. */
  assets?: Assets
}

/** The browser door: HTTP and WebSocket on the loopback address. */
export interface Door extends AsyncDisposable {
  readonly port: number
  /** For peer.json: how a command line reaches the wire. */
  readonly announcement: Announcement
  /** An address that lets one browser in, once; its further tabs need none. */
  newAddress(): string
  /** Ends every connection. Idempotent. */
  close(): Promise<void>
}

/** Two arguments of 50 MB, the most a chaincode takes, as base64. */
const MAX_MESSAGE = 160 * 1024 * 1024
/** A page that does not read must not fill the memory: it is let go, and connects again. */
const MAX_UNREAD = 64 * 1024 * 1024
const BEAT_MS = 30_000

/** Open the door to a host. Throws DOOR_PORT_TAKEN, or USAGE for a port that may not be used. */
export async function openDoor(host: Host, config: DoorConfig = {}): Promise<Door> {
  const server = createServer({ maxHeaderSize: 16 * 1024 })
  const port = await listen(server, config.port ?? 0)
  const token = newSecret()
  const guard = doorGuard(port, token)
  const newAddress = () => `http://127.0.0.1:${port}/?token=${guard.newToken()}`
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false })

  server.on('request', (request, response) => answer(request, response, { guard, assets: config.assets, newAddress }))
  server.on('upgrade', (request, socket, head) => {
    const refused = request.url === '/wire' ? guard.refusesSocket(request.headers) : 'There is no such wire.'
    if (refused !== undefined) return refuseUpgrade(socket, refused)
    sockets.handleUpgrade(request, socket, head, (ws) => serveWire(host, ws))
  })
  const beat = setInterval(() => {
    for (const ws of sockets.clients) ws.ping()
  }, BEAT_MS)
  beat.unref()

  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= new Promise((settle) => {
      clearInterval(beat)
      for (const ws of sockets.clients) ws.terminate()
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

function listen(server: Server, port: number): Promise<number> {
  return new Promise((settle, reject) => {
    server.once('error', (error) => {
      const taken = 'code' in error && error.code === 'EADDRINUSE'
      const message = `The browser door cannot listen on port ${port}: ${error.message}.`
      const options = { cause: error }
      reject(
        taken
          ? new PeerError('DOOR_PORT_TAKEN', { address: `127.0.0.1:${port}` }, options)
          : new PeerError('USAGE', { message }, options),
      )
    })
    server.listen(port, '127.0.0.1', () => settle((server.address() as AddressInfo).port))
  })
}

interface Answering {
  guard: DoorGuard
  assets: Assets | undefined
  newAddress: () => string
}

function answer(request: IncomingMessage, response: ServerResponse, { guard, assets, newAddress }: Answering): void {
  const { headers, method, url = '/' } = request
  const base = securityHeaders(`'self' ws://${headers.host ?? ''}`)
  const send = (status: number, body: string | Buffer, more: Record<string, string>) => {
    response.writeHead(status, { ...base, 'Content-Length': Buffer.byteLength(body), ...more })
    response.end(method === 'HEAD' ? undefined : body)
  }
  const refuse = (status: number, reason: string) =>
    send(status, refusal(reason), { 'Content-Type': 'text/plain; charset=utf-8' })

  const wrongHost = guard.refusesHost(headers)
  // A host that is not ours must not be written back into a header either.
  if (wrongHost !== undefined) {
    response.writeHead(403, { ...securityHeaders("'none'"), 'Content-Type': 'text/plain; charset=utf-8' })
    return void response.end(refusal(wrongHost))
  }
  if (method === 'POST' && url === '/address' && guard.hasBearer(headers) && assets !== undefined) {
    return send(200, JSON.stringify({ address: newAddress() }), { 'Content-Type': 'application/json' })
  }
  if (method !== 'GET' && method !== 'HEAD') return refuse(405, `It does not take ${method ?? 'that'}.`)
  if (assets === undefined)
    return refuse(404, 'This Slipway shows its window elsewhere; only command lines come in here.')

  // Taken as it came: a target need not be a URL, and one that is not normal is not one of our files.
  const [pathname = '', ...query] = url.split('?')
  const token = new URLSearchParams(query.join('?')).get('token')
  if (pathname === '/' && token !== null && method === 'GET') {
    const session = guard.exchange(token)
    if (session !== undefined) return welcome(headers['sec-fetch-site'] === 'cross-site', guard.cookie(session), send)
    if (!guard.hasSession(headers)) return refuse(403, 'That address was used already, or is of an earlier start.')
  }
  if (!guard.hasSession(headers)) return refuse(403, 'This browser has no session here.')
  const asset = assets.get(pathname)
  if (asset === undefined) return refuse(404, `There is nothing at ${pathname}.`)
  send(200, asset.body, asset.headers)
}

type Send = (status: number, body: string, headers: Record<string, string>) => void

/**
 * On to the page itself, without the token in its address. A browser that followed a link of another page (a
 * terminal in the browser) would not show a strict cookie after a redirect: there the page itself goes on.
 */
function welcome(fromElsewhere: boolean, cookie: string, send: Send): void {
  const headers = { 'Set-Cookie': cookie, 'Cache-Control': 'no-store' }
  if (!fromElsewhere) return send(303, '', { ...headers, Location: '/' })
  send(200, '<!doctype html><meta http-equiv="refresh" content="0; url=/"><title>Slipway</title>', {
    ...headers,
    'Content-Type': 'text/html; charset=utf-8',
  })
}

/** The refusal in words: the browser's page shows them as they are. */
function refusal(reason: string): string {
  const { what, why, do: advice } = new PeerError('DOOR_REFUSED', { reason }).parts
  return `${what}\n${why}\n${advice}\n`
}

function refuseUpgrade(socket: Duplex, reason: string): void {
  const body = refusal(reason)
  socket.once('error', () => socket.destroy())
  socket.end(
    `HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

function serveWire(host: Host, ws: WebSocket): void {
  const bridged = bridge(host, socketWire(ws))
  ws.once('close', () => bridged.close())
  // What is wrong with a socket ends it, and `close` follows.
  ws.on('error', () => ws.terminate())
}

const UNSUPPORTED_DATA = 1003

function socketWire(ws: WebSocket): Wire {
  return {
    post(message) {
      if (ws.readyState !== ws.OPEN) return
      if (ws.bufferedAmount > MAX_UNREAD) return ws.terminate()
      ws.send(JSON.stringify(message))
    },
    onMessage(heard) {
      const listener = (data: { toString(): string }, isBinary: boolean) => {
        if (isBinary) return ws.close(UNSUPPORTED_DATA)
        let message: unknown
        try {
          message = JSON.parse(data.toString())
        } catch {
          // Not one of our pages: nothing it says further can be meant for us.
          return ws.close(UNSUPPORTED_DATA)
        }
        heard(message)
      }
      ws.on('message', listener)
      return () => ws.off('message', listener)
    },
  }
}
