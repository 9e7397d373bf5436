import { ServerCredentials } from '@grpc/grpc-js'
import type { ChaincodeStream } from './chaincode-stream.ts'
import { PeerError } from '../contract/error.ts'
import { originOf } from '../process/socket-owner.ts'
import { listeningDoor } from './first-bytes.ts'
import { newChaincodeServer, portOf, streamOf } from './grpc-server.ts'
import { bindNextFree } from './next-free-port.ts'

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
  const { host, port } = await bindNextFree(wanted, (on, candidate) =>
    door.listen(on.replace(/^\[(.*)\]$/, '$1'), candidate),
  )
  bound = port
  address = `${host}:${port}`
  let closed: Promise<void> | undefined
  const close = async () => {
    const stopped = door.close()
    await grpc.close()
    await stopped
  }
  return { address, close: () => (closed ??= close()) }
}

function memo<T>(work: () => T): () => T {
  let result: { value: T } | undefined
  return () => (result ??= { value: work() }).value
}
