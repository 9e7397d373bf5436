import { createBirpc } from 'birpc'
import { WebSocket } from 'ws'
import { hostCommands, peerCommands, type Api, type PeerNews } from '../../core/contract/api.ts'
import { applyNews } from '../../core/contract/apply.ts'
import { apiOver } from '../../core/contract/command.ts'
import { disconnected, rpcClient } from '../../core/contract/rpc-client.ts'
import type { PeerState } from '../../core/contract/state.ts'
import { doorEnd, type DoorFunctions, type HostFunctions } from '../../core/contract/wire.ts'
import type { PeerFile } from './peer-file.ts'

/** A peer that runs in another process of this machine. */
export interface RemotePeer {
  /** Its present state; undefined if its host has no folder open. */
  readonly state: PeerState | undefined
  /** Throws what the command threw there; DISCONNECTED if the other process ends meanwhile. */
  readonly api: Api
  /** Called with the present state, and with every later one. */
  watch(listener: (state: PeerState) => void): void
  close(): void
}

const CONNECT_WITHIN_MS = 5_000

/** Connect to the peer that peer.json names. Undefined if it refuses us or doesn't answer: the file is stale. */
export async function connectPeer({ url, token }: PeerFile): Promise<RemotePeer | undefined> {
  const ws = new WebSocket(url, {
    headers: { Authorization: `Bearer ${token}` },
    handshakeTimeout: CONNECT_WITHIN_MS,
    perMessageDeflate: false,
  })
  if (!(await opens(ws))) return undefined
  // An error is followed by `close`.
  ws.on('error', () => ws.terminate())

  let state: PeerState | undefined
  let watching: (state: PeerState) => void = () => undefined
  let hear = (_news: PeerNews): void => undefined
  const client = rpcClient(
    createBirpc<HostFunctions, DoorFunctions>(
      { news: (news) => hear(news) },
      {
        ...doorEnd,
        post: (message) => ws.send(JSON.stringify(message)),
        on: (listener) => ws.on('message', (data: { toString(): string }) => listener(JSON.parse(data.toString()))),
      },
    ),
  )
  ws.once('close', () => client.close())
  await new Promise<void>((settle, reject) => {
    ws.once('close', () => reject(disconnected()))
    hear = (news) => {
      state = applyNews(state, news)
      if (state !== undefined) watching(state)
      settle()
    }
    client.listen()
  })
  return {
    get state() {
      return state
    },
    api: apiOver({ ...peerCommands, ...hostCommands }, client.call),
    watch(listener) {
      watching = listener
      if (state !== undefined) listener(state)
    },
    close: () => ws.close(),
  }
}

function opens(ws: WebSocket): Promise<boolean> {
  return new Promise((settle) => {
    ws.once('open', () => settle(true))
    // Refused, or another program on that port: either way, not the peer that wrote the file.
    ws.once('error', () => settle(false))
  })
}
