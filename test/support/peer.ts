import { join } from 'node:path'
import { inspect } from 'node:util'
import { onTestFinished } from 'vitest'
import type { PeerSettings } from '../../core/config/peer-config.ts'
import { apply } from '../../core/contract/apply.ts'
import type { PeerEvent } from '../../core/contract/events.ts'
import type { PeerState } from '../../core/contract/state.ts'
import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import { startPeer, type Peer } from '../../core/index.ts'
import { removePeerImages } from './peer-images.ts'
import { tempFolder } from './temp.ts'

const DEADLINE_MS = 150_000

/** A peer as a test sees it: its state is kept as every door keeps it, by `apply`. */
export interface TestPeer {
  peer: Peer
  api: Peer['api']
  dataDir: string
  /** Every event since the start, oldest first. */
  events: PeerEvent[]
  state(): PeerState
  /** Where chaincode connects. */
  address(): string
  /** The state of an open chaincode. Throws where none has that name. */
  chaincode(name: string): ChaincodeState
  /** Wait until the state is so; where it is not within 150 s, fail with the state as it is. Returns what the predicate did. */
  eventually<T>(what: string, predicate: (state: PeerState) => T | undefined | false): Promise<T>
}

/**
 * A real peer on a data folder of its own and a free port, closed when the test is over. What it made on a Docker engine
 * goes with it; where a data folder is given, its owner has use for it.
 */
export async function testPeer(settings: Partial<PeerSettings> = {}): Promise<TestPeer> {
  const dataDir = settings.dataDir ?? join(await tempFolder('data'), '.slipway')
  const peer = await startPeer({ chaincodeListenAddress: '127.0.0.1:0', ...settings, dataDir })
  onTestFinished(async () => {
    await peer.close()
    const usedDocker = events.some((event) => event.type === 'launch.started' && event.launch.mode === 'net')
    if (usedDocker && settings.dataDir === undefined) await removePeerImages(dataDir)
  })

  const events: PeerEvent[] = []
  const waiting = new Set<() => void>()
  const subscription = peer.subscribe((event) => {
    events.push(event)
    state = apply(state, event)
    for (const look of waiting) look()
  })
  let state = subscription.state

  return {
    peer,
    api: peer.api,
    dataDir,
    events,
    state: () => state,
    address() {
      if (state.listener.state !== 'listening') throw new Error(`the peer is not listening: ${show(state.listener)}`)
      return state.listener.address
    },
    chaincode(name) {
      const chaincode = state.chaincodes[name]
      if (chaincode === undefined)
        throw new Error(`no chaincode ${name} is open: ${Object.keys(state.chaincodes).join()}`)
      return chaincode
    },
    eventually(what, predicate) {
      return new Promise((resolve, reject) => {
        const end = () => {
          waiting.delete(look)
          clearTimeout(timer)
        }
        const look = () => {
          const value = predicate(state)
          if (value === undefined || value === false) return
          end()
          resolve(value)
        }
        const timer = setTimeout(() => {
          end()
          reject(new Error(`not within ${DEADLINE_MS} ms: ${what}. The state is ${show(state)}`))
        }, DEADLINE_MS)
        waiting.add(look)
        look()
      })
    },
  }
}

function show(value: unknown): string {
  return inspect(value, { depth: 8, breakLength: 140, maxStringLength: 2000 })
}
