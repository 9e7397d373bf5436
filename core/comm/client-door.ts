import type { Socket } from 'node:net'
import { createHash } from 'node:crypto'
import { createServer, type TLSSocket } from 'node:tls'
import { PeerError } from '../contract/error.ts'
import { messageOf } from '../contract/error-message.ts'
import type { KeyPair } from '../msp/make-certificates.ts'
import { listeningDoor, type ListeningDoor } from './first-bytes.ts'

/** TLS of a port for client applications. */
export interface ClientTls {
  server: KeyPair
  /** The CAs whose client certificates are accepted, PEM. */
  clientRoots: readonly string[]
  /** Whether a client has to have one (`peer.tls.clientAuthRequired`); it is asked for one in any case, as by a peer. */
  clientAuthRequired: boolean
}

/** What the clients' connections are bound to: the TLS certificates that they showed. */
export interface TlsClients {
  /** SHA-256 of the certificate of the client at that `host:port`; undefined if it showed none. */
  hashOf(from: string): Uint8Array | undefined
  /** The same, while its connection is open. */
  set(from: string, hash: Uint8Array, socket: Socket): void
}

export function tlsClients(): TlsClients {
  const hashes = new Map<string, Uint8Array>()
  return {
    hashOf: (from) => hashes.get(from),
    set(from, hash, socket) {
      hashes.set(from, hash)
      socket.once('close', () => hashes.delete(from))
    },
  }
}

export interface ClientDoor extends ListeningDoor {
  /** Accept clients of these CAs too, from now on. */
  trust(clientRoots: readonly string[]): void
}

/** How long a client has for its TLS handshake, in milliseconds. */
const HANDSHAKE_MS = 30_000

/**
 * The door of a port for client applications. What speaks TLS where the port doesn't, or the reverse, can't be refused in
 * a way that it understands: it is cut, and told to whoever watches.
 * @param serve takes over what speaks HTTP/2, inside TLS where there is TLS
 * @param address of the port, once it listens
 */
export function clientDoor(
  serve: (connection: Socket) => void,
  address: () => string,
  { tls, clients, stray }: { tls: ClientTls | undefined; clients: TlsClients; stray: (error: PeerError) => void },
): ClientDoor {
  const open = new Set<Socket>()
  const secured = tls && tlsServer(tls)
  secured?.on('secureConnection', (connection: TLSSocket) => {
    const { raw } = connection.getPeerCertificate() as { raw?: Buffer }
    if (raw !== undefined) clients.set(peerOf(connection), createHash('sha256').update(raw).digest(), connection)
    serve(connection)
  })
  secured?.on('tlsClientError', (error, connection) => {
    const from = peerOf(connection)
    connection.destroy()
    // Node ends a connection whose certificate nobody vouches for without an error, and leaves the reason there: a code.
    const unknownCA = (connection.authorizationError as Error | string | null) ?? undefined
    // A port that is only looked at says nothing, and breaks off.
    if (unknownCA === undefined && (error as NodeJS.ErrnoException).code === 'ECONNRESET') return
    stray(new PeerError('CLIENT_TLS_REFUSED', { from, address: address(), reason: messageOf(unknownCA ?? error) }))
  })
  const door = listeningDoor((connection, spoken) => {
    open.add(connection)
    connection.once('close', () => open.delete(connection))
    const from = peerOf(connection)
    if (spoken === 'tls' && secured !== undefined) return void secured.emit('connection', connection)
    if (spoken === 'http2' && secured === undefined) return serve(connection)
    connection.destroy()
    stray(new PeerError(codes[spoken], { from, address: address() }))
  })
  return {
    listen: door.listen,
    trust: (clientRoots) => secured?.setSecureContext(contextOf({ ...tls, clientRoots })),
    async close() {
      const stopped = door.close()
      for (const connection of open) connection.destroy()
      await stopped
    },
  }
}

const codes = { tls: 'CLIENT_SPEAKS_TLS', http2: 'CLIENT_WITHOUT_TLS', other: 'CLIENT_NOT_GRPC' } as const

function tlsServer(tls: ClientTls) {
  return createServer({
    ...contextOf(tls),
    ALPNProtocols: ['h2'],
    minVersion: 'TLSv1.2',
    // As Fabric's RequestClientCert: a certificate that nobody vouches for still binds what a client signs to it.
    requestCert: true,
    rejectUnauthorized: tls.clientAuthRequired,
    handshakeTimeout: HANDSHAKE_MS,
  })
}

/**
 * CAs are named to clients only where theirs have to be of these: with the names, an application in Java doesn't show a
 * certificate of any other CA. Fabric does the same (v2.5.16 internal/pkg/comm/server.go).
 */
function contextOf({ server, clientRoots = [], clientAuthRequired = false }: Partial<ClientTls>) {
  return { cert: server?.certificate, key: server?.privateKey, ca: clientAuthRequired ? [...clientRoots] : [] }
}

/** As gRPC names it. */
function peerOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress}:${remotePort}`
}
