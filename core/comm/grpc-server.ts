import type { Socket } from 'node:net'
import {
  logVerbosity,
  Server,
  setLogVerbosity,
  status,
  type ServerCredentials,
  type ServerDuplexStream,
} from '@grpc/grpc-js'
import type { ChaincodeStream } from './chaincode-stream.ts'
import { ChaincodeSupportService, type ChaincodeMessage } from '../protos/index.ts'
import { MESSAGE_LIMITS, messagesOf, received, type Received } from './grpc-stream.ts'

/** A stream that chaincode opened. */
export type RegisterCall = ServerDuplexStream<Received, ChaincodeMessage>

/** A server of protos.ChaincodeSupport/Register that doesn't listen yet. */
export interface ChaincodeServer {
  /** Serve connections that another server accepts. */
  inject(credentials: ServerCredentials): (connection: Socket) => void
  /** Refuse new streams and end the open ones. Idempotent. */
  close(): Promise<void>
}

/** What clients of a peer and an orderer call (fabric-protos peer/peer.proto, gateway/gateway.proto, orderer/ab.proto). */
const CLIENT_METHODS = [
  '/protos.Endorser/ProcessProposal',
  '/gateway.Gateway/Evaluate',
  '/gateway.Gateway/Endorse',
  '/gateway.Gateway/Submit',
  '/gateway.Gateway/ChaincodeEvents',
  '/protos.Deliver/Deliver',
  '/discovery.Discovery/Discover',
  '/orderer.AtomicBroadcast/Broadcast',
]

/**
 * Never punishes clients for pings: without a call, Node shims ping every 110 s and Go shims every 60 s. `client` is told
 * of a client application, which has taken this for a peer's address.
 */
export function newChaincodeServer(
  register: (call: RegisterCall) => void,
  client: (from: string, method: string) => void = () => undefined,
): ChaincodeServer {
  // grpc-js would print a refused port on the terminal; Slipway reports it itself.
  setLogVerbosity(logVerbosity.NONE)
  const server = new Server(MESSAGE_LIMITS)
  const definition = { register: { ...ChaincodeSupportService.register, requestDeserialize: received } }
  server.addService(definition, { register })
  server.addService(clientService, refuseClients(client))
  let closed: Promise<void> | undefined
  return {
    inject(credentials) {
      const injector = server.createConnectionInjector(credentials)
      return (connection) => injector.injectConnection(connection)
    },
    close() {
      closed ??= new Promise((resolve) => {
        server.forceShutdown()
        server.tryShutdown(() => resolve())
      })
      return closed
    },
  }
}

const bytes = (value: Buffer) => value

/** One path each, as streams: those take a single message too. */
const clientService = Object.fromEntries(
  CLIENT_METHODS.map((path) => [
    path,
    {
      path,
      requestStream: true,
      responseStream: true,
      requestSerialize: bytes,
      requestDeserialize: bytes,
      responseSerialize: bytes,
      responseDeserialize: bytes,
    },
  ]),
)

function refuseClients(told: (from: string, method: string) => void) {
  const refuseClient = (method: string) => (call: ServerDuplexStream<Buffer, Buffer>) => {
    call.on('error', () => undefined)
    told(call.getPeer(), method)
    const details = 'This is the port that chaincode connects to. A client connects to the peer’s own address.'
    call.emit('error', { code: status.UNIMPLEMENTED, details })
  }
  return Object.fromEntries(CLIENT_METHODS.map((path) => [path, refuseClient(path)]))
}

export function streamOf(call: RegisterCall): ChaincodeStream {
  let ended = false
  // The reader of `incoming` notices a broken stream; without a listener Node would end the process.
  call.on('error', () => {
    ended = true
  })
  const from = call.getPeer()
  return {
    from,
    incoming: messagesOf(call, from, () => 'The connection broke: the process ended, was killed, or hung up.'),
    send(message) {
      if (!ended && !call.cancelled) call.write(message)
    },
    end(error) {
      if (ended) return
      ended = true
      if (error === undefined) call.end()
      else refuse(call, status.UNKNOWN, error.message)
    },
  }
}

/** The port at its other end. */
export function portOf(call: RegisterCall): number {
  return Number(call.getPeer().replace(/^.*:/, ''))
}

/** End a call with a status instead of an answer. */
export function refuse(call: RegisterCall, code: status, details: string): void {
  call.emit('error', { code, details })
}
