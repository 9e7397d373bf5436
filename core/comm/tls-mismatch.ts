import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Who speaks TLS, where only one side does. */
export type TlsSide = 'server' | 'peer'

/** A chaincode server and the peer disagree about TLS. The message is for a person. */
export class TlsMismatch extends Error {
  readonly side: TlsSide

  constructor(side: TlsSide, cause: unknown) {
    super(side === 'server' ? 'It speaks TLS, and Slipway doesn’t.' : 'It speaks gRPC without TLS.', { cause })
    this.side = side
  }
}

/** How long a server has to show what it speaks. */
const LOOK_MS = 2_000

/** A client's first words in HTTP/2: its preface, and settings without any (RFC 9113, 3.4 and 6.5). */
const HELLO = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])])
/** A frame's type, in its fourth byte: SETTINGS, with which a server begins. */
const SETTINGS = 4

/**
 * Why a server that listens can't be talked to, if it is that only one side speaks TLS; undefined if it is anything
 * else. Asks the server itself: what gRPC reports depends on how the other side chokes. Never rejects.
 */
export async function tlsMismatch(
  address: string,
  withTls: boolean,
  signal: AbortSignal,
): Promise<TlsSide | undefined> {
  const colon = address.lastIndexOf(':')
  const [host, port] = [address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), Number(address.slice(colon + 1))]
  if (withTls) {
    const socket = connectTcp(port, host)
    socket.once('connect', () => socket.write(HELLO))
    const isHttp2 = await answered(
      socket,
      signal,
      () => new Promise<boolean>((resolve) => socket.once('data', (first: Buffer) => resolve(first[3] === SETTINGS))),
    )
    return isHttp2 ? 'peer' : undefined
  }
  // Whether its certificate is any good isn't the question.
  const socket = connectTls({ host, port, rejectUnauthorized: false, ALPNProtocols: ['h2'] })
  const isTls = await answered(
    socket,
    signal,
    () => new Promise<boolean>((resolve) => socket.once('secureConnect', () => resolve(true))),
  )
  return isTls ? 'server' : undefined
}

/** False if it breaks off or says nothing in time. */
async function answered(socket: Socket, signal: AbortSignal, answer: () => Promise<boolean>): Promise<boolean> {
  const ended = new AbortController()
  const given = new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
    socket.setTimeout(LOOK_MS, () => resolve(false))
    signal.addEventListener('abort', () => resolve(false), { once: true, signal: ended.signal })
  })
  try {
    return await Promise.race([answer(), given])
  } finally {
    ended.abort()
    socket.destroy()
  }
}
