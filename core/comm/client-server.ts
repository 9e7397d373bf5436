import type { ServerHttp2Stream, ServerStreamResponseOptions } from 'node:http2'
import {
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerDuplexStream,
  type ServerInterceptingCallInterface,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { PeerError } from '../contract/error.ts'
import { clientDoor, tlsClients, type ClientTls, type TlsClients } from './client-door.ts'
import { bindNextFree } from './next-free-port.ts'
import { ChaincodeSupportService } from '../protos/index.ts'
import { serviceError, status } from './rpc-error.ts'

/** Fabric's own limit of a message, sent or received (internal/pkg/comm/config.go): 100 MiB. */
const MAX_MESSAGE_BYTES = 100 * 1024 * 1024

/** A service and what answers its methods. */
export type Service = [definition: ServiceDefinition, implementation: UntypedServiceImplementation]

export interface ClientServer {
  /** The `host:port` it listens on. */
  readonly address: string
  /** Accept TLS certificates of these CAs too, from now on. */
  trust(clientRoots: readonly string[]): void
  /** Refuse new calls and end those that are open. Idempotent. */
  close(): Promise<void>
}

export interface ClientServerOptions {
  /** Undefined: without TLS. */
  tls?: ClientTls | undefined
  /** Told the TLS certificates that clients show. */
  clients?: TlsClients
  /** Told of whatever connects and can't be served. */
  stray?: (error: PeerError) => void
  /** Where chaincode connects, which one that came here should. */
  chaincodeAddress?: string
}

/**
 * Serve client applications. Takes the next free port if the wanted one is in use; port 0 takes any.
 * @throws PeerError PORT_UNAVAILABLE
 */
export async function listenForClients(
  wanted: string,
  services: readonly Service[],
  options: ClientServerOptions = {},
): Promise<ClientServer> {
  const { tls, clients = tlsClients(), stray = () => undefined, chaincodeAddress = '' } = options
  let address = wanted
  const server = new Server({
    interceptors: [withoutDate],
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
    // Its statistics of each call, which nothing here shows.
    'grpc.enable_channelz': 0,
  })
  for (const [definition, implementation] of services) server.addService(definition, implementation)
  server.addService(
    ...chaincodeRefused((from) => {
      stray(new PeerError('CHAINCODE_ON_CLIENT_PORT', { from, address, chaincodeAddress }))
    }),
  )
  // TLS has ended by then, where there is any.
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  const door = clientDoor(
    (connection) => injector.injectConnection(connection),
    () => address,
    { tls, clients, stray },
  )
  const { host, port } = await bindNextFree(wanted, (on, candidate) =>
    door.listen(on.replace(/^\[(.*)\]$/, '$1'), candidate),
  )
  address = `${host}:${port}`
  let closed: Promise<void> | undefined
  const close = async () => {
    // The connections go first: clients then see that the peer has gone, as with a peer, and not that it cancelled.
    const cut = door.close()
    await new Promise<void>((resolve) => {
      server.forceShutdown()
      server.tryShutdown(() => resolve())
    })
    await cut
  }
  return { address, trust: (roots) => door.trust(roots), close: () => (closed ??= close()) }
}

/** A service that a peer doesn't have on this port; whoever calls it is told so in a peer's words. */
function chaincodeRefused(told: (from: string) => void): Service {
  const register = (call: ServerDuplexStream<unknown, unknown>) => {
    call.on('error', () => undefined)
    told(call.getPeer())
    call.emit('error', { code: status.UNIMPLEMENTED, details: 'unknown service protos.ChaincodeSupport' })
  }
  return [ChaincodeSupportService, { register }]
}

/**
 * Node adds a date to every response, which clients get among an error's metadata; a peer sends none. grpc-js has no
 * option for it, so the HTTP/2 stream of a call is told; where it can't be found, there is a date.
 */
function withoutDate(_method: unknown, call: ServerInterceptingCallInterface): ServerInterceptingCall {
  const intercepted = new ServerInterceptingCall(call)
  const { stream } = call as { stream?: Pick<ServerHttp2Stream, 'respond'> }
  if (stream === undefined) return intercepted
  const respond = stream.respond.bind(stream)
  stream.respond = (headers, options) =>
    respond(headers, { ...options, sendDate: false } as ServerStreamResponseOptions)
  return intercepted
}

/** What a handler needs to know of a call. `signal`: aborted once the client has gone or its deadline has passed. */
export interface CallContext {
  signal: AbortSignal
  /** The client's `host:port`. */
  from: string
}

export interface UnaryContext extends CallContext {
  /** Whether others wait for an answer of the same method. */
  hasCompany: boolean
}

/** A method with one answer. What it throws becomes the call's status. */
export function unary<Q, A>(handle: (request: Q, context: UnaryContext) => Promise<A> | A) {
  let inFlight = 0
  return (call: ServerUnaryCall<Q, A>, send: sendUnaryData<A>): void => {
    const signal = goneSignal(call)
    inFlight++
    const answered = async () => handle(call.request, { signal, from: call.getPeer(), hasCompany: inFlight > 1 })
    answered()
      .finally(() => inFlight--)
      .then(
        (answer) => send(null, answer),
        (error: unknown) => send(serviceError(error)),
      )
  }
}

/** A method that answers with a stream; it ends when the handler does. */
export function serverStream<Q, A>(
  handle: (request: Q, send: (answer: A) => Promise<void>, context: CallContext) => Promise<void>,
) {
  return (call: ServerWritableStream<Q, A>): void => {
    const signal = goneSignal(call)
    handle(call.request, sender(call, signal), { signal, from: call.getPeer() }).then(
      () => call.end(),
      (error: unknown) => call.emit('error', serviceError(error)),
    )
  }
}

/** A method that reads and answers with a stream. Requests are read one by one, as the handler asks for them. */
export function duplexStream<Q, A>(
  handle: (requests: AsyncIterable<Q>, send: (answer: A) => Promise<void>, context: CallContext) => Promise<void>,
) {
  return (call: ServerDuplexStream<Q, A>): void => {
    const signal = goneSignal(call)
    const requests = call.iterator({ destroyOnReturn: false }) as AsyncIterable<Q>
    handle(requests, sender(call, signal), { signal, from: call.getPeer() }).then(
      () => call.end(),
      (error: unknown) => call.emit('error', serviceError(error)),
    )
  }
}

interface AnyCall {
  on(event: 'cancelled' | 'close' | 'error', listener: () => void): unknown
  cancelled: boolean
}

function goneSignal(call: AnyCall): AbortSignal {
  const controller = new AbortController()
  const gone = () => controller.abort(new Error('the client has gone'))
  call.on('cancelled', gone)
  // Without a listener Node would end the process when a client breaks off.
  call.on('error', gone)
  if (call.cancelled) gone()
  return controller.signal
}

interface Outgoing<A> {
  write(answer: A): boolean
  once(event: 'drain', listener: () => void): unknown
  off(event: 'drain', listener: () => void): unknown
}

/** Waits for a client that reads more slowly than it is sent to, so that nothing piles up here. */
function sender<A>(call: Outgoing<A>, signal: AbortSignal): (answer: A) => Promise<void> {
  return (answer) => {
    signal.throwIfAborted()
    if (call.write(answer)) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const drained = () => {
        signal.removeEventListener('abort', gone)
        resolve()
      }
      const gone = () => {
        call.off('drain', drained)
        reject(signal.reason as Error)
      }
      call.once('drain', drained)
      signal.addEventListener('abort', gone, { once: true })
    })
  }
}
