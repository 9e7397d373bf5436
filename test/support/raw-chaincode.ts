import {
  connect,
  constants,
  type IncomingHttpHeaders,
  type ClientHttp2Session,
  type ClientHttp2Stream,
} from 'node:http2'
import { onTestFinished } from 'vitest'
import { ChaincodeID, ChaincodeMessage, type ChaincodeEvent } from '../../core/protos/index.ts'

const DEADLINE_MS = 40_000
const PATH = '/protos.ChaincodeSupport/Register'
const WINDOW = 128 * 1024 * 1024

export type MessageType = keyof typeof ChaincodeMessage.Type

/** What to put into a ChaincodeMessage; `type` may also be a number that Fabric does not know. */
export interface RawMessage {
  type: MessageType | number
  txid?: string
  channel?: string
  payload?: Uint8Array
  event?: ChaincodeEvent
}

/** What a client trusts and shows, PEM. */
export interface RawTls {
  ca: string
  cert?: string
  key?: string
}

/** How the peer ended the stream: the status of gRPC, or the transport's own error. */
export interface StreamEnd {
  /** gRPC's status code; undefined where the connection broke instead. */
  code?: number
  message: string
}

/**
 * A chaincode without a shim: HTTP/2 by hand, so that a test can send what no shim would. Every wait ends by itself
 * after 15 s with what was received so far. The connection is gone when the test is over.
 */
export class RawChaincode {
  /** All messages received, oldest first. */
  readonly received: ChaincodeMessage[] = []
  /** Settles when the stream has ended, whoever ended it; never rejects. */
  readonly ended: Promise<StreamEnd>
  readonly #session: ClientHttp2Session
  readonly #stream: ClientHttp2Stream
  #pending: Buffer = Buffer.alloc(0)
  #taken = 0
  #end: StreamEnd | undefined
  readonly #waiting = new Set<() => void>()

  private constructor(session: ClientHttp2Session) {
    this.#session = session
    session.setLocalWindowSize(WINDOW)
    this.#stream = session.request(
      { ':method': 'POST', ':path': PATH, 'content-type': 'application/grpc', te: 'trailers' },
      { endStream: false },
    )
    this.#stream.on('data', (chunk: Buffer) => this.#take(chunk))
    this.ended = new Promise((resolve) => {
      const end = (how: StreamEnd) => {
        this.#end ??= how
        this.#wake()
        resolve(this.#end)
      }
      const status = (headers: IncomingHttpHeaders) => {
        if (headers['grpc-status'] === undefined) return
        end({
          code: Number(headers['grpc-status']),
          message: decodeURIComponent([headers['grpc-message'] ?? ''].flat().join()),
        })
      }
      this.#stream.on('response', status)
      this.#stream.on('trailers', status)
      this.#stream.on('error', (error) => end({ message: error.message }))
      this.#stream.on('close', () => end({ message: 'the stream was closed without a status' }))
      session.on('error', (error) => end({ message: error.message }))
    })
  }

  /** Connect to a chaincode listener, `127.0.0.1:7052`, and open the stream; nothing is sent yet. */
  static async connect(address: string, tls?: RawTls): Promise<RawChaincode> {
    const session = connect(`${tls === undefined ? 'http' : 'https'}://${address}`, {
      settings: { initialWindowSize: WINDOW },
      ...tls,
    })
    const socket = await new Promise<{ destroy(): void }>((resolve, reject) => {
      session.once('connect', (_session, socket) => resolve(socket))
      session.once('error', reject)
    })
    const chaincode = new RawChaincode(session)
    onTestFinished(() => {
      chaincode.cut()
      // A session that broke off does not take its socket along.
      socket.destroy()
    })
    return chaincode
  }

  /** Connect, register under a name (`name:version`) and wait until the peer says READY. */
  static async register(address: string, name: string, tls?: RawTls): Promise<RawChaincode> {
    const chaincode = await RawChaincode.connect(address, tls)
    await chaincode.register(name)
    return chaincode
  }

