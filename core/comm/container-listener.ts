import { ServerCredentials, status } from '@grpc/grpc-js'
import type { ChaincodeStream } from '../chaincode/chaincode-stream.ts'
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
  /**
   * The container's addresses, once they are known: a stream from any other is turned away, and one that comes before
   * is held back. Absent where the engine forwards connections, so that all come from this machine.
   */
  addresses?: Promise<readonly string[]>
  /** Speak TLS, and only with who has this client certificate. */
  tls?: Pick<TlsCertificates, 'ca' | 'server'>
  /** Told of every connection that was turned away and is not the container's. */
  refused: (error: PeerError) => void
}

export interface ContainerListener {
  readonly port: number
  /** Settles with why the container's own stream was turned away; its launch need wait no longer. */
  readonly turnedAway: Promise<PeerError>
  /** The launch or the container has ended. Refuse new streams and end the one that is open. Idempotent. */
  close(): Promise<void>
}

/**
 * A listener for one launch of one container, so that the peer's own endpoint need not be opened to a network: one
 * stream, of that container, that registers under that name. From then on nothing listens any more; the stream lives
 * on until `close`.
 * @throws PeerError PORT_UNAVAILABLE
 */
export async function listenForContainer(
  options: ContainerListenerOptions,
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>,
): Promise<ContainerListener> {
  const { ccid, listenOn, tls } = options
  // Where they never come to be known the launch has failed, and tells why itself.
  const addresses = options.addresses?.catch(() => undefined)
  let open = false
  let registered = false
  let turnAway: (reason: PeerError) => void = () => undefined
  const turnedAway = new Promise<PeerError>((resolve) => (turnAway = resolve))
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
    if (addresses !== undefined) {
      const allowed = await Promise.race([addresses, ended])
      if (call.cancelled) return
      if (allowed === undefined) return refuseStranger(call, status.UNAVAILABLE, 'Its launch has ended.')
      if (!allowed.includes(addressOf(call))) {
        return refuseStranger(call, status.PERMISSION_DENIED, `Only ${allowed.join(' or ')} may connect to it.`)
      }
    }
    if (registered) return refuseStranger(call, status.ALREADY_EXISTS, `${ccid} has registered already.`)
    if (open) return refuseStranger(call, status.ALREADY_EXISTS, 'Its one stream is open already.')
    open = true
    const stream = watched(streamOf(call), {
      sent(type) {
        if (type !== ChaincodeMessage.Type.REGISTERED) return
        registered = true
        server.unbind(`${listenOn}:${port}`)
      },
      ended(reason) {
        if (!registered && reason !== undefined) turnAway(reason)
      },
    })
    await handleChaincodeStream({ ...stream, registersAs: ccid })
    open = false
  }

  const server = newChaincodeServer((call) => void take(call))
  const port = await server.bind(`${listenOn}:0`, credentials(tls)).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PeerError('PORT_UNAVAILABLE', { wanted: `${listenOn}:0`, reason }, { cause })
  })
  return {
    port,
    turnedAway,
    close() {
      end()
      return server.close()
    },
  }
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
