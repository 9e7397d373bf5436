import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { DockerConfig } from '../../config/peer-config.ts'
import { PeerError } from '../../contract/error.ts'
import { dialectOf } from './engine/engine-dialect.ts'
import type { DockerEngine, EngineAddress, EngineFacts } from './engine/engine.ts'

/** How a container of an engine reaches the peer. */
export interface PeerReach {
  /** The address of this machine to listen on, without a port. Never a wildcard address. */
  listenOn: string
  /** What the container calls this machine: a name or an address. */
  host: string
  /** The address exists only once the container does, before its start: listen then. */
  needsContainer: boolean
  /** Whether connections come from the container's own address, or are forwarded by something on this machine. */
  seesContainer: boolean
}

const LOOPBACK = '127.0.0.1'
/** Reached as `host`, by something that forwards to loopback, or on the machine's own network. */
const onLoopback = (host: string): PeerReach => ({
  listenOn: LOOPBACK,
  host,
  needsContainer: false,
  seesContainer: false,
})

/** The name that engines in their own virtual machine give this machine; they forward to its loopback. */
const FORWARDERS: Readonly<Record<string, string>> = {
  'Docker Desktop': 'host.docker.internal',
  Colima: 'host.docker.internal',
  'Rancher Desktop': 'host.docker.internal',
  Podman: 'host.containers.internal',
}

/**
 * Where the peer must listen for the containers of this engine, and what they must call it: the address of the bridge
 * for an engine on this machine, loopback for one in a virtual machine. `vm.docker.peerHost` overrides both.
 * @throws PeerError PEER_UNREACHABLE, DOCKER_*
 */
export async function reachPeer(
  engine: Pick<DockerEngine, 'address' | 'facts' | 'bridgeAddress'>,
  { peerHost, hostConfig }: Pick<DockerConfig, 'peerHost' | 'hostConfig'>,
  { signal, platform = process.platform }: { signal?: AbortSignal; platform?: NodeJS.Platform } = {},
): Promise<PeerReach> {
  if (peerHost !== undefined) return byName(peerHost)
  const facts = await engine.facts(signal)
  if (isElsewhere(engine.address)) {
    throw unreachable(
      `The engine on ${engine.address.host} runs on another machine, and Slipway can't know an address at which its containers reach this one.`,
      'Set vm.docker.peerHost in slipway.yaml to an address of this machine that is reachable from there, and peer.tls to true. Or use an engine on this machine.',
    )
  }
  const rootless = isRootlessHere(facts, engine.address, platform)
  const forwarder = FORWARDERS[facts.product]
  if (!facts.local && !rootless && forwarder !== undefined) {
    return onLoopback(forwarder)
  }
  const network = hostConfig.NetworkMode ?? 'bridge'
  if (isIsolated(network)) throw noNetwork(network)
  if (rootless) return ofRootless(facts, network)
  if (network === 'host') return onLoopback(LOOPBACK)
  return ofBridge(engine, facts, network, signal)
}

/**
 * Whether this machine reaches a server in a container of this engine through a port published on loopback; on the
 * machine's own network the server listens there anyway.
 * @throws PeerError PEER_UNREACHABLE
 */
export function reachContainer(
  { address }: Pick<DockerEngine, 'address'>,
  { hostConfig: { NetworkMode: network = 'bridge' } }: Pick<DockerConfig, 'hostConfig'>,
): { published: boolean } {
  if (isElsewhere(address)) {
    throw unreachable(
      `The engine on ${address.host} runs on another machine, and publishes a server's port only on that machine's loopback.`,
      'Use an engine on this machine.',
    )
  }
  if (isIsolated(network)) throw noNetwork(network)
  return { published: network !== 'host' }
}

/**
 * Whether the network `host` of this engine is this machine's own, as far as can be known: what listens on loopback in a
 * container there does so here. Behind a port of loopback may be a tunnel to another machine: if peerHost is set, it
 * counts as one.
 * @throws PeerError DOCKER_*
 */
export async function hostNetworkIsHere(
  engine: Pick<DockerEngine, 'address' | 'facts'>,
  { peerHost }: Pick<DockerConfig, 'peerHost'>,
  { signal, platform = process.platform }: { signal?: AbortSignal; platform?: NodeJS.Platform } = {},
): Promise<boolean> {
  const facts = await engine.facts(signal)
  if (facts.local) return true
  if (isRootlessHere(facts, engine.address, platform)) return dialectOf(facts).hostNetworkWithoutRoot
  return !isElsewhere(engine.address) && FORWARDERS[facts.product] === undefined && peerHost === undefined
}

