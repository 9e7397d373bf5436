import { isIP } from 'node:net'
import {
  Client,
  connectivityState,
  credentials,
  logVerbosity,
  setLogVerbosity,
  status,
  type ChannelCredentials,
  type ClientDuplexStream,
  type ServiceError,
} from '@grpc/grpc-js'
import type { ChaincodeStream } from './chaincode-stream.ts'
import { messageOf } from '../contract/error-message.ts'
import { waitFor } from '../facts/wait.ts'
import { ChaincodeService, type ChaincodeMessage } from '../protos/index.ts'
import { MESSAGE_LIMITS, messagesOf, received, type Received } from './grpc-stream.ts'
import { TlsMismatch, tlsMismatch } from './tls-mismatch.ts'

/** How long a server that accepts the connection has to speak gRPC. */
const SPEAK_MS = 3_000
const LOOPBACK = /^(?:127\.|localhost:|\[::1\]:)/
/** How long the server has to end a stream that the peer has ended. */
const FAREWELL_MS = 1_000

/** TLS with a chaincode server, in the terms of Fabric's connection.json; PEM. */
export interface ServerTls {
  root_cert: string
  /** With `client_key`, if the server asks for a client certificate (`client_auth_required`). */
  client_cert?: string
  client_key?: string
  /** The name in the server's certificate, if it isn't the dialed one (Fabric 3.x). */
  domain?: string
}

/** A connection to a chaincode server, with its one stream. */
export interface ChaincodeConnection {
  readonly stream: ChaincodeStream
  /** Why it broke, in words; undefined while it is open, or if the server ended it properly. */
  brokenBy(): string | undefined
  close(): void
}

/**
 * Connect once and open protos.Chaincode/Connect.
 * @throws Error whose message is the reason for a person, also when the signal ends it; TlsMismatch
 */
export async function connectTo(
  address: string,
  tls: ServerTls | undefined,
  signal: AbortSignal,
): Promise<ChaincodeConnection> {
  try {
    return await open(address, tls, signal)
  } catch (error) {
    // One that isn't there yet needs no second look.
    if (signal.aborted || messageOf(error).includes('ECONNREFUSED')) throw error
    const side = await tlsMismatch(address, tls !== undefined, signal)
    throw side === undefined ? error : new TlsMismatch(side, error)
  }
}

async function open(address: string, tls: ServerTls | undefined, signal: AbortSignal): Promise<ChaincodeConnection> {
  // grpc-js would print errors on the terminal; Slipway reports them itself.
  setLogVerbosity(logVerbosity.NONE)
  const client = new Client(address, credentialsOf(tls), {
    ...MESSAGE_LIMITS,
    // Each attempt has its own subchannel: a shared one would back off longer after each failed attempt.
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_retries': 0,
    'grpc.enable_channelz': 0,
    // grpc-js would take even loopback through a proxy, unlike Go.
    ...(LOOPBACK.test(address) ? { 'grpc.enable_http_proxy': 0 } : {}),
    ...serverName(tls),
  })
  let brokenBy: string | undefined
  const { path, requestSerialize } = ChaincodeService.connect
  const call = client.makeBidiStreamRequest(path, requestSerialize, received)
  const failure = new Promise<never>((_resolve, reject) => {
    call.on('error', (error: ServiceError) => {
      brokenBy = inWords(error)
      reject(new Error(brokenBy, { cause: error }))
    })
  })
  // Not the client's own waitForReady: it revives a channel that was closed meanwhile, and keeps it.
  const ready = new Promise<void>((resolve) => {
    const channel = client.getChannel()
    const look = () => {
      const state = channel.getConnectivityState(false)
      if (state === connectivityState.READY) resolve()
      else if (state !== connectivityState.SHUTDOWN) channel.watchConnectivityState(state, Infinity, look)
    }
    look()
  })
  // If it breaks later, the reader of the stream gets the error.
  failure.catch(() => undefined)
  const close = () => {
    call.cancel()
    client.close()
  }
  try {
    await waitFor(Promise.race([ready, failure]), {
      signal,
      deadlineMs: SPEAK_MS,
      onDeadline: () => new Error(`What listens there does not speak gRPC${tls === undefined ? '' : ' over TLS'}.`),
      onAbort: () => new Error('The attempt was given up.', { cause: signal.reason }),
    })
  } catch (error) {
    close()
    throw error
  }
  return { stream: streamOf(call, address), brokenBy: () => brokenBy, close }
}

function streamOf(call: ClientDuplexStream<ChaincodeMessage, Received>, address: string): ChaincodeStream {
  let ended = false
  call.on('error', () => (ended = true))
  return {
    from: address,
    incoming: messagesOf(call, address, (error) => inWords(error as ServiceError)),
    send(message) {
      if (!ended) call.write(message)
    },
    end(error) {
      if (ended) return
      ended = true
      // A gRPC client can't end with a status: the chaincode's error is reported only on this side.
      if (error !== undefined) return call.cancel()
      call.end()
      const timer = setTimeout(() => call.cancel(), FAREWELL_MS)
      call.once('status', () => clearTimeout(timer))
    },
  }
}

function credentialsOf(tls: ServerTls | undefined): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure()
  const { root_cert: root, client_key: key, client_cert: cert } = tls
  if (key === undefined || cert === undefined) return credentials.createSsl(Buffer.from(root))
  return credentials.createSsl(Buffer.from(root), Buffer.from(key), Buffer.from(cert))
}

function serverName(tls: ServerTls | undefined): Record<string, string> {
  if (tls?.domain === undefined) return {}
  return isIP(tls.domain) === 0
    ? { 'grpc.ssl_target_name_override': tls.domain, 'grpc.default_authority': tls.domain }
    : { 'grpc.ssl_target_name_override': tls.domain }
}

/** A gRPC status for a person, without its number and what grpc-js puts around it. */
function inWords({ code, details, message }: Partial<ServiceError>): string {
  const text = (details ?? message ?? '')
    .replace(/^No connection established\. Last error: (?:Error: )?/, '')
    .replace(/\s*Resolution note:.*$/s, '')
    .trim()
  if (code === status.UNIMPLEMENTED)
    return `What listens there is not a chaincode server: ${text || 'unknown service'}.`
  if (code === status.UNAVAILABLE && text !== '') return text.endsWith('.') ? text : `${text}.`
  return `The connection broke: ${text === '' ? 'the server ended or was killed' : text}.`
}
