import { isIP } from 'node:net'
import {
  Client,
  credentials,
  logVerbosity,
  Metadata,
  setLogVerbosity,
  type ClientUnaryCall,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js'
import { ErrorDetail, RpcStatus } from '../protos/clients.ts'
import { RpcError, status, type RpcDetail } from './rpc-error.ts'
import { tlsMismatch } from './tls-mismatch.ts'

/** Where a peer of somebody else listens. */
export interface PeerAddress {
  /** `host:port` */
  address: string
  /** Certificates that its TLS certificate may come from, PEM; undefined: without TLS. */
  rootCerts?: string | undefined
  /** The name in that certificate, where it isn't the address's. */
  serverName?: string | undefined
}

/** How a call may end before it is answered. */
export interface RpcEnds {
  deadlineMs: number
  signal: AbortSignal | undefined
}

/** A connection to a peer's public services, dialled at the first call. */
export interface PeerClient {
  readonly address: string
  /** @throws RpcError; DEADLINE_EXCEEDED after `deadlineMs`; the signal's reason */
  call<Q, A>(method: MethodDefinition<Q, A>, request: Q, ends: RpcEnds): Promise<A>
  /**
   * Open a stream with one request, and hand over its answers until `isLast` says so of one, or the peer ends it.
   * @throws as `call`, of which the deadline is for all answers together
   */
  stream<Q, A>(method: MethodDefinition<Q, A>, request: Q, isLast: (answer: A) => boolean, ends: RpcEnds): Promise<void>
  close(): void
}

/** Fabric's own limit of a message: 100 MiB. */
const MAX_MESSAGE_BYTES = 100 * 1024 * 1024
const DETAILS_KEY = 'grpc-status-details-bin'
const LOOPBACK = /^(?:127\.|localhost:|\[::1\]:)/

export function peerClient(at: PeerAddress): PeerClient {
  // grpc-js would print errors on the terminal; Slipway reports them itself.
  setLogVerbosity(logVerbosity.NONE)
  const { address, rootCerts } = at
  const channel = rootCerts === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(rootCerts))
  const client = new Client(address, channel, {
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
    'grpc.use_local_subchannel_pool': 1,
    // What was sent twice would be two transactions.
    'grpc.enable_retries': 0,
    'grpc.enable_channelz': 0,
    // grpc-js would take even loopback through a proxy, unlike Go.
    ...(LOOPBACK.test(address) ? { 'grpc.enable_http_proxy': 0 } : {}),
    ...serverName(at),
  })
  return {
    address,
    async call(method, request, { deadlineMs, signal }) {
      signal?.throwIfAborted()
      let call: ClientUnaryCall | undefined
      const abort = () => call?.cancel()
      signal?.addEventListener('abort', abort, { once: true })
      try {
        return await new Promise((resolve, reject) => {
          const { path, requestSerialize, responseDeserialize } = method
          const options = { deadline: Date.now() + deadlineMs }
          call = client.makeUnaryRequest(
            path,
            requestSerialize,
            responseDeserialize,
            request,
            new Metadata(),
            options,
            (error, answer) => {
              if (error === null && answer !== undefined) resolve(answer)
              else reject(error ?? new Error('no answer'))
            },
          )
        })
      } catch (error) {
        throw await thrownFor(error, at, signal)
      } finally {
        signal?.removeEventListener('abort', abort)
      }
    },
    async stream(method, request, isLast, ends) {
      ends.signal?.throwIfAborted()
      try {
        await streamed(client, method, request, isLast, ends)
      } catch (error) {
        throw await thrownFor(error, at, ends.signal)
      }
    },
    close: () => client.close(),
  }
}

function streamed<Q, A>(
  client: Client,
  { path, requestSerialize, responseDeserialize }: MethodDefinition<Q, A>,
  request: Q,
  isLast: (answer: A) => boolean,
  { deadlineMs, signal }: RpcEnds,
): Promise<void> {
  const options = { deadline: Date.now() + deadlineMs }
  const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, new Metadata(), options)
  const abort = () => call.cancel()
  signal?.addEventListener('abort', abort, { once: true })
  const over = new Promise<void>((resolve, reject) => {
    call.on('data', (answer: A) => {
      if (!isLast(answer)) return
      resolve()
      call.cancel()
    })
    // After the last answer this is our own cancelling.
    call.on('error', reject)
    call.on('end', resolve)
  })
  call.write(request)
  call.end()
  return over.finally(() => signal?.removeEventListener('abort', abort))
}

function serverName({ address, rootCerts, serverName: name }: PeerAddress): Record<string, string> {
  if (rootCerts === undefined || name === undefined || name === address.replace(/:\d+$/, '')) return {}
  return isIP(name) === 0
    ? { 'grpc.ssl_target_name_override': name, 'grpc.default_authority': name }
    : { 'grpc.ssl_target_name_override': name }
}

async function thrownFor(error: unknown, at: PeerAddress, signal: AbortSignal | undefined): Promise<unknown> {
  if (signal?.aborted === true) return signal.reason
  const { code = status.UNKNOWN, details, message, metadata } = error as Partial<ServiceError>
  const said = detailsIn(metadata)
  const text = (said.message ?? details ?? message ?? '').replace(/\s*Resolution note:.*$/s, '').trim()
  if (code !== status.UNAVAILABLE || said.details.length > 0) return new RpcError(code, text, said.details)
  const look = AbortSignal.any(signal === undefined ? [] : [signal])
  const side = text.includes('ECONNREFUSED')
    ? undefined
    : await tlsMismatch(at.address, at.rootCerts !== undefined, look)
  const words = text.replace(/^No connection established\. Last error: (?:Error: )?/, '')
  if (side === 'server') return new RpcError(code, 'It speaks TLS, and the network is described without.')
  if (side === 'peer') return new RpcError(code, 'It speaks gRPC without TLS, and the network is described with it.')
  return new RpcError(code, words)
}

/** A peer repeats its text there, also one that Node's HTTP/2 drops from the header because it ends in a space. */
function detailsIn(metadata: Metadata | undefined): { message?: string; details: RpcDetail[] } {
  const [bytes] = metadata?.get(DETAILS_KEY) ?? []
  if (bytes === undefined || typeof bytes === 'string') return { details: [] }
  try {
    const rpcStatus = RpcStatus.deserializeBinary(bytes)
    const details = rpcStatus.getDetailsList().map((any) => {
      const detail = ErrorDetail.deserializeBinary(any.getValue_asU8())
      return { address: detail.getAddress(), mspId: detail.getMspId(), message: detail.getMessage() }
    })
    return { message: rpcStatus.getMessage(), details }
  } catch {
    return { details: [] }
  }
}
