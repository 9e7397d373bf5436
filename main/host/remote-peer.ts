import { createBirpc } from 'birpc'
import { WebSocket } from 'ws'
import type { Api, ApiName, PeerNews } from '../../core/contract/api.ts'
import { PeerError } from '../../core/contract/error.ts'
import type { PeerState } from '../../core/contract/state.ts'
import type { DoorFunctions, HostFunctions } from '../../core/contract/wire.ts'
import type { PeerFile } from './peer-file.ts'

/** A peer that runs in another process of this machine. */
export interface RemotePeer {
  /** As it was when the wire opened; undefined where that host has no folder open. */
  readonly state: PeerState | undefined
  /** Throws what the command threw there; DISCONNECTED where the other process ends meanwhile. */
  call<N extends ApiName>(name: N, args: Parameters<Api[N]>[0], signal?: AbortSignal): ReturnType<Api[N]>
  close(): void
}

const CONNECT_WITHIN_MS = 5_000
const ANSWERS_WHEN_IT_LIKES = -1

/** Connect to the peer that peer.json names. Undefined where nobody there knows us: the file is stale. */
export async function connectPeer({ url, token }: PeerFile): Promise<RemotePeer | undefined> {
  const ws = new WebSocket(url, {
    headers: { Authorization: `Bearer ${token}` },
    handshakeTimeout: CONNECT_WITHIN_MS,
    perMessageDeflate: false,
  })
  if (!(await opens(ws))) return undefined

  const rpc = converse(ws)
  ws.once('close', () => rpc.functions.$close(disconnected()))
  // An error is followed by `close`, which fails the calls.
  ws.on('error', () => ws.terminate())

  let lastId = 0
  async function call(name: ApiName, args: unknown, signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted()
    const id = ++lastId
    // The outcome then says ABORTED; where the wire has closed the call has failed already.
    const cancel = () => void rpc.functions.cancel(id).catch(() => undefined)
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      const outcome = await rpc.functions.call(id, name, args)
      if (!outcome.ok) throw PeerError.revive(outcome.error)
      return outcome.value
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  try {
    return {
      state: await rpc.snapshot(),
      // What comes over the wire under a command's name is that command's result: both ends have one map of types.
      call: call as RemotePeer['call'],
      close: () => ws.close(),
    }
  } catch (error) {
    ws.terminate()
    throw error
  }
}

function opens(ws: WebSocket): Promise<boolean> {
  return new Promise((settle) => {
    ws.once('open', () => settle(true))
    // Refused, or another program on that port: either way it is not the peer that wrote the file.
    ws.once('error', () => settle(false))
  })
}

function converse(ws: WebSocket) {
  let heardSnapshot: (state: PeerState | undefined) => void = () => undefined
  const heard = new Promise<PeerState | undefined>((settle) => (heardSnapshot = settle))
  const news = (told: PeerNews) => {
    if (told.type === 'snapshot') heardSnapshot(told.state)
  }
  const functions = createBirpc<HostFunctions, DoorFunctions>(
    { news },
    {
      post: (message) => ws.send(JSON.stringify(message)),
      on: (listener) => ws.on('message', (data: { toString(): string }) => listener(JSON.parse(data.toString()))),
      timeout: ANSWERS_WHEN_IT_LIKES,
    },
  )
  return {
    functions,
    async snapshot() {
      await functions.listen()
      return heard
    },
  }
}

function disconnected(): PeerError {
  return new PeerError('DISCONNECTED', { message: 'The Slipway that ran this folder ended.' })
}
