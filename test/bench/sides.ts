import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getArgsAndEnv } from '../../core/chaincode/launch-config.ts'
import { apply } from '../../core/contract/apply.ts'
import type { PeerState } from '../../core/contract/state.ts'
import type { ChaincodeState, Language } from '../../core/contract/chaincode-state.ts'
import type { Mode } from '../../core/contract/mode.ts'
import { startPeer, type Peer } from '../../core/index.ts'
import { openIdentities } from '../../core/msp/dev-ca.ts'
import { environment } from '../../core/platforms/environment.ts'
import { removeMade } from './docker.ts'
import { Floor } from './floor.ts'
import { timed } from './measure.ts'
import { endOf } from './processes.ts'
import type { Scope } from './scope.ts'

/** How a chaincode is started by hand. */
export interface Start {
  language: Language
  folder: string
  argv: string[]
}

/** `fabric-chaincode-node start`, without npm in between. */
export function nodeStart(folder: string): Start {
  return { language: 'node', folder, argv: ['node', join(folder, 'node_modules/fabric-shim/cli.js'), 'start'] }
}

/** A bare server on a port of its own, with an identity that the contract API can read. Listens on loopback unless told otherwise. */
export async function startFloor(scope: Scope, listenOn?: string): Promise<Floor> {
  const { client } = await openIdentities(await scope.folder('identity'), 'Org1MSP')
  const floor = await Floor.start(client, listenOn)
  scope.defer(() => floor.close())
  return floor
}

/** Start a chaincode on the floor; resolves at its REGISTER. */
export async function startOn(
  floor: Floor,
  scope: Scope,
  { language, folder, argv }: Start,
): Promise<{ stop(): Promise<void> }> {
  const { args, env } = getArgsAndEnv(language, 'floor:1', floor.address, 'Org1MSP')
  const [program = '', ...rest] = [...argv, ...args]
  const registered = floor.registered()
  const child = spawn(program, rest, { cwd: folder, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] })
  // The shim of Node prints a line at each call. It is read, as a terminal would; nowhere at all it would cost nothing.
  child.stdout.resume()
  child.stderr.resume()
  const stop = () => endOf(child, 'SIGKILL')
  scope.defer(stop)
  await Promise.race([registered, once(child, 'exit').then(() => Promise.reject(new Error(`${program} has ended`)))])
  return { stop }
}

/** A peer with one chaincode ready. */
export interface Ours {
  peer: Peer
  name: string
  chaincode(): ChaincodeState
  /** Lines received so far, of whatever source. */
  lines(): number
  /** Resolves as soon as an event has made it so. */
  until(predicate: (chaincode: ChaincodeState) => boolean): Promise<void>
  evaluate(fn: string, args: string[]): Promise<string>
  /** `endorsers`: MSP ids, where not as few as its policy asks for. */
  submit(fn: string, args: string[], endorsers?: string[]): Promise<void>
}

export async function startOurs(
  scope: Scope,
  folder: string,
  options: { watch: boolean; mode?: Mode; organisations?: string[] },
): Promise<Ours> {
  const { watch, mode = 'dev', organisations = ['Org1MSP'] } = options
  const dataDir = join(folder, '.slipway')
  if (mode === 'net') scope.defer(() => removeMade(dataDir))
  const peer = await startPeer({ dataDir, chaincodeListenAddress: '127.0.0.1:0', prewarm: watch, organisations })
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

/** From the beginning of the write to the READY of what was written; then until the peer has told all of it. */
export async function timedSave(ours: Ours, file: string, text: string): Promise<number> {
  const before = ours.chaincode().registration.readyAt
  const took = await timed(async () => {
    await writeFile(file, text)
    await ours.until(({ registration }) => registration.state === 'ready' && registration.readyAt !== before)
  })
  await ours.until(({ builds }) => builds[0]?.state === 'serving')
  return took
}

/** Why this machine lacks Go; undefined if it has it. */
export function withoutGo(): string | undefined {
  return spawnSync('go', ['version']).status === 0 ? undefined : 'go is not installed'
}
