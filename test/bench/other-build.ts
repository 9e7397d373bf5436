import { fork } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Api } from '../../core/contract/api.ts'
import type { apply } from '../../core/contract/apply.ts'
import type { startPeer } from '../../core/index.ts'
import type { connectPeer } from '../../main/host/remote-peer.ts'
import { endOf } from './processes.ts'
import type { Scope } from './scope.ts'

/** What the bench starts a peer with, of this build or another. */
export interface Core {
  startPeer: typeof startPeer
  apply: typeof apply
}

/** A build of another commit, to be measured in the same run. */
export interface OtherBuild {
  program: Program
  /** A peer of it, in a process of its own: two copies of Fabric's messages don't get on in one. */
  open(scope: Scope, folder: string): Promise<OtherPeer>
}

/** The `slipway` program of a build, and how its running peer is called. */
export interface Program {
  slipway: string
  connectPeer: typeof connectPeer
}

export type NamedCall = [fn: string, args: string[]]

/** Calls for the other build's peer, which measures them as this process measures its own. */
export interface Turn {
  kind: 'evaluate' | 'submit'
  /** How many in flight; 1: one at a time. */
  width: number
  calls: NamedCall[]
}

export interface OtherPeer {
  /** The median of their times in milliseconds if they are one at a time, else calls per second. */
  take(turn: Turn): Promise<number>
}

/** The clone in this folder, which build/bench.mjs has bundled beside the bench. */
export async function otherBuild(folder: string): Promise<OtherBuild> {
  const module: unknown = await import(new URL('../bench-against/remote-peer.js', import.meta.url).href)
  const { connectPeer } = module as Pick<Program, 'connectPeer'>
  const connect: typeof connectPeer = async (file) => {
    const peer = await connectPeer(file)
    return peer && withApi(peer)
  }
  return { program: { slipway: resolve(folder, 'main/slipway.mjs'), connectPeer: connect }, open }
}

async function open(scope: Scope, folder: string): Promise<OtherPeer> {
  const child = fork(fileURLToPath(new URL('other-process.js', import.meta.url)), [folder])
  scope.defer(() => endOf(child, 'SIGTERM'))
  const answer = () =>
    new Promise<number>((settle, reject) => {
      const ended = () => reject(new Error('the other build has ended'))
      child.once('exit', ended)
      child.once('message', (told: { figure: number } | { failed: string }) => {
        child.off('exit', ended)
        if ('failed' in told) reject(new Error(`the other build: ${told.failed}`))
        else settle(told.figure)
      })
    })
  await answer()
  return {
    take(turn) {
      child.send(turn)
      return answer()
    },
  }
}

type RemotePeer = NonNullable<Awaited<ReturnType<typeof connectPeer>>>

/** Builds before the command line's `api` had one function for all commands. */
function withApi(peer: RemotePeer): RemotePeer {
  if (!('call' in peer) || typeof peer.call !== 'function') return peer
  const { call } = peer as unknown as { call: (name: string, args: unknown) => unknown }
  const api = new Proxy({} as Api, { get: (_, name) => (args: unknown) => call(String(name), args) })
  return { state: peer.state, api, watch: (listener) => peer.watch(listener), close: () => peer.close() }
}
