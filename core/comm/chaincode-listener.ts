import { ServerCredentials } from '@grpc/grpc-js'
import type { ChaincodeStream } from './chaincode-stream.ts'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { originOf } from '../process/socket-owner.ts'
import { listeningDoor, type ListeningDoor } from './first-bytes.ts'
import { newChaincodeServer, portOf, streamOf } from './grpc-server.ts'

/** How many ports above the wanted one are tried. */
const PORTS_TRIED = 100

export interface ChaincodeListener {
  /** The `host:port` it listens on. */
  readonly address: string
  /** Refuse new streams and end those that are open. Idempotent. */
  close(): Promise<void>
}

/**
 * The peer's chaincode endpoint: gRPC protos.ChaincodeSupport/Register, for processes on this machine that an author
 * starts. Takes the next free port if the wanted one is in use; port 0 takes any.
 * @param organisation MSP id of the organisation whose peer it is the endpoint of; default: the peer's own
 * @param stray is told of whatever connects and isn't chaincode
 * @throws PeerError PORT_UNAVAILABLE
 */
export async function listenForChaincode(
  wanted: string,
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>,
  organisation?: string,
  stray: (error: PeerError) => void = () => undefined,
): Promise<ChaincodeListener> {
  let bound = 0
  let address = wanted
  const { host, port } = hostAndPort(wanted)
  const grpc = newChaincodeServer(
    (call) => {
      const origin = memo(() => originOf({ localPort: bound, remotePort: portOf(call) }))
      void handleChaincodeStream({ ...streamOf(call), organisation, origin })
    },
    (from, method) => stray(new PeerError('CLIENT_ON_CHAINCODE_PORT', { from, method, address })),
  )
  const admit = grpc.inject(ServerCredentials.createInsecure())
  const door = listeningDoor((socket, spoken) => {
    if (spoken === 'http2') return admit(socket)
    const from = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`
    socket.destroy()
    stray(new PeerError(spoken === 'tls' ? 'CHAINCODE_SPEAKS_TLS' : 'NOT_GRPC', { from, address }))
  })
  bound = await bindFrom(door, host, port, wanted)
  address = `${host}:${bound}`
  let closed: Promise<void> | undefined
  const close = async () => {
    const stopped = door.close()
    await grpc.close()
    await stopped
  }
  return { address, close: () => (closed ??= close()) }
}

async function bindFrom(door: ListeningDoor, host: string, port: number, wanted: string): Promise<number> {
  let cause: unknown
  const last = port === 0 ? 0 : Math.min(port + PORTS_TRIED, 65_535)
  for (let candidate = port; candidate <= last; candidate += 1) {
    try {
      return await door.listen(host.replace(/^\[(.*)\]$/, '$1'), candidate)
    } catch (error) {
      cause = error
    }
  }
  throw new PeerError('PORT_UNAVAILABLE', { wanted, reason: messageOf(cause) }, { cause })
}

function hostAndPort(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':')
  const port = Number(address.slice(colon + 1))
  if (colon < 1 || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new PeerError('PORT_UNAVAILABLE', { wanted: address, reason: 'It is not of the form host:port.' })
  }
  return { host: address.slice(0, colon), port }
}

function memo<T>(work: () => T): () => T {
  let result: { value: T } | undefined
  return () => (result ??= { value: work() }).value
}
