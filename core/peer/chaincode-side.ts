import { join } from 'node:path'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import { listenForChaincode } from '../comm/chaincode-listener.ts'
import { newProcessListeners } from '../comm/process-listener.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import type { DockerWatch } from '../container/docker/engine/engine-watch.ts'
import type { Takeovers } from '../chaincode/takeovers.ts'
import { Custodians } from '../custodian/custodians.ts'
import { newLaunchables, type Launchables } from '../custodian/launchables.ts'
import { newProjectBuilds } from '../custodian/project-builds.ts'
import type { FolderToOpen } from '../custodian/read-folder.ts'
import { openUsualModes } from '../custodian/usual-modes.ts'
import { openUsualTimes } from '../custodian/usual-times.ts'
import type { CustodianWorld } from '../custodian/world.ts'
import type { Execute } from '../endorser/endorser.ts'
import { newDebuggers, type Debuggers } from '../debugger/debuggers.ts'
import { now } from '../facts/clock.ts'
import type { PeerFacts } from '../facts/facts.ts'
import { Standstill } from '../facts/standstill.ts'
import { newSystemCalls, type GatewaySystemCalls } from '../gateway/system-calls.ts'
import type { Project } from '../project/project.ts'
import { packageProject } from '../packaging/package-project.ts'
import { handDefinitions, type HandDefinitions } from '../scc/lifecycle/hand-definitions.ts'
import { lifecycleClient, type Definition, type LifecycleClient } from '../scc/lifecycle/lifecycle-client.ts'
import type { Channels } from './channels.ts'
import { isLeftUndefined, type Definitions } from './definitions.ts'
import type { Disposers } from './disposers.ts'
import type { PeerDocker } from './docker.ts'
import { setIndexes } from './index-setup.ts'
import type { Storage } from './storage.ts'
import { strayTeller } from './stray.ts'
import { newSupport, type PeerSupport } from './support.ts'
import { tellHandDefinitions } from './tell-hand-definitions.ts'
import { startVMs, type VMs } from './vms.ts'

/** What runs chaincode in a peer, and serves the streams that chaincode opens. */
export interface ChaincodeSide {
  custodians: Custodians
  launchables: Pick<Launchables, 'usePort'>
  /** Open every chaincode of a folder. Throws what Custodians.open throws. */
  open(folder: FolderToOpen): Promise<{ name: string }>
  definitions: Definitions
  /** Bring a channel's configuration and definitions back in line with what is open; no block where nothing is missing. */
  redefine(channel: string): Promise<void>
  /**
   * How the chaincodes that are open on a channel are defined on a copy of its ledger: as on the ledger where somebody
   * defined them by hand, else as their folders say, since nobody is there who would.
   */
  definitionsOnCopy(channel: string): Definition[]
  /** Define it on its channels as its folder says, whoever defined it. Throws LIFECYCLE, LEDGER_*. */
  define(name: string): Promise<void>
  execute: Execute
  /** Processes that wait to take over a name. */
  takeovers: Takeovers
  /** To be connected to the gateway. */
  systemCalls: GatewaySystemCalls
  docker: PeerDocker
  dockerWatch: DockerWatch
}

/**
 * The third stage: who may register, how chaincode is launched, and what it may ask.
 *
 * Two parts are made first and completed later: the custodians, an empty registry in which streams and containers look
 * chaincode up by name, and the system calls, which wait for the gateway.
 * @throws PeerError PORT_UNAVAILABLE
 */
export async function startChaincodeSide(
  config: PeerConfig,
  storage: Storage,
  channels: Channels,
  disposers: Disposers,
): Promise<ChaincodeSide> {
  const custodians = new Custodians()
  const systemCalls = newSystemCalls()
  const lifecycleCalls = lifecycleClient(systemCalls)

  const standstill = new Standstill()
  const debuggers = newDebuggers(storage.facts.emit, standstill)
  disposers.defer(() => debuggers.close())
  const hands = handDefinitions((channel) => channels.find(channel))
  tellHandDefinitions(storage.facts, custodians, hands, disposers)
  const peerSupport = newSupport(config, storage, channels, { custodians, lifecycleCalls, hands, standstill })
  const { support, systemChaincodes, definitions } = peerSupport
  const handleChaincodeStream = (stream: ChaincodeStream) => support.handleChaincodeStream(stream)
  const vms = await startVMs(config, storage, custodians, handleChaincodeStream, disposers)

  const address = await listen(config, storage.facts, handleChaincodeStream, disposers)
  const addressOf = organisationAddresses(address, config, handleChaincodeStream, disposers)
  disposers.defer(() => support.close())
  for (const name of systemChaincodes.keys()) await support.launchSystemChaincode(name)

  const defineUnlessByHand = definer(config, { hands, lifecycleCalls })
  const world = custodianWorld(config, storage, channels, {
    peerSupport,
    vms,
    address,
    addressOf,
    defineUnlessByHand,
    handleChaincodeStream,
    debuggers,
  })
  disposers.defer(() => custodians.closeAll())
  const projects = (channel: string) =>
    custodians
      .names()
      .flatMap((name) => custodians.find(name)?.project ?? [])
      .filter(({ channels: on }) => on.includes(channel))
  return {
    custodians,
    launchables: world.launchables,
    open: (folder) => custodians.open(folder, world),
    definitions,
    async redefine(channel) {
      await channels.open(channel)
      for (const project of projects(channel)) await defineUnlessByHand(channel, project)
    },
    definitionsOnCopy: (channel) => projects(channel).map((project) => hands.whole(channel, project.name) ?? project),
    async define(name) {
      const { project } = custodians.get(name)
      for (const channel of project.channels) await lifecycleCalls.define(channel, project)
    },
    takeovers: peerSupport.takeovers,
    execute: (params, input, options) => support.execute(params, input, options),
    systemCalls,
    docker: vms.docker,
    dockerWatch: vms.dockerWatch,
  }
}