  /** Register on the stream that is open, and wait until the peer says READY. */
  async register(name: string): Promise<void> {
    await this.send({ type: 'REGISTER', payload: registerPayload(name) })
    await this.receive('REGISTERED')
    await this.receive('READY')
  }

  /** One more stream on the same connection; both end with it. */
  again(): RawChaincode {
    return new RawChaincode(this.#session)
  }

  /** Send one message. Resolves once it was handed to the transport. */
  send(message: RawMessage): Promise<void> {
    const encoded = new ChaincodeMessage()
    encoded.setType((typeof message.type === 'number' ? message.type : ChaincodeMessage.Type[message.type]) as 0)
    encoded.setTxid(message.txid ?? '')
    encoded.setChannelId(message.channel ?? '')
    encoded.setPayload(message.payload ?? new Uint8Array(0))
    encoded.setChaincodeEvent(message.event)
    return this.sendBytes(encoded.serializeBinary())
  }

  /** Send any bytes as one gRPC message. */
  sendBytes(bytes: Uint8Array): Promise<void> {
    return this.sendRaw(frame(bytes))
  }

  /** Send bytes as they are, without a frame: half a message, or none at all. */
  sendRaw(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
  }

  /** The next message not yet taken; of this type where one is named, which it then must be. */
  async receive(type?: MessageType): Promise<ChaincodeMessage> {
    const message = await this.#next(`a message${type === undefined ? '' : ` ${type}`}`)
    if (type !== undefined && message.getType() !== ChaincodeMessage.Type[type]) {
      throw new Error(`expected ${type}, received ${typeName(message)}`)
    }
    return message
  }

  /** There and back once: what was sent before has been read on the other side. */
  ping(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#session.ping((error) => (error === null ? resolve() : reject(error)))
    })
  }

  /** Half-close: no more will be sent, but answers are still read. */
  endSending(): void {
    this.#stream.end()
  }

  /** Break the connection off, as a killed process does. Idempotent. */
  cut(): void {
    this.#stream.on('error', () => {})
    this.#stream.close(constants.NGHTTP2_CANCEL)
    this.#session.destroy()
  }

  async #next(what: string): Promise<ChaincodeMessage> {
    const deadline = Date.now() + DEADLINE_MS
    for (;;) {
      const message = this.received[this.#taken]
      if (message !== undefined) {
        this.#taken++
        return message
      }
      const sofar = `received so far: ${this.received.map(typeName).join(' ') || 'nothing'}`
      if (this.#end !== undefined) {
        throw new Error(
          `the stream ended (${this.#end.code ?? 'no status'} ${this.#end.message}) before ${what}; ${sofar}`,
        )
      }
      if (Date.now() >= deadline) throw new Error(`${what} did not come within ${DEADLINE_MS} ms; ${sofar}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now())
        this.#waiting.add(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  #take(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    while (this.#pending.length >= 5 && this.#pending.length >= 5 + this.#pending.readUInt32BE(1)) {
      const end = 5 + this.#pending.readUInt32BE(1)
      this.received.push(ChaincodeMessage.deserializeBinary(this.#pending.subarray(5, end)))
      this.#pending = this.#pending.subarray(end)
    }
    this.#wake()
  }
}

/** The payload of REGISTER: a ChaincodeID that holds `name:version` in its name. */
export function registerPayload(name: string): Uint8Array {
  const id = new ChaincodeID()
  id.setName(name)
  return id.serializeBinary()
}

/** gRPC's frame of a message: not compressed, four bytes of length, the message. */
export function frame(message: Uint8Array): Uint8Array {
  const header = Buffer.alloc(5)
  header.writeUInt32BE(message.length, 1)
  return Buffer.concat([header, message])
}

function typeName(message: ChaincodeMessage): string {
  const type = message.getType()
  return Object.entries(ChaincodeMessage.Type).find(([, number]) => number === type)?.[0] ?? String(type)
}
