import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished } from 'vitest'
import type { PeerSettings } from '../../core/config/peer-config.ts'
import { fixture, goProgram, type FixtureName } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { recordingProxy, type RecordingProxy } from '../support/recording-proxy.ts'

/** A chaincode by the name it was recorded under. */
interface Probe {
  shim: Shim
  initRequired?: boolean
}

export type Shim = keyof typeof shims

/** The programs that were recorded, by what they are written against. */
const shims = {
  'Go shim 1': { fixture: 'go-shim-v1' },
  'Go shim v2': { fixture: 'probe-go-v2' },
  'Node shim': { fixture: 'javascript-shim', args: ['probe.js'] },
  'Node shim 1.4': { fixture: 'probe-node-1.4', args: ['--require', './transport.js', 'probe.js'] },
  'Node shim 2.2': { fixture: 'probe-node-2.2', args: ['probe.js'] },
  'Node contract API': {
    fixture: 'probe-contract',
    args: ['node_modules/fabric-shim/cli.js', 'start'],
  },
} as const satisfies Record<string, { fixture: FixtureName; args?: string[] }>

/** The chaincodes defined on the recorded peers. */
function probeOf(name: string, fabric: string): Probe | undefined {
  const known: Record<string, Probe> = {
    probe: { shim: fabric.startsWith('v3') ? 'Go shim v2' : 'Go shim 1' },
    old: { shim: 'Go shim 1' },
    kill1: { shim: 'Go shim 1' },
    inited: { shim: 'Go shim 1', initRequired: true },
    nprobe: { shim: 'Node shim' },
    asset: { shim: 'Node contract API' },
  }
  return known[name]
}

/** A peer set up as the recorded one was, and the chaincodes that speak to it through a proxy. */
export interface Scene {
  peer: TestPeer
  proxy: RecordingProxy
  /** End a chaincode's process as `kill -9` does. */
  kill(chaincode: string): void
}

/** A peer of this version: channel, organisation and timeouts as recorded. READY says what that version's said. */
export function peerAsRecorded(fabric: string): Promise<TestPeer> {
  const settings: Partial<PeerSettings> = {
    mspId: 'SampleOrg',
    ledger: { state: { stateDatabase: 'goleveldb' } },
    version: fabric.startsWith('v3') ? '3.1' : '2.5',
    chaincode: { attachedExecutetimeout: 30_000 },
  }
  return testPeer(settings)
}

/** The same with these chaincodes started. `played` has some of them by another shim than the one recorded. */
export async function scene(
  fabric: string,
  chaincodes: readonly string[],
  played: Record<string, Shim> = {},
): Promise<Scene> {
  const peer = await peerAsRecorded(fabric)
  const proxy = await recordingProxy(peer.address())
  const children = new Map<string, ChildProcess>()
  for (const name of chaincodes) {
    const probe = probeOf(name, fabric)
    if (probe === undefined) continue
    const shim = played[name] ?? probe.shim
    const { initRequired = false } = probe
    children.set(name, await start(peer, proxy, { name, shim, initRequired }))
  }
  return {
    peer,
    proxy,
    kill: (chaincode) => void children.get(chaincode)?.kill('SIGKILL'),
  }
}

/** The shim that plays a chaincode of that name; undefined for one that is not there. */
export function shimOf(name: string, fabric: string): Shim | undefined {
  return probeOf(name, fabric)?.shim
}

async function start(
  peer: TestPeer,
  proxy: RecordingProxy,
  { name, shim, initRequired }: Required<Probe> & { name: string },
): Promise<ChildProcess> {
  const folder = await fixture(shims[shim].fixture)
  const about = { name, version: '1.0', channel: 'ch1', startedBy: 'you', watch: false, initRequired } as const
  await peer.api.openChaincode({ folder, ...about })
  const made = shims[shim]
  const [program, args] =
    'args' in made
      ? [process.execPath, [...made.args, '--peer.address', proxy.address]]
      : [await goProgram(made.fixture), [`-peer.address=${proxy.address}`]]
  const env = {
    ...process.env,
    CORE_CHAINCODE_ID_NAME: `${name}:1.0`,
    CORE_PEER_TLS_ENABLED: 'false',
  }
  const child = spawn(program, args, { cwd: folder, env, stdio: 'ignore' })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const before = proxy.messages().length
  await peer.eventually(`${name} is ready`, ({ chaincodes }) => chaincodes[name]?.registration.state === 'ready')
  await expect.poll(() => proxy.messages().length).toBe(before + 3)
  return child
}
