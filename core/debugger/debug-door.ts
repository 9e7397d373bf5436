import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { PeerError } from '../contract/error.ts'
import { messageOf } from '../contract/error-message.ts'
import type { DebuggerState } from '../contract/debugger.ts'
import { withoutUndefined } from '../contract/without-undefined.ts'
import { bindNextFree } from '../comm/next-free-port.ts'
import { now } from '../facts/clock.ts'
import { isAnotherUsers } from '../process/socket-owner.ts'
import type { Standstill } from '../facts/standstill.ts'
import type { Debugged } from './debugged.ts'
import { DebuggedProcess } from './debugged-process.ts'
import type { Runtime } from './runtime.ts'

const HOST = '127.0.0.1'

/** What a door needs of the peer. */
export interface DebugDoorParts {
  /** Of the chaincode. */
  name: string
  runtime: Runtime
  standstill: Standstill
  /** Its state is new. */
  changed: (state: DebuggerState) => void
}

/** Where editors reach the debugger of one chaincode, whichever process runs. */
export interface DebugDoor {
  readonly port: number
  /** A process is about to be started: from now on editors are connected to it, if it doesn't end before. */
  begin(): Debugged
  /** Idempotent. */
  close(): Promise<void>
}

/**
 * Listen for editors, on the port that is asked for, else on the usual one or the next that is free. The port stays while
 * processes come and go; each has a debugger port of its own, so that two may run at once. An editor stays with the
 * process it was connected to until that ends: a call that stands at a breakpoint is not lost by a save.
 * @throws PeerError DEBUG_PORT_TAKEN, PORT_UNAVAILABLE
 */
export async function openDebugDoor(parts: DebugDoorParts, wanted: number | undefined): Promise<DebugDoor> {
  const { name, runtime, standstill, changed } = parts
  /** Oldest first. */
  const processes: DebuggedProcess[] = []
  let pausedAt: number | undefined
  /** Of the newest process, also when it has ended. */
  let root: string | undefined
  let last = ''
  const tell = () => {
    const stands = processes.some((process) => process.stands)
    pausedAt = stands ? (pausedAt ?? now()) : undefined
    const clients = processes.reduce((sum, process) => sum + process.clients, 0)
    const newest = processes.at(-1)
    if (newest !== undefined) ({ root } = newest)
    const state = withoutUndefined({ protocol: runtime.protocol, port, clients, root, pausedAt })
    const text = JSON.stringify(state)
    if (text !== last) changed(state)
    last = text
  }
  const news = {
    changed(process: DebuggedProcess) {
      standstill.set(process, process.stands)
      tell()
    },
    ended(process: DebuggedProcess) {
      processes.splice(processes.indexOf(process), 1)
      standstill.set(process, false)
      tell()
    },
  }

  const open = new Set<Socket>()
  const server = createServer((editor) => {
    open.add(editor)
    editor.once('close', () => open.delete(editor))
    editor.on('error', () => editor.destroy())
    void admitted(editor).then((isAdmitted) => {
      const newest = processes.at(-1)
      if (!isAdmitted || newest === undefined) editor.destroy()
      else void newest.serve(editor)
    })
  })
  const port = await listen(server, name, wanted, runtime.usualPort)
  tell()
  let closed: Promise<void> | undefined
  return {
    port,
    begin() {
      const process = new DebuggedProcess(runtime, news)
      processes.push(process)
      return process
    },
    close() {
      return (closed ??= new Promise((resolve) => {
        server.close(() => resolve())
        for (const editor of open) editor.destroy()
        for (const process of processes) standstill.set(process, false)
      }))
    },
  }
}

/**
 * Who is connected to a debugger runs what it likes as the chaincode's user. Delve itself refuses other users, but it sees
 * only this process; so the same is asked here. Behind it, Node's and the JVM's own ports, and any debugger's in a
 * container, are open to whoever reaches them: every user of this machine, and in a container the others of its network.
 */
async function admitted(editor: Socket): Promise<boolean> {
  const { localPort, remotePort } = editor
  if (localPort === undefined || remotePort === undefined) return false
  return !(await isAnotherUsers({ localPort, remotePort })) && !editor.destroyed
}

async function listen(server: Server, name: string, wanted: number | undefined, usual: number): Promise<number> {
  const bind = (host: string, port: number) =>
    new Promise<number>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => {
        server.off('error', reject)
        resolve((server.address() as AddressInfo).port)
      })
    })
  if (wanted === undefined) return (await bindNextFree(`${HOST}:${usual}`, bind)).port
  try {
    return await bind(HOST, wanted)
  } catch (cause) {
    throw new PeerError('DEBUG_PORT_TAKEN', { name, port: wanted, reason: messageOf(cause) }, { cause })
  }
}
