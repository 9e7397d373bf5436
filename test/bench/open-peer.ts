import { join } from 'node:path'
import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import type { Mode } from '../../core/contract/mode.ts'
import type { PeerState } from '../../core/contract/state.ts'
import type { Peer } from '../../core/index.ts'
import type { Connection } from './load.ts'
import type { Core } from './other-build.ts'
import type { Scope } from './scope.ts'

/** A peer with one chaincode ready. */
export interface Ours {
  peer: Peer
  name: string
  chaincode(): ChaincodeState
  /** Lines received so far, of whatever source. */
  lines(): number
  /** Resolves as soon as an event has made it so. */
  until(predicate: (chaincode: ChaincodeState) => boolean): Promise<void>
  /** How an application connects to it, where it serves any. */
  connection(): Promise<Connection>
  /** Of its channel. */
  height(): number
  evaluate(fn: string, args: string[]): Promise<string>
  /** `endorsers`: MSP ids, where not as few as its policy asks for. */
  submit(fn: string, args: string[], endorsers?: string[]): Promise<void>
}

/** Start a peer of this core, and open the folder in it; resolves once its chaincode is ready. */
export async function openPeer(
  { startPeer, apply }: Core,
  scope: Scope,
  folder: string,
  options: { watch: boolean; mode?: Mode; organisations?: string[]; services?: boolean },
): Promise<Ours> {
  const { watch, mode = 'dev', organisations = ['Org1MSP'], services = false } = options
  const dataDir = join(folder, '.slipway')
  const served = services ? { listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0' } : {}
  const chaincodeListenAddress = '127.0.0.1:0'
  const peer = await startPeer({ dataDir, chaincodeListenAddress, prewarm: watch, organisations, ...served })
  scope.defer(() => peer.close())
  const looking = new Set<() => void>()
  const subscription = peer.subscribe((event) => {
    state = apply(state, event)
    for (const look of looking) look()
  })
  let state: PeerState = subscription.state
  const { name } = await peer.api.openChaincode({ folder, watch, mode })
  const chaincode = () => {
    const found = state.chaincodes[name]
    if (found === undefined) throw new Error(`${name} is not open`)
    return found
  }
  const until: Ours['until'] = (predicate) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const { error } = chaincode()
        if (error === undefined && !predicate(chaincode())) return
        looking.delete(look)
        if (error === undefined) resolve()
        else reject(new Error(`${error.what} ${error.why}`))
      }
      looking.add(look)
      look()
    })
  await until(({ registration, builds }) => registration.state === 'ready' && builds[0]?.state === 'serving')

  return {
    peer,
    name,
    chaincode,
    lines: () => state.logs.count,
    until,
    async connection() {
      const { certificate, privateKey, mspId } = await peer.api.exportIdentity({ identity: 'User1' })
      const address = state.services.peers[mspId] ?? ''
      return { peer: address, mspId, certificate, privateKey, channel: chaincode().channel, chaincode: name }
    },
    height: () => state.channels[chaincode().channel]?.height ?? 0,
    async evaluate(fn, args) {
      const { status, message, payload } = await peer.api.evaluate({ chaincode: name, function: fn, args })
      if (status !== 200) throw new Error(`the chaincode answered ${status}: ${message}`)
      return payload
    },
    async submit(fn, args, endorsers) {
      const request = { chaincode: name, function: fn, args, ...(endorsers === undefined ? {} : { endorsers }) }
      const { status, message, validationCode } = await peer.api.submit(request)
      if (validationCode !== 'VALID') throw new Error(`not committed: ${status} ${validationCode ?? message}`)
    },
  }
}
