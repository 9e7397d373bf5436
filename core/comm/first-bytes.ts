import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

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

/** A server that hears what each connection speaks before it hands it on. */
export interface ListeningDoor {
  /** Resolves with the port. Rejects with the system's error. */
  listen(host: string, port?: number): Promise<number>
  /** Accept no more, and end those that have not spoken yet. Resolves once all are closed. */
  close(): Promise<void>
}

export function listeningDoor(heard: (socket: Socket, spoken: Spoken) => void): ListeningDoor {
  const undecided = new Set<Socket>()
  const server = createServer((socket) => {
    undecided.add(socket)
    socket.once('close', () => undecided.delete(socket))
    listenIn(socket, (spoken) => {
      undecided.delete(socket)
      heard(socket, spoken)
    })
  })
  return {
    async listen(host, port = 0) {
      server.listen(port, host)
      await once(server, 'listening')
      return (server.address() as AddressInfo).port
    },
    async close() {
      const stopped = new Promise((resolve) => server.close(resolve))
      for (const socket of undecided) socket.destroy()
      await stopped
    },
  }
}
