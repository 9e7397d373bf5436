import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { ServerCredentials, status } from '@grpc/grpc-js'
import type { ChaincodeStream } from './chaincode-stream.ts'
import { PeerError } from '../contract/error.ts'
import type { TlsCertificates } from '../msp/tls-certificates.ts'
import { ChaincodeMessage } from '../protos/index.ts'
import { listenIn } from './first-bytes.ts'
import { newChaincodeServer, refuse, streamOf, type RegisterCall } from './grpc-server.ts'
import { watched } from './watched-stream.ts'

export interface ContainerListenerOptions {
  /** The only name that may register here, `name:version`. */
  ccid: string
  /** MSP id of the organisation whose peer it serves; undefined: the peer's own. */
  organisation?: string | undefined
  /** The address to listen on, without a port. */
  listenOn: string
  /** `listenOn` exists only once the container does: listen from `reserve` on, on a port that is held until then. */
  needsContainer?: boolean
  /** Whether to accept only streams from the container's own addresses; see PeerReach. */
  seesContainer: boolean
  /** Speak TLS, and only with clients whose certificate `ca` signed. */
  tls?: Pick<TlsCertificates, 'ca' | 'server'> | undefined
  /** Called for each stream that was refused because it isn't the container's. */
  refused: (error: PeerError) => void
}

export interface ContainerListener {
  readonly port: number
  /** Whether anything has connected. */
  readonly reached: boolean
  /**
   * The container is about to start, so its stream may come. Streams are held back until then and until `addresses`
   * resolves; `undefined`: it never ran. `addresses` never rejects.
   * @throws PeerError PORT_UNAVAILABLE
   */
  reserve(addresses: Promise<readonly string[] | undefined>): Promise<void>
  /**
   * Resolves with the reason if the container's own stream is turned away; then its launch need not wait any longer.
   */
  readonly turnedAway: Promise<PeerError>
  /** The launch or the container has ended: refuse new streams and end the open one. Idempotent. */
  close(): Promise<void>
}

/**
 * A listener for one launch of one container, so that the peer's own endpoint need not be open to a network. It accepts
 * one stream, from that container, under that name, after `reserve`. Once that has registered, the port is closed; the
 * stream lives on until `close`.
 * @throws PeerError PORT_UNAVAILABLE
 */
export async function listenForContainer(
  options: ContainerListenerOptions,
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>,
): Promise<ContainerListener> {
  const { ccid, organisation, listenOn, needsContainer = false, seesContainer, tls } = options
  let open = false
  let registered = false
  let turnAway: (reason: PeerError) => void = () => undefined
  const turnedAway = new Promise<PeerError>((resolve) => (turnAway = resolve))
  let expect: (addresses: Promise<readonly string[] | undefined>) => void = () => undefined
  const reserved = new Promise<readonly string[] | undefined>((resolve) => (expect = resolve))
  let end: () => void = () => undefined
  const ended = new Promise<undefined>((resolve) => (end = () => resolve(undefined)))

  const refuseStranger = (call: RegisterCall, code: status, reason: string) => {
    const error = new PeerError('STREAM_REFUSED', { canonicalName: ccid, from: call.getPeer(), reason })
    refuse(call, code, error.message)
    options.refused(error)
  }

  const take = async (call: RegisterCall) => {
    // It may break while it is held back; without a listener Node would end the process.
    call.on('error', () => undefined)
    // Undefined: the launch has ended, or the container never ran.
    const addresses = await Promise.race([reserved, ended])
    if (call.cancelled) return
    if (addresses === undefined) return refuseStranger(call, status.UNAVAILABLE, 'Its launch has ended.')
    if (seesContainer && !addresses.includes(addressOf(call))) {
      return refuseStranger(call, status.PERMISSION_DENIED, `Only ${addresses.join(' or ')} may connect to it.`)
    }
    if (registered) return refuseStranger(call, status.ALREADY_EXISTS, `${ccid} has already registered.`)
    if (open) return refuseStranger(call, status.ALREADY_EXISTS, 'Its stream is already open.')
    open = true
    const stream = watched(streamOf(call), {
      onSend(type) {
        if (type !== ChaincodeMessage.Type.REGISTERED) return
        registered = true
        // Not the gRPC server's own port: closing that would also say goodbye on its open connections.
        door.server.close()
      },
      onEnd(reason) {
        if (!registered && reason !== undefined) turnAway(reason)
      },
    })
    await handleChaincodeStream({ ...stream, registersAs: ccid, organisation })
    open = false
  }

  const server = newChaincodeServer((call) => void take(call))
  const serve = server.inject(credentials(tls))
  const door = newDoor((connection, isTls) => {
    if (isTls === (tls !== undefined)) return serve(connection)
    void Promise.race([reserved, ended]).then((addresses) => {
      const { remoteAddress = '' } = connection
      if (addresses !== undefined && (!seesContainer || addresses.includes(plain(remoteAddress))))
        turnAway(oneSidedTls(tls === undefined, connection, `${listenOn}:${place.port}`))
      connection.destroy()
    })
  })
  const place = needsContainer ? await openLater(door.server, listenOn) : await openNow(door.server, listenOn)
  return {
    port: place.port,
    get reached() {
      return door.isReached()
    },
    async reserve(addresses) {
      await place.open()
      expect(addresses)
    },
    turnedAway,
    async close() {
      end()
      place.release()
      door.server.close()
      await server.close()
      // The gRPC server doesn't know the connections that never spoke gRPC.
      door.cut()
    },
  }
}

