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

/** A server of protos.ChaincodeSupport/Register that listens nowhere yet. */
export interface ChaincodeServer {
  /** Resolves with the port; port 0 takes any. Rejects with the system's reason. */
  bind(address: string, credentials: ServerCredentials): Promise<number>
  /** Serve connections that someone else accepts. */
  inject(credentials: ServerCredentials): (connection: Socket) => void
  /** Refuse new streams and end those that are open. Idempotent. */
  close(): Promise<void>
}

/**
 * Clients' pings are never punished, since Node shims ping every 110 s and Go shims every 60 s, without a call under
 * way.
 */
export function newChaincodeServer(register: (call: RegisterCall) => void): ChaincodeServer {
  // grpc-js would print a refused port on the terminal; we say it ourselves.
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
  // A stream that breaks is seen by whoever reads `incoming`; without a listener Node would end the process.
  call.on('error', () => {
    ended = true
  })
  const from = call.getPeer()
  return {
    from,
    incoming: messagesOf(call, from, () => 'The connection broke off: the process ended, was killed, or hung up.'),
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

/** End a call with a status in place of an answer. */
export function refuse(call: RegisterCall, code: status, details: string): void {
  call.emit('error', { code, details })
}
