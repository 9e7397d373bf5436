import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { PeerError } from '../../core/contract/error.ts'
import { securityHeaders } from './security-headers.ts'

const TEXT = { 'Content-Type': 'text/plain; charset=utf-8' }

/** The answer to one request. */
export interface Reply {
  send(status: number, body: string | Buffer, headers: Record<string, string>): void
  refuse(status: number, reason: string): void
}

/** For a request whose Host header is our own. */
export function replyTo({ headers, method }: IncomingMessage, response: ServerResponse): Reply {
  const common = securityHeaders(`'self' ws://${headers.host ?? ''}`)
  const send: Reply['send'] = (status, body, more) => {
    response.writeHead(status, { ...common, 'Content-Length': Buffer.byteLength(body), ...more })
    response.end(method === 'HEAD' ? undefined : body)
  }
  return { send, refuse: (status, reason) => send(status, refusal(reason), TEXT) }
}

/** Refuse a request for a host that isn't ours, without writing that host into a header. */
export function refuseHost(response: ServerResponse, reason: string): void {
  response.writeHead(403, { ...securityHeaders("'none'"), ...TEXT })
  response.end(refusal(reason))
}

export function refuseUpgrade(socket: Duplex, reason: string): void {
  const body = refusal(reason)
  socket.once('error', () => socket.destroy())
  socket.end(
    `HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

/** A browser shows this text as it is. */
function refusal(reason: string): string {
  const { what, why, do: advice } = new PeerError('DOOR_REFUSED', { reason }).parts
  return `${what}\n${why}\n${advice}\n`
}
