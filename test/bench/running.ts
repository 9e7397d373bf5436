import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readPeerFile } from '../../main/host/peer-file.ts'
import { connectPeer, type RemotePeer } from '../../main/host/remote-peer.ts'
import type { Program } from './other-build.ts'
import { endOf } from './processes.ts'
import type { Scope } from './scope.ts'

/** This build's program. */
export const own: Program = {
  slipway: fileURLToPath(new URL('../../main/slipway.mjs', import.meta.url)),
  connectPeer,
}

/** `slipway run` in a process of its own, with its chaincode ready. */
export interface Running {
  pid: number
  peer: RemotePeer
  /** The chaincode's name. */
  name: string
}

const LOOK_EVERY_MS = 100

export async function startRunning(scope: Scope, folder: string, program: Program = own): Promise<Running> {
  const run = spawn('node', [program.slipway, 'run', folder], { stdio: 'ignore' })
  scope.defer(() => endOf(run, 'SIGTERM'))
  for (;;) {
    if (run.exitCode !== null) throw new Error(`slipway run ended with ${run.exitCode}`)
    const file = await readPeerFile(join(folder, '.slipway'))
    const peer = file && (await program.connectPeer(file))
    const [chaincode] = Object.values(peer?.state?.chaincodes ?? {})
    if (peer !== undefined && chaincode !== undefined) {
      scope.defer(() => peer.close())
      await peer.api.launch({ name: chaincode.name })
      return { pid: run.pid ?? 0, peer, name: chaincode.name }
    }
    peer?.close()
    await sleep(LOOK_EVERY_MS)
  }
}

/** The peer that serves a window on a folder, as another client of it. */
export async function peerOf(scope: Scope, folder: string): Promise<{ peer: RemotePeer; chaincode: string }> {
  const file = await readPeerFile(join(folder, '.slipway'))
  const peer = file && (await connectPeer(file))
  if (peer === undefined) throw new Error('the window’s peer doesn’t answer')
  scope.defer(() => peer.close())
  const [chaincode = ''] = Object.keys(peer.state?.chaincodes ?? {})
  return { peer, chaincode }
}