async function ofBridge(
  engine: Pick<DockerEngine, 'address' | 'bridgeAddress'>,
  facts: EngineFacts,
  network: string,
  signal: AbortSignal | undefined,
): Promise<PeerReach> {
  if (!facts.local) {
    throw unreachable(
      `The engine behind ${engine.address.host} shares no network with Slipway: it runs in a virtual machine, or Slipway itself runs in a container.`,
      'Set vm.docker.peerHost in slipway.yaml to the name that containers have for this machine (such as host.lima.internal). If Slipway runs in a container, set vm.docker.hostConfig.NetworkMode to its network and peerHost to its address there.',
    )
  }
  const bridge = await engine.bridgeAddress(network, signal)
  if (bridge !== undefined) {
    const { address, needsContainer } = bridge
    return { listenOn: address, host: address, needsContainer, seesContainer: true }
  }
  throw unreachable(
    `The engine's network ${network} has no bridge with an address on this machine.`,
    'Set vm.docker.hostConfig.NetworkMode in slipway.yaml to a network with the bridge driver, or to host.',
  )
}

/**
 * The bridge of a rootless engine is in a separate network, from which nothing reaches this machine's loopback;
 * Podman's host network is this machine's.
 */
function ofRootless(facts: EngineFacts, network: string): PeerReach {
  const { hostNetworkWithoutRoot } = dialectOf(facts)
  if (hostNetworkWithoutRoot && network === 'host') return onLoopback(LOOPBACK)
  throw unreachable(
    `${facts.product} runs rootless, so its network ${network} does not reach this machine's loopback.`,
    hostNetworkWithoutRoot
      ? 'Set vm.docker.hostConfig.NetworkMode in slipway.yaml to host.'
      : 'Start it with DOCKERD_ROOTLESS_ROOTLESSKIT_DISABLE_HOST_LOOPBACK=false in its environment, and set vm.docker.peerHost in slipway.yaml to 10.0.2.2. Or use an engine that is not rootless.',
  )
}

/** Listens on that address if it is this machine's, else on loopback: the address is taken for a forwarder's. */
async function byName(peerHost: string): Promise<PeerReach> {
  const resolved =
    isIP(peerHost) === 0 ? await lookup(peerHost, { all: true }).catch(() => []) : [{ address: peerHost }]
  if (resolved.some(({ address }) => address === '0.0.0.0' || address === '::')) {
    throw unreachable(
      `vm.docker.peerHost is ${peerHost}, which stands for all addresses of a machine.`,
      'Set it to one address of this machine that containers reach.',
    )
  }
  const local = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address))
  const listenOn = resolved.find(({ address }) => local.includes(address))?.address ?? LOOPBACK
  return { ...onLoopback(peerHost), listenOn }
}

/** Whether the address is another machine's. Podman's virtual machine is reached by ssh, on loopback. */
export function isElsewhere({ kind, host }: EngineAddress): boolean {
  if (kind !== 'tcp' && kind !== 'ssh') return false
  const { hostname } = new URL(host)
  return !['localhost', '[::1]'].includes(hostname) && !hostname.startsWith('127.')
}

/** Without root, and on this machine. */
function isRootlessHere({ rootless }: EngineFacts, address: EngineAddress, platform: NodeJS.Platform): boolean {
  return rootless && platform === 'linux' && !isPodmanMachine(address)
}

/** Podman's virtual machine, whose engine is rootless too. */
function isPodmanMachine({ kind, host }: EngineAddress): boolean {
  return kind !== 'unix' || host.includes('/machine/')
}

function isIsolated(network: string): boolean {
  return network === 'none' || network.startsWith('container:')
}

function noNetwork(network: string): PeerError {
  return unreachable(
    `vm.docker.hostConfig.NetworkMode is ${network}, which leaves a chaincode without a network of its own.`,
    "Set it to bridge, host, or the name of one of the engine's networks, in slipway.yaml.",
  )
}

function unreachable(reason: string, fix: string): PeerError {
  return new PeerError('PEER_UNREACHABLE', { reason, fix })
}
