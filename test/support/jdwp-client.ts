import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

const HANDSHAKE = 'JDWP-Handshake'
const ALL = 2
const BREAKPOINT = 2

/** A Java debugger, as far as a test needs it (JDWP; ids have eight bytes). */
export interface JdwpClient {
  /** Stop all threads at the first line of a method. `signature`: of a class that is loaded, `Lexample/NoteContract;`. */
  breakIn(signature: string, method: string): Promise<void>
  /** The next breakpoint. */
  paused(): Promise<void>
  resume(): Promise<void>
  readonly closed: Promise<void>
  /** Gone without a word. */
  terminate(): void
}

/** Connect and shake hands. Rejects where nobody takes it. */
export async function connectJdwp(port: number): Promise<JdwpClient> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  const packets = reader(socket)
  socket.write(HANDSHAKE)
  await packets.handshake
  let last = 0
  const command = (set: number, number: number, data: Buffer = Buffer.alloc(0)): Promise<Buffer> => {
    const id = (last += 1)
    const header = Buffer.alloc(11)
    header.writeUInt32BE(11 + data.length, 0)
    header.writeUInt32BE(id, 4)
    header.writeUInt8(set, 9)
    header.writeUInt8(number, 10)
    socket.write(Buffer.concat([header, data]))
    return packets.reply(id)
  }
  return {
    async breakIn(signature, method) {
      const classes = await command(1, 2, text(signature))
      if (classes.readUInt32BE(0) === 0) throw new Error(`${signature} is not loaded`)
      const type = classes.subarray(5, 13)
      const methods = await command(2, 5, type)
      const found = methodId(methods, method)
      // Kind, policy, one modifier: LocationOnly, with the class's tag, its id, the method and the index of its code.
      const head = Buffer.from([BREAKPOINT, ALL, 0, 0, 0, 1, 7, classes[4] ?? 1])
      await command(15, 1, Buffer.concat([head, type, found, Buffer.alloc(8)]))
    },
    paused: packets.paused,
    async resume() {
      await command(1, 9)
    },
    closed: packets.closed,
    terminate: () => socket.destroy(),
  }
}

function text(value: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(value))
  return Buffer.concat([length, Buffer.from(value)])
}

/** Of ReferenceType.Methods: id, name, signature and modifiers of each. */
function methodId(methods: Buffer, wanted: string): Buffer {
  let at = 4
  const string = () => {
    const length = methods.readUInt32BE(at)
    at += 4 + length
    return methods.subarray(at - length, at).toString()
  }
  for (let left = methods.readUInt32BE(0); left > 0; left -= 1) {
    const id = methods.subarray(at, at + 8)
    at += 8
    const name = string()
    string()
    at += 4
    if (name === wanted) return id
  }
  throw new Error(`no method ${wanted}`)
}

function reader(socket: Socket): {
  handshake: Promise<void>
  closed: Promise<void>
  reply(id: number): Promise<Buffer>
  paused(): Promise<void>
} {
  const replies = new Map<number, { resolve(data: Buffer): void; reject(error: Error): void }>()
  let stops = 0
  let wake: () => void = () => undefined
  let shaken: () => void = () => undefined
  let refused: (error: Error) => void = () => undefined
  const handshake = new Promise<void>((resolve, reject) => {
    shaken = resolve
    refused = reject
  })
  let isShaken = false
  let buffer: Buffer = Buffer.alloc(0)
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve()
      refused(new Error('hung up'))
      for (const { reject } of replies.values()) reject(new Error('hung up'))
    })
  })
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk])
    if (!isShaken && buffer.length >= HANDSHAKE.length) {
      isShaken = true
      buffer = buffer.subarray(HANDSHAKE.length)
      shaken()
    }
    while (isShaken && buffer.length >= 11 && buffer.length >= buffer.readUInt32BE(0)) {
      const packet = buffer.subarray(0, buffer.readUInt32BE(0))
      buffer = buffer.subarray(packet.length)
      if (packet.readUInt8(8) === 0x80) {
        const reply = replies.get(packet.readUInt32BE(4))
        const error = packet.readUInt16BE(9)
        if (error === 0) reply?.resolve(packet.subarray(11))
        else reply?.reject(new Error(`JDWP error ${error}`))
      } else if (packet.readUInt8(16) === BREAKPOINT) {
        stops += 1
        wake()
      }
    }
  })
  return {
    handshake,
    closed,
    reply: (id) => new Promise((resolve, reject) => replies.set(id, { resolve, reject })),
    async paused() {
      while (stops === 0) await new Promise<void>((resolve) => (wake = resolve))
      stops -= 1
    },
  }
}
