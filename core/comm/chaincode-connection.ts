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
import { waitFor } from '../facts/wait.ts'
import { ChaincodeService, type ChaincodeMessage } from '../protos/index.ts'
import { MESSAGE_LIMITS, messagesOf, received, type Received } from './grpc-stream.ts'

/** A server that takes the connection has this long to speak gRPC on it. */
const SPEAK_MS = 3_000
/** What the peer has ended, the server has this long to end too. */
const FAREWELL_MS = 1_000

/** TLS with a chaincode that is a server, in the words of Fabric's connection.json; PEM. */
export interface ServerTls {
  root_cert: string
  /** With `client_key` where the server asks for a client's certificate (`client_auth_required`). */
  client_cert?: string
  client_key?: string
  /** The name in the server's certificate, where it is not the one that is dialed (Fabric 3.x). */
  domain?: string
}

/** A connection to a chaincode's server, with the one stream on it. */
export interface ChaincodeConnection {
  readonly stream: ChaincodeStream
  /** Why it broke, in words; undefined while it has not, or where the server ended it properly. */
  brokenBy(): string | undefined
  close(): void
}

/**
 * Connect once and open protos.Chaincode/Connect.
 * @throws an Error in words where nothing answers, or the signal's reason
 */
export async function connectTo(
  address: string,
  tls: ServerTls | undefined,
  signal: AbortSignal,
): Promise<ChaincodeConnection> {
  // grpc-js would print what goes wrong on the terminal; we say it ourselves.
  setLogVerbosity(logVerbosity.NONE)
  const client = new Client(address, credentialsOf(tls), {
    ...MESSAGE_LIMITS,
    // Each attempt is its own: a shared one would wait as long as the attempts before it taught it to.
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_retries': 0,
    'grpc.enable_channelz': 0,
    ...nameOf(tls),
  })
  let broken: string | undefined
  const { path, requestSerialize } = ChaincodeService.connect
  const call = client.makeBidiStreamRequest(path, requestSerialize, received)
  const failure = new Promise<never>((_resolve, reject) => {
    call.on('error', (error: ServiceError) => {
      broken = inWords(error)
      reject(new Error(broken, { cause: error }))
    })
  })
  // Not the client's own waitForReady: that brings a channel that was closed meanwhile to life again, and keeps it.
  const ready = new Promise<void>((resolve) => {
    const channel = client.getChannel()
    const look = () => {
      const state = channel.getConnectivityState(false)
      if (state === connectivityState.READY) resolve()
      else if (state !== connectivityState.SHUTDOWN) channel.watchConnectivityState(state, Infinity, look)
    }
    look()
  })
  // It may break off later too; then whoever reads the stream is told.
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
      onAbort: () => new Error('It was given up.', { cause: signal.reason }),
    })
  } catch (error) {
    close()
    throw error
  }
  return { stream: streamOf(call, address), brokenBy: () => broken, close }
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
      // A client has no status to end with: what the chaincode did wrong is told on this side.
      if (error !== undefined) return call.cancel()
      call.end()
      const patience = setTimeout(() => call.cancel(), FAREWELL_MS)
      call.once('status', () => clearTimeout(patience))
    },
  }
}

function credentialsOf(tls: ServerTls | undefined): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure()
  const { root_cert: root, client_key: key, client_cert: cert } = tls
  if (key === undefined || cert === undefined) return credentials.createSsl(Buffer.from(root))
  return credentials.createSsl(Buffer.from(root), Buffer.from(key), Buffer.from(cert))
}

function nameOf(tls: ServerTls | undefined): Record<string, string> {
  if (tls?.domain === undefined) return {}
  return isIP(tls.domain) === 0
    ? { 'grpc.ssl_target_name_override': tls.domain, 'grpc.default_authority': tls.domain }
    : { 'grpc.ssl_target_name_override': tls.domain }
}

/** A gRPC status as a person reads it: without its number, and without what grpc-js puts around it. */
function inWords({ code, details, message }: Partial<ServiceError>): string {
  const text = (details ?? message ?? '')
    .replace(/^No connection established\. Last error: (?:Error: )?/, '')
    .replace(/\s*Resolution note:.*$/s, '')
    .trim()
  if (code === status.UNIMPLEMENTED) return `What listens there is no chaincode server: ${text || 'unknown service'}.`
  if (code === status.UNAVAILABLE && text !== '') return text.endsWith('.') ? text : `${text}.`
  return `The connection broke off: ${text === '' ? 'it ended or was killed' : text}.`
}