/** Hears whether each connection speaks TLS before it is served; what doesn't speak gRPC at all is cut. */
function newDoor(heard: (connection: Socket, isTls: boolean) => void) {
  const connections = new Set<Socket>()
  let reached = false
  const server = createServer((connection) => {
    reached = true
    connections.add(connection)
    connection.once('close', () => connections.delete(connection))
    listenIn(connection, (spoken) => {
      if (spoken === 'other') connection.destroy()
      else heard(connection, spoken === 'tls')
    })
  })
  return {
    server,
    isReached: () => reached,
    cut() {
      for (const connection of connections) connection.destroy()
    },
  }
}

/** One that speaks TLS where the peer doesn't, or the reverse, can't even be refused in a way it understands. */
function oneSidedTls(isTheirs: boolean, { remoteAddress, remotePort }: Socket, address: string): PeerError {
  const at = { from: `${remoteAddress ?? ''}:${remotePort ?? ''}`, address }
  return new PeerError(isTheirs ? 'CHAINCODE_SPEAKS_TLS' : 'CHAINCODE_WITHOUT_TLS', at)
}

/** @throws PeerError PORT_UNAVAILABLE */
function listen(door: Server, host: string, wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    door.once('error', (cause) =>
      reject(new PeerError('PORT_UNAVAILABLE', { wanted: `${host}:${wanted}`, reason: cause.message }, { cause })),
    )
    door.listen(wanted, host, () => resolve((door.address() as AddressInfo).port))
  })
}

/** A port of the door, which `open` opens. @throws PeerError PORT_UNAVAILABLE */
interface Place {
  port: number
  open(): Promise<void>
  /** Nothing will be opened any more. */
  release(): void
}

async function openNow(door: Server, host: string): Promise<Place> {
  const port = await listen(door, host)
  return { port, open: () => Promise.resolve(), release: () => undefined }
}

/** Until it is opened the port is held on loopback: others who look for a free one get another. */
async function openLater(door: Server, host: string): Promise<Place> {
  const holder = createServer((connection) => connection.destroy())
  const port = await listen(holder, '127.0.0.1')
  const release = () => void holder.close()
  return {
    port,
    async open() {
      await listen(door, host, port)
      release()
    },
    release,
  }
}

function credentials(tls: ContainerListenerOptions['tls']): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure()
  const { ca, server } = tls
  const pair = { private_key: Buffer.from(server.privateKey), cert_chain: Buffer.from(server.certificate) }
  return ServerCredentials.createSsl(Buffer.from(ca), [pair], true)
}

/** The caller's address without its port; an IPv4 address in its usual form even on an IPv6 socket. */
function addressOf(call: RegisterCall): string {
  return plain(call.getPeer())
}

function plain(from: string): string {
  return from
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^::ffff:/, '')
}