/** Listen for chaincode. Resolves with the address. */
async function listen(
  { chaincodeListenAddress: wanted }: PeerConfig,
  facts: PeerFacts,
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>,
  disposers: Disposers,
): Promise<string> {
  const listener = await listenForChaincode(wanted, handleChaincodeStream, undefined, strayTeller(facts))
  disposers.defer(() => listener.close())
  facts.emit({ type: 'listener', listener: { state: 'listening', address: listener.address, wanted } })
  return listener.address
}

/**
 * Where what an author starts for another organisation connects: a port for each, opened when first asked for, since a
 * shim doesn't say for whom it runs.
 */
function organisationAddresses(
  own: string,
  { chaincodeListenAddress }: PeerConfig,
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>,
  disposers: Disposers,
): (mspId: string) => Promise<string> {
  const listeners = new Map<string, Promise<string>>()
  const host = own.slice(0, own.lastIndexOf(':'))
  const next = chaincodeListenAddress.endsWith(':0') ? 0 : Number(own.slice(host.length + 1)) + 1
  return (mspId) => {
    let listening = listeners.get(mspId)
    if (listening === undefined) {
      listening = listenForChaincode(`${host}:${next}`, handleChaincodeStream, mspId).then((listener) => {
        disposers.defer(() => listener.close())
        return listener.address
      })
      listeners.set(mspId, listening)
      // The next one to ask tries again.
      listening.catch(() => listeners.delete(mspId))
    }
    return listening
  }
}

/** Define it as its folder says, unless somebody did by hand, or is to. Throws LIFECYCLE, LEDGER_*. */
type DefineUnlessByHand = (channel: string, project: Project) => Promise<void>

function definer(
  config: PeerConfig,
  { hands, lifecycleCalls }: { hands: HandDefinitions; lifecycleCalls: LifecycleClient },
): DefineUnlessByHand {
  return async (channel, project) => {
    if (isLeftUndefined(config, project) || hands.find(channel, project.name) !== undefined) return
    await lifecycleCalls.define(channel, project)
  }
}

interface CustodianNeeds {
  peerSupport: PeerSupport
  vms: VMs
  address: string
  addressOf: (mspId: string) => Promise<string>
  defineUnlessByHand: DefineUnlessByHand
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>
  debuggers: Debuggers
}

/** What the custodians need of the peer. */
function custodianWorld(
  config: PeerConfig,
  { facts: { emit }, logs, ledgers, identities }: Storage,
  channels: Channels,
  { peerSupport, vms, address, addressOf, defineUnlessByHand, handleChaincodeStream, debuggers }: CustodianNeeds,
): CustodianWorld {
  const { registry, launcher } = peerSupport
  const listeners = newProcessListeners(handleChaincodeStream)
  const { docker, processVM, warmPool } = vms
  const builds = newProjectBuilds({
    dataDir: config.dataDir,
    timeoutMs: config.chaincode.buildtimeout,
    logs,
    emit,
    guard: vms.guardian,
    packageProject,
    setIndexes: (project) => setIndexes(ledgers, project),
  })
  return {
    config,
    address,
    addressOf,
    organisations: () => identities.organisations().filter((mspId) => mspId !== config.mspId),
    emit,
    logs,
    registry,
    launcher,
    launchables: newLaunchables({
      config,
      listeners,
      processVM,
      warmPool,
      containers: docker,
      debuggers,
      handleChaincodeStream,
    }),
    builds,
    usualModes: openUsualModes(join(config.dataDir, 'modes.json')),
    usualTimes: openUsualTimes(join(config.dataDir, 'times.json')),
    handleChaincodeStream,
    async deploy(project) {
      for (const channel of project.channels) await channels.open(channel)
      for (const error of (await setIndexes(ledgers, project)).faults) {
        emit({ type: 'notice', notice: { at: now(), error: error.toJSON() } })
      }
      for (const channel of project.channels) await defineUnlessByHand(channel, project)
    },
  }
}
