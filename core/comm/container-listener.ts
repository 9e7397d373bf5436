import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { ServerCredentials, status } from '@grpc/grpc-js'
import type { ChaincodeStream } from './chaincode-stream.ts'
import { PeerError } from '../contract/error.ts'
import type { TlsCertificates } from '../msp/tls-certificates.ts'
import { ChaincodeMessage } from '../protos/index.ts'
import { newChaincodeServer, refuse, streamOf, type RegisterCall } from './grpc-server.ts'
import { watched } from './watched-stream.ts'

export interface ContainerListenerOptions {
  /** The one name that may register here, `name:version`. */
  ccid: string
  /** The address to listen on, without a port. */
  listenOn: string
  /** Whether only streams from the container's own addresses are taken; see PeerReach. */
  seesContainer: boolean
  /** Speak TLS, and only with who has this client certificate. */
  tls?: Pick<TlsCertificates, 'ca' | 'server'>
  /** Told of every connection that was turned away and is not the container's. */
  refused: (error: PeerError) => void
}

export interface ContainerListener {
  readonly port: number
  /** Whether anything has connected to it. */
  readonly reached: boolean
  /**
   * The container is about to start: its stream may come. Held back until then, and until its addresses are known;
   * `undefined` where it never ran. Never rejects.
   */
  reserve(addresses: Promise<readonly string[] | undefined>): void
  /** Settles with why the container's own stream was turned away; its launch need wait no longer. */
  readonly turnedAway: Promise<PeerError>
  /** The launch or the container has ended. Refuse new streams and end the one that is open. Idempotent. */
  close(): Promise<void>
}

/**
 * A listener for one launch of one container, so that the peer's own endpoint need not be opened to a network: one
 * stream, of that container, that registers under that name and after `reserve`. From then on nothing listens any more;
 * the stream lives on until `close`.
 * @throws PeerError PORT_UNAVAILABLE
 */
export async function listenForContainer(
  options: ContainerListenerOptions,
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>,
): Promise<ContainerListener> {
  const { ccid, listenOn, seesContainer, tls } = options
  let open = false
  let registered = false
  let reached = false
  let turnAway: (reason: PeerError) => void = () => undefined
  const turnedAway = new Promise<PeerError>((resolve) => (turnAway = resolve))
  // Settles with the container's addresses, or with undefined when there is no container to wait for any more.
  let expect: ContainerListener['reserve'] = () => undefined
  const expected = new Promise<readonly string[] | undefined>((resolve) => (expect = resolve))
  let end: () => void = () => undefined
  const ended = new Promise<undefined>((resolve) => (end = () => resolve(undefined)))

  const refuseStranger = (call: RegisterCall, code: status, reason: string) => {
    const error = new PeerError('STREAM_REFUSED', { canonicalName: ccid, from: call.getPeer(), reason })
    refuse(call, code, error.message)
    options.refused(error)
  }

  const take = async (call: RegisterCall) => {
    // While it is held back it may break; without a listener Node would end the process.
    call.on('error', () => undefined)
    const addresses = await Promise.race([expected, ended])
    if (call.cancelled) return
    if (addresses === undefined) return refuseStranger(call, status.UNAVAILABLE, 'Its launch has ended.')
    if (seesContainer && !addresses.includes(addressOf(call))) {
      return refuseStranger(call, status.PERMISSION_DENIED, `Only ${addresses.join(' or ')} may connect to it.`)
    }
    if (registered) return refuseStranger(call, status.ALREADY_EXISTS, `${ccid} has registered already.`)
    if (open) return refuseStranger(call, status.ALREADY_EXISTS, 'Its one stream is open already.')
    open = true
    const stream = watched(streamOf(call), {
      sent(type) {
        if (type !== ChaincodeMessage.Type.REGISTERED) return
        registered = true
        // A server of gRPC that lets go of its port bids farewell on its connections too.
        door.close()
      },
      ended(reason) {
        if (!registered && reason !== undefined) turnAway(reason)
      },
    })
    await handleChaincodeStream({ ...stream, registersAs: ccid })
    open = false
  }

  const server = newChaincodeServer((call) => void take(call))
  const serve = server.inject(credentials(tls))
  const connections = new Set<Socket>()
  const door = createServer((connection) => {
    reached = true
    connections.add(connection)
    connection.once('close', () => connections.delete(connection))
    serve(connection)
  })
  const port = await listen(door, listenOn)
  return {
    port,
    get reached() {
      return reached
    },
    reserve: expect,
    turnedAway,
    async close() {
      end()
      door.close()
      await server.close()
      // gRPC knows nothing of those that never spoke it.
      for (const connection of connections) connection.destroy()
    },
  }
}

/** @throws PeerError PORT_UNAVAILABLE */
function listen(door: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    door.once('error', (cause) =>
      reject(new PeerError('PORT_UNAVAILABLE', { wanted: `${host}:0`, reason: cause.message }, { cause })),
    )
    door.listen(0, host, () => resolve((door.address() as AddressInfo).port))
  })
}

function credentials(tls: ContainerListenerOptions['tls']): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure()
  const { ca, server } = tls
  const pair = { private_key: Buffer.from(server.privateKey), cert_chain: Buffer.from(server.certificate) }
  return ServerCredentials.createSsl(Buffer.from(ca), [pair], true)
}

/** Without its port; an IPv4 address as such, also where an IPv6 socket took it. */
function addressOf(call: RegisterCall): string {
  return call
    .getPeer()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^::ffff:/, '')
}
