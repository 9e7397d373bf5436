import { ServerCredentials } from '@grpc/grpc-js'
import type { ChaincodeStream } from './chaincode-stream.ts'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { isInTree, ownerOf } from '../process/socket-owner.ts'
import { ChaincodeMessage } from '../protos/index.ts'
import { listeningDoor } from './first-bytes.ts'
import { newChaincodeServer, portOf, streamOf } from './grpc-server.ts'
import { watched } from './watched-stream.ts'

/** What registers at a listener of its own, and for whom. */
export interface Listened {
  /** MSP id of the organisation whose peer it serves; undefined: the peer's own. */
  organisation: string | undefined
  /** Of the chaincode, for a person. */
  name: string
}

/** Where the processes that Slipway starts of one chaincode for one organisation connect, and nobody else does. */
export interface ProcessListener {
  readonly address: string
  /**
   * A process is being started; from now on it may register under this name. `pid` resolves once it runs, with undefined
   * if it never does, and never rejects.
   */
  expect(ccid: string, pid: Promise<number | undefined>): Expected
  /** Refuse new streams and end those that are open. Idempotent. */
  close(): Promise<void>
}

/** A process that may register. */
export interface Expected {
  /** Resolves with the reason if a stream of its is turned away before it has registered; otherwise never. */
  readonly turnedAway: Promise<PeerError>
  /** It has ended: it is expected no longer. */
  end(): void
}

/** As the listener knows it. */
interface Awaited {
  ccid: string
  pid: Promise<number | undefined>
  turnAway(reason: PeerError): void
}

/**
 * A listener on loopback for what Slipway starts itself. A port says which instance a stream belongs to, and the process
 * at the other end of the connection whether Slipway started it: no shim can be given a secret to show. The system is
 * asked for it while the shim makes its handshake. Only where the system doesn't tell (no lsof, a sandbox) does the port
 * alone have to do.
 * @param wanted the port; 0: any
 * @throws PeerError PORT_UNAVAILABLE
 */
export async function listenForProcesses(
  listened: Listened,
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>,
  wanted = 0,
): Promise<ProcessListener> {
  const expected = new Set<Awaited>()
  const { organisation, name } = listened
  let port = 0

  const admit = async (remotePort: number, from: string): Promise<Awaited> => {
    const running = await Promise.all([...expected].map(async (head) => ({ head, pid: (await head.pid) ?? 0 })))
    const heads = running.filter(({ pid }) => pid > 0)
    const owner = await ownerOf(
      { localPort: port, remotePort },
      heads.map(({ pid }) => pid),
    )
    const { pid } = owner
    for (const each of heads) {
      if (owner.isUnknown || pid === each.pid) return each.head
    }
    for (const each of heads) {
      if (pid !== undefined && (await isInTree(pid, each.pid)) !== false) return each.head
    }
    const reason = `Process ${pid ?? 'of another user'} isn't one that Slipway started for it.`
    throw new PeerError('STREAM_REFUSED', { canonicalName: name, from, reason })
  }

  const grpc = newChaincodeServer((call) => {
    let admitted: Awaited | undefined
    let registered = false
    const admission = admit(portOf(call), call.getPeer()).then((head) => {
      admitted = head
      return head.ccid
    })
    admission.catch(() => undefined)
    const stream = watched(streamOf(call), {
      onSend: (type) => (registered ||= type === ChaincodeMessage.Type.REGISTERED),
      onEnd(reason) {
        if (!registered && reason !== undefined) admitted?.turnAway(reason)
      },
    })
    void handleChaincodeStream({ ...stream, organisation, admission })
  })
  const serve = grpc.inject(ServerCredentials.createInsecure())
  const door = listeningDoor((socket, spoken) => {
    if (spoken === 'http2') return serve(socket)
    const from = `${HOST}:${socket.remotePort ?? ''}`
    // Until it is known whose it is, its end of the connection has to be there to be looked for.
    void admit(socket.remotePort ?? 0, from)
      .then(({ turnAway }) => {
        // A look whether somebody listens here isn't the chaincode's own stream.
        if (spoken === 'tls') turnAway(new PeerError('CHAINCODE_SPEAKS_TLS', { from, address: `${HOST}:${port}` }))
      })
      .catch(() => undefined)
      .finally(() => socket.destroy())
  })
  try {
    port = await door.listen(HOST, wanted)
  } catch (cause) {
    throw new PeerError('PORT_UNAVAILABLE', { wanted: `${HOST}:${wanted}`, reason: messageOf(cause) }, { cause })
  }
  let closed: Promise<void> | undefined
  const close = async () => {
    const stopped = door.close()
    await grpc.close()
    await stopped
  }
  return {
    address: `${HOST}:${port}`,
    expect(ccid, pid) {
      let turnAway: Awaited['turnAway'] = () => undefined
      const turnedAway = new Promise<PeerError>((resolve) => (turnAway = resolve))
      const entry = { ccid, pid, turnAway }
      expected.add(entry)
      return { turnedAway, end: () => void expected.delete(entry) }
    },
    close: () => (closed ??= close()),
  }
}

const HOST = '127.0.0.1'

/** The listeners of a peer, each opened when first asked for. */
export interface ProcessListeners {
  /** @throws PeerError PORT_UNAVAILABLE */
  of(listened: Listened): Promise<ProcessListener>
  /**
   * What is started from now on of a chaincode, for the peer's own organisation, connects to this port, until the
   * chaincode is closed. What runs keeps the one it has.
   * @throws PeerError PORT_UNAVAILABLE
   */
  usePort(name: string, port: number): Promise<void>
  /** Those of a chaincode; without a name, all. */
  close(name?: string): Promise<void>
}

export function newProcessListeners(
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>,
): ProcessListeners {
  const listeners = new Map<string, { name: string; listener: Promise<ProcessListener> }>()
  let replaced = 0
  const keyOf = ({ name, organisation }: Listened) => `${name}\0${organisation ?? ''}`
  return {
    of(listened) {
      const key = keyOf(listened)
      const known = listeners.get(key)
      if (known !== undefined) return known.listener
      const listener = listenForProcesses(listened, handleChaincodeStream)
      listeners.set(key, { name: listened.name, listener })
      // The next one to ask tries again.
      listener.catch(() => listeners.delete(key))
      return listener
    },
    async usePort(name, port) {
      const listened = { name, organisation: undefined }
      const key = keyOf(listened)
      const before = listeners.get(key)
      if ((await before?.listener.catch(() => undefined))?.address === `${HOST}:${port}`) return
      const listener = await listenForProcesses(listened, handleChaincodeStream, port)
      // A process may still be connected to the one before.
      if (before !== undefined) listeners.set(`${key}\0${(replaced += 1)}`, before)
      listeners.set(key, { name, listener: Promise.resolve(listener) })
    },
    async close(name) {
      const closing = [...listeners].filter(([, each]) => name === undefined || each.name === name)
      for (const [key] of closing) listeners.delete(key)
      await Promise.allSettled(closing.map(async ([, { listener }]) => (await listener).close()))
    },
  }
}
