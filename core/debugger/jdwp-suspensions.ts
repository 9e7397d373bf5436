import type { Listener, ListenerNews } from './runtime.ts'

const HANDSHAKE = 14
const HEADER = 11
/** Of a command, that is no reply. */
const isCommand = (packet: Buffer) => packet.readUInt8(8) === 0
const commandOf = (packet: Buffer) => `${packet.readUInt8(9)}.${packet.readUInt8(10)}`

/** VirtualMachine and ThreadReference, by number (the specification's "JDWP Protocol Details"). */
const VM_SUSPEND = '1.8'
const VM_RESUME = '1.9'
const THREAD_SUSPEND = '11.2'
const THREAD_RESUME = '11.3'
const COMPOSITE = '64.100'
const EVENT_THREAD = 1
const ALL = 2
/** Events that name no thread. */
const CLASS_UNLOAD = 9
const VM_DEATH = 99

/**
 * Counts how often an editor and the events it asked for have suspended the threads of a JVM, as the JVM does: for all
 * together, and for each thread how far it differs. When the editor leaves, the JVM resumes them all.
 */
export function newSuspensions({ attached, paused }: ListenerNews): Listener {
  let all = 0
  let threads = new Map<string, number>()
  let stood = false
  let isAttached = false
  const change = (thread: string, by: number) => threads.set(thread, (threads.get(thread) ?? 0) + by)
  const resumeAll = () => {
    if (all > 0) {
      // One that was resumed by itself stays at nothing.
      threads = new Map([...threads].map(([thread, n]) => [thread, all + n <= 0 ? n + 1 : n]))
      all -= 1
    } else threads = new Map([...threads].flatMap(([thread, n]) => (n > 1 ? [[thread, n - 1] as const] : [])))
  }
  const tell = () => {
    const stands = all > 0 || [...threads.values()].some((n) => n > 0)
    if (stands !== stood) paused((stood = stands))
  }
  const resume = (thread: string) => {
    if (all + (threads.get(thread) ?? 0) > 0) change(thread, -1)
  }
  const fromEditor = newPackets((packet) => {
    if (!isAttached) attached()
    isAttached = true
    if (!isCommand(packet)) return
    const command = commandOf(packet)
    if (command === VM_SUSPEND) all += 1
    if (command === VM_RESUME) resumeAll()
    if (command === THREAD_SUSPEND) change(threadAt(packet, HEADER), 1)
    if (command === THREAD_RESUME) resume(threadAt(packet, HEADER))
    tell()
  })
  const fromProcess = newPackets((packet) => {
    if (!isCommand(packet) || commandOf(packet) !== COMPOSITE || packet.length < HEADER + 5) return
    const policy = packet.readUInt8(HEADER)
    if (policy === ALL) all += 1
    if (policy === EVENT_THREAD) {
      const kind = packet.length > HEADER + 5 ? packet.readUInt8(HEADER + 5) : VM_DEATH
      if (kind !== VM_DEATH && kind !== CLASS_UNLOAD) change(threadAt(packet, HEADER + 10), 1)
    }
    tell()
  })
  return { fromProcess, fromEditor }
}

/** Thread ids have eight bytes in HotSpot and OpenJ9. */
function threadAt(packet: Buffer, at: number): string {
  return packet.subarray(at, at + 8).toString('hex')
}

/** Only the beginning of a packet is needed. */
const BEGINNING = HEADER + 18

/** Cuts what one side sends into packets, after the handshake; each is passed on as far as it is needed. */
function newPackets(take: (packet: Buffer) => void): (chunk: Buffer) => void {
  let skip = HANDSHAKE
  let packet = Buffer.alloc(0)
  return (chunk) => {
    let rest = chunk
    while (rest.length > 0) {
      const skipped = Math.min(skip, rest.length)
      skip -= skipped
      rest = rest.subarray(skipped)
      if (skip > 0 || rest.length === 0) return
      const length = packet.length < 4 ? BEGINNING : Math.min(packet.readUInt32BE(0), BEGINNING)
      const wanted = packet.length < 4 ? 4 : length
      const part = rest.subarray(0, wanted - packet.length)
      packet = Buffer.concat([packet, part])
      rest = rest.subarray(part.length)
      if (packet.length < 4 || packet.length < Math.min(packet.readUInt32BE(0), BEGINNING)) continue
      skip = Math.max(0, packet.readUInt32BE(0) - packet.length)
      const whole = packet
      packet = Buffer.alloc(0)
      if (whole.length >= HEADER) take(whole)
    }
  }
}
