import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { ChaincodeMessage } from '../../core/protos/index.ts'

/** One message that went by: `>` from the chaincode to the peer, `<` back. */
export interface Recorded {
  direction: '>' | '<'
  message: ChaincodeMessage
  /** As it went over the wire. */
  raw: Uint8Array
}

export interface RecordingProxy {
  /** Where chaincode connects instead of to the peer. */
  address: string
  /** The messages so far, oldest first, each as `> GET_STATE`. */
  sequence(): string[]
  /** The same, and start over. */
  take(): string[]
  /** The messages themselves, so far. */
  messages(): readonly Recorded[]
}

const PREFACE_BYTES = 24
const FRAME_HEADER_BYTES = 9
const DATA = 0
const PADDED = 0x8

/**
 * A proxy between a chaincode and its peer that hands on every byte as it is and notes the messages in it. A real shim
 * speaks one stream on a connection, so the DATA frames of each direction are that stream.
 */
export async function recordingProxy(peerAddress: string): Promise<RecordingProxy> {
  const [host = '', port = ''] = peerAddress.split(':')
  const recorded: Recorded[] = []
  const sockets = new Set<Socket>()
  const server = createServer((chaincode) => {
    const peer = connect(Number(port), host)
    const note = (direction: Recorded['direction']) => (raw: Uint8Array) =>
      recorded.push({ direction, message: ChaincodeMessage.deserializeBinary(raw), raw })
    hand(chaincode, peer, framesOf(PREFACE_BYTES, note('>')))
    hand(peer, chaincode, framesOf(0, note('<')))
    for (const socket of [chaincode, peer]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    sequence: () => recorded.map(inWords),
    take: () => recorded.splice(0).map(inWords),
    messages: () => recorded,
  }
}

function hand(from: Socket, to: Socket, seen: (bytes: Buffer) => void): void {
  from.on('data', (bytes: Buffer) => {
    seen(bytes)
    to.write(bytes)
  })
  from.on('end', () => to.end())
  // Whichever side breaks, the other one is to see it.
  from.on('error', () => to.destroy())
}

/** Reads HTTP/2 frames, and the gRPC messages in their DATA. */
function framesOf(skip: number, found: (message: Uint8Array) => void): (bytes: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0)
  const messages = messagesIn(found)
  let skipped = 0
  return (bytes) => {
    pending = Buffer.concat([pending, bytes])
    const preface = Math.min(skip - skipped, pending.length)
    skipped += preface
    pending = pending.subarray(preface)
    while (pending.length >= FRAME_HEADER_BYTES) {
      const end = FRAME_HEADER_BYTES + pending.readUIntBE(0, 3)
      if (pending.length < end) return
      const padded = (pending.readUInt8(4) & PADDED) !== 0
      if (pending.readUInt8(3) === DATA) {
        const body = pending.subarray(FRAME_HEADER_BYTES, end)
        messages(padded ? body.subarray(1, body.length - body.readUInt8(0)) : body)
      }
      pending = pending.subarray(end)
    }
  }
}

/** Reads gRPC messages. What comes in many pieces is put together once it is whole: a message may have 100 MB. */
function messagesIn(found: (message: Uint8Array) => void): (bytes: Buffer) => void {
  let pieces: Buffer[] = []
  let length = 0
  let wanted = 5
  return (bytes) => {
    pieces.push(bytes)
    length += bytes.length
    while (length >= wanted) {
      const whole = Buffer.concat(pieces)
      const end = 5 + whole.readUInt32BE(1)
      if (length >= end) {
        found(whole.subarray(5, end))
        length -= end
      }
      pieces = [length === whole.length ? whole : whole.subarray(end)]
      wanted = length === whole.length ? end : 5
    }
  }
}

export function inWords({ direction, message }: Omit<Recorded, 'raw'>): string {
  return `${direction} ${typeName(message)}`
}

function typeName(message: ChaincodeMessage): string {
  const type = message.getType()
  return Object.entries(ChaincodeMessage.Type).find(([, number]) => number === type)?.[0] ?? String(type)
}
