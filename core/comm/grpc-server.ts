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
  /** Resolves with the port; port 0 takes any. Rejects with the system's error. */
  bind(address: string, credentials: ServerCredentials): Promise<number>
  /** Serve connections that another server accepts. */
  inject(credentials: ServerCredentials): (connection: Socket) => void
  /** Refuse new streams and end the open ones. Idempotent. */
  close(): Promise<void>
}

/** Never punishes clients for pings: without a call, Node shims ping every 110 s and Go shims every 60 s. */
export function newChaincodeServer(register: (call: RegisterCall) => void): ChaincodeServer {
  // grpc-js would print a refused port on the terminal; Slipway reports it itself.
  setLogVerbosity(logVerbosity.NONE)
  const server = new Server(MESSAGE_LIMITS)
  const definition = { register: { ...ChaincodeSupportService.register, requestDeserialize: received } }
  server.addService(definition, { register })
  let closed: Promise<void> | undefined
  return {
    bind: (address, credentials) =>
      new Promise((resolve, reject) => {
        server.bindAsync(address, credentials, (error, port) => {
          if (error === null) resolve(port)
          else reject(error)
        })
      }),
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
