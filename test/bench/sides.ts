import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getArgsAndEnv } from '../../core/chaincode/launch-config.ts'
import { apply } from '../../core/contract/apply.ts'
import type { Language } from '../../core/contract/language.ts'
import type { Mode } from '../../core/contract/mode.ts'
import { startPeer } from '../../core/index.ts'
import { openIdentities } from '../../core/msp/dev-ca.ts'
import { environment } from '../../core/platforms/environment.ts'
import { removeMade } from './docker.ts'
import { Floor } from './floor.ts'
import { timed } from './measure.ts'
import { openPeer, type Ours } from './open-peer.ts'
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

/** A peer of this build, in this process. */
export function startOurs(
  scope: Scope,
  folder: string,
  options: { watch: boolean; mode?: Mode; organisations?: string[]; services?: boolean },
): Promise<Ours> {
  if (options.mode === 'net') scope.defer(() => removeMade(join(folder, '.slipway')))
  return openPeer({ startPeer, apply }, scope, folder, options)
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
