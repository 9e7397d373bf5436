import type { Socket } from 'node:net'

/** What a connection speaks: HTTP/2 as gRPC does, TLS, or anything else. */
export type Spoken = 'http2' | 'tls' | 'other'

/** How HTTP/2 begins without TLS (RFC 9113, 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
/** A TLS handshake record (RFC 8446, 5.1). */
const HANDSHAKE = 0x16

/** Pure. */
export function spokenIn(first: Buffer): Spoken {
  if (first[0] === HANDSHAKE) return 'tls'
  const length = Math.min(first.length, PREFACE.length)
  return first.subarray(0, length).equals(PREFACE.subarray(0, length)) ? 'http2' : 'other'
}

/** Look at what a connection begins with, and leave it to be read. Never calls back if it says nothing. */
export function listenIn(socket: Socket, heard: (spoken: Spoken) => void): void {
  // One that breaks off before it says anything is of no interest.
  socket.on('error', () => socket.destroy())
  const look = () => {
    const first = socket.read() as Buffer | null
    if (first === null) return
    socket.off('readable', look)
    socket.unshift(first)
    heard(spokenIn(first))
  }
  socket.on('readable', look)
}
