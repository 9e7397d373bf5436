import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { DockerConfig } from '../../config/peer-config.ts'
import { PeerError } from '../../contract/error.ts'
import type { DockerEngine, EngineAddress, EngineFacts } from './engine/engine.ts'

/** How a container of an engine reaches the peer. */
export interface PeerReach {
  /** Address of this machine for the peer to listen on, without a port. Never one of all networks. */
  listenOn: string
  /** What the container calls this machine: a name, or an address. */
  host: string
  /** Whether connections come from the container's own address; otherwise something on this machine forwards them. */
  seesContainer: boolean
}

const LOOPBACK = '127.0.0.1'

/** How engines that run in a virtual machine of their own name this machine; they forward to its loopback. */
const FORWARDERS: Readonly<Record<string, string>> = {
  'Docker Desktop': 'host.docker.internal',
  Colima: 'host.docker.internal',
  'Rancher Desktop': 'host.docker.internal',
  Podman: 'host.containers.internal',
}

/**
 * Where the peer has to listen for the containers of this engine, and what they have to call it: the address of the
 * bridge for an engine of this machine, loopback for one in a virtual machine. `vm.docker.peerHost` stands in place of
 * what is found.
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
      `The engine on ${engine.address.host} runs on another machine, whose containers reach this one by no address that Slipway could know.`,
      'Set vm.docker.peerHost in slipway.yaml to an address of this machine that is reached from there, and peer.tls to true. Or use an engine on this machine.',
    )
  }
  const rootless = facts.rootless && platform === 'linux' && !isMachine(engine.address)
  const forwarder = FORWARDERS[facts.product]
  if (!facts.local && !rootless && forwarder !== undefined)
    return { listenOn: LOOPBACK, host: forwarder, seesContainer: false }
  const network = hostConfig.NetworkMode ?? 'bridge'
  if (network === 'none' || network.startsWith('container:')) {
    throw noNetwork(network)
  }
  if (rootless) return ofRootless(facts, network)
  if (network === 'host') return { listenOn: LOOPBACK, host: LOOPBACK, seesContainer: false }
  // Elsewhere a bridge may have the same address as one of this machine, and is not it.
  const bridge = facts.local
    ? await engine.bridgeAddress(network === 'default' ? 'bridge' : network, signal)
    : undefined
  if (bridge !== undefined) return { listenOn: bridge, host: bridge, seesContainer: true }
  throw unreachable(
    facts.local
      ? `The engine's network ${network} has no bridge with an address on this machine.`
      : `The engine behind ${engine.address.host} shares no network with Slipway: it runs in a virtual machine, or Slipway itself in a container.`,
    facts.local
      ? 'Set vm.docker.hostConfig.NetworkMode in slipway.yaml to a network with the bridge driver, or to host.'
      : 'Set vm.docker.peerHost in slipway.yaml to what containers call this machine (host.lima.internal, say). Where Slipway runs in a container, set vm.docker.hostConfig.NetworkMode to its network and peerHost to its address there.',
  )
}

/**
 * Whether this machine reaches a server in a container of this engine by a port published on loopback; with the
 * machine's own network it listens there by itself.
 * @throws PeerError PEER_UNREACHABLE
 */
export function reachContainer(
  { address }: Pick<DockerEngine, 'address'>,
  { hostConfig: { NetworkMode: network = 'bridge' } }: Pick<DockerConfig, 'hostConfig'>,
): { published: boolean } {
  if (isElsewhere(address)) {
    throw unreachable(
      `The engine on ${address.host} runs on another machine, and publishes a server's port on that machine's loopback alone.`,
      'Use an engine on this machine.',
    )
  }
  if (network === 'none' || network.startsWith('container:')) throw noNetwork(network)
  return { published: network !== 'host' }
}

/**
 * The bridge of a rootless engine is in a network of its own, out of which nothing reaches this machine's loopback;
 * Podman's host network is this machine's.
 */
function ofRootless(facts: EngineFacts, network: string): PeerReach {
  const isPodman = facts.product === 'Podman'
  if (isPodman && network === 'host') return { listenOn: LOOPBACK, host: LOOPBACK, seesContainer: false }
  throw unreachable(
    `${facts.product} runs rootless, so that its network ${network} does not reach this machine's loopback.`,
    isPodman
      ? 'Set vm.docker.hostConfig.NetworkMode in slipway.yaml to host.'
      : 'Start it with DOCKERD_ROOTLESS_ROOTLESSKIT_DISABLE_HOST_LOOPBACK=false in its environment, and set vm.docker.peerHost in slipway.yaml to 10.0.2.2. Or use an engine that is not rootless.',
  )
}

/** Listens on that very address where it is one of this machine; what is not is taken for that of a forwarder. */
async function byName(peerHost: string): Promise<PeerReach> {
  const found = isIP(peerHost) === 0 ? await lookup(peerHost, { all: true }).catch(() => []) : [{ address: peerHost }]
  if (found.some(({ address }) => address === '0.0.0.0' || address === '::')) {
    throw unreachable(
      `vm.docker.peerHost is ${peerHost}, which is no address of one machine.`,
      'Set it to an address of this machine that containers reach.',
    )
  }
  const own = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address))
  const listenOn = found.find(({ address }) => own.includes(address))?.address ?? LOOPBACK
  return { listenOn, host: peerHost, seesContainer: false }
}

/** By an address of another machine. Podman's own virtual machine is reached by ssh, on loopback. */
function isElsewhere({ kind, host }: EngineAddress): boolean {
  if (kind !== 'tcp' && kind !== 'ssh') return false
  const { hostname } = new URL(host)
  return !['localhost', '[::1]'].includes(hostname) && !hostname.startsWith('127.')
}

/** Podman's virtual machine, whose engine is rootless too. */
function isMachine({ kind, host }: EngineAddress): boolean {
  return kind !== 'unix' || host.includes('/machine/')
}

function noNetwork(network: string): PeerError {
  return unreachable(
    `vm.docker.hostConfig.NetworkMode is ${network}, which leaves a chaincode no network of its own.`,
    'Set it to bridge, host, or the name of a network of the engine, in slipway.yaml.',
  )
}

function unreachable(reason: string, fix: string): PeerError {
  return new PeerError('PEER_UNREACHABLE', { reason, fix })
}
