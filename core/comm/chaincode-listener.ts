import {
  logVerbosity,
  Server,
  ServerCredentials,
  setLogVerbosity,
  status,
  type ServerDuplexStream,
} from '@grpc/grpc-js'
import { MAX_MESSAGE_BYTES } from '../chaincode/handler.ts'
import type { ChaincodeStream } from '../chaincode/chaincode-stream.ts'
import { PeerError } from '../contract/error.ts'
import { ChaincodeMessage, ChaincodeSupportService } from '../protos/index.ts'

/** How many ports above the wanted one are tried. */
const PORTS_TRIED = 100

export interface ChaincodeListener {
  /** `host:port` it listens on. */
  readonly address: string
  /** Refuse new streams and end those that are open. Idempotent. */
  close(): Promise<void>
}

/**
 * The peer's chaincode endpoint: gRPC protos.ChaincodeSupport/Register. Messages of 100 MB pass; clients' pings are
 * never punished, since Node shims ping every 110 s and Go shims every 60 s, without a call under way.
 * Takes the next free port where the wanted one is in use; port 0 takes any.
 * @throws PeerError PORT_UNAVAILABLE
 */
export async function listenForChaincode(
  wanted: string,
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>,
): Promise<ChaincodeListener> {
  // grpc-js would print a refused port on the terminal; we say it ourselves.
  setLogVerbosity(logVerbosity.NONE)
  const server = new Server({
    // Above the limit we refuse it ourselves, in words; what claims far more is cut off before it is read.
    'grpc.max_receive_message_length': 2 * MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  })
  const { register } = ChaincodeSupportService
  server.addService(
    { register: { ...register, requestDeserialize: received } },
    { register: (call: RegisterCall) => void handleChaincodeStream(streamOf(call)) },
  )
  const { host, port } = hostAndPort(wanted)
  const bound = await bindFrom(server, host, port, wanted)
  let closed: Promise<void> | undefined
  return {
    address: `${host}:${bound}`,
    close() {
      closed ??= new Promise((resolve) => {
        server.forceShutdown()
        server.tryShutdown(() => resolve())
      })
      return closed
    },
  }
}

async function bindFrom(server: Server, host: string, port: number, wanted: string): Promise<number> {
  let cause: unknown
  const last = port === 0 ? 0 : Math.min(port + PORTS_TRIED, 65_535)
  for (let candidate = port; candidate <= last; candidate += 1) {
    try {
      return await bind(server, `${host}:${candidate}`)
    } catch (error) {
      cause = error
    }
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  throw new PeerError('PORT_UNAVAILABLE', { wanted, reason }, { cause })
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port)
      else reject(error)
    })
  })
}

function hostAndPort(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':')
  const port = Number(address.slice(colon + 1))
  if (colon < 1 || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new PeerError('PORT_UNAVAILABLE', { wanted: address, reason: 'It is not of the form host:port.' })
  }
  return { host: address.slice(0, colon), port }
}

type RegisterCall = ServerDuplexStream<Received, ChaincodeMessage>

/** A frame that came: its message, or why it holds none. grpc-js would end the stream without telling us why. */
type Received = ChaincodeMessage | { reason: string; cause?: unknown }

function received(bytes: Buffer): Received {
  if (bytes.length > MAX_MESSAGE_BYTES) {
    return { reason: `It holds ${bytes.length} bytes; ${MAX_MESSAGE_BYTES} is the most.` }
  }
  try {
    return ChaincodeMessage.deserializeBinary(bytes)
  } catch (cause) {
    return { reason: `Its ${bytes.length} bytes are no ChaincodeMessage.`, cause }
  }
}

/** @throws PeerError STREAM_MALFORMED; an Error in words where the connection broke. */
async function* messagesOf(call: RegisterCall): AsyncGenerator<ChaincodeMessage> {
  // Leaving the loop must not destroy the call: its status is still to be sent.
  const frames = call.iterator({ destroyOnReturn: false }) as AsyncIterable<Received>
  try {
    for await (const frame of frames) {
      if (!(frame instanceof ChaincodeMessage)) {
        const { reason, cause } = frame
        throw new PeerError('STREAM_MALFORMED', { from: call.getPeer(), reason }, { cause })
      }
      yield frame
    }
  } catch (error) {
    if (error instanceof PeerError) throw error
    throw new Error('The connection broke off: the process ended, was killed, or hung up.', { cause: error })
  }
}

function streamOf(call: RegisterCall): ChaincodeStream {
  let ended = false
  // A stream that breaks is seen by whoever reads `incoming`; without a listener Node would end the process.
  call.on('error', () => {
    ended = true
  })
  return {
    from: call.getPeer(),
    incoming: messagesOf(call),
    send(message) {
      if (!ended && !call.cancelled) call.write(message)
    },
    end(error) {
      if (ended) return
      ended = true
      if (error === undefined) call.end()
      else call.emit('error', { code: status.UNKNOWN, details: error.message })
    },
  }
}
