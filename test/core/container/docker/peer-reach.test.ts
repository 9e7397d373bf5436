import { describe, expect, test } from 'vitest'
import type { DockerConfig } from '../../../../core/config/peer-config.ts'
import { hostNetworkIsHere, reachPeer, type PeerReach } from '../../../../core/container/docker/peer-reach.ts'
import { dialectOf } from '../../../../core/container/docker/engine/engine-dialect.ts'
import type { EngineAddress, EngineFacts } from '../../../../core/container/docker/engine/engine.ts'
import { codeOf } from '../../../scenario/author.ts'

const BRIDGES: Record<string, string> = { bridge: '172.17.0.1', default: '172.17.0.1', mine: '172.20.0.1' }

const onLoopback = (host: string): PeerReach => ({
  listenOn: '127.0.0.1',
  host,
  needsContainer: false,
  seesContainer: false,
})

/** The facts of an engine that this machine doesn't have. */
interface Described extends Partial<Pick<EngineFacts, 'product' | 'local' | 'rootless'>> {
  host?: string
  network?: string
  peerHost?: string
}

function described({ host = 'unix:///var/run/docker.sock', network, peerHost, ...facts }: Described) {
  const address: EngineAddress = { kind: host.split(':')[0] as EngineAddress['kind'], host, why: 'a test', flags: [] }
  const config: Pick<DockerConfig, 'hostConfig' | 'peerHost'> = {
    hostConfig: network === undefined ? {} : { NetworkMode: network },
    ...(peerHost === undefined ? {} : { peerHost }),
  }
  const engine = {
    address,
    facts: () =>
      Promise.resolve({
        product: 'Docker Engine',
        version: '27.0',
        apiVersion: '1.46',
        os: 'linux',
        arch: 'amd64',
        rootless: false,
        local: true,
        ...facts,
      }),
    bridgeAddress: async (name: string) => {
      const needsContainer = dialectOf({ product: facts.product ?? 'Docker Engine' }).bridgeNeedsContainer
      return BRIDGES[name] === undefined ? undefined : { address: BRIDGES[name], needsContainer }
    },
  }
  return { engine, config }
}

function reach(what: Described): Promise<PeerReach> {
  const { engine, config } = described(what)
  return reachPeer(engine, config, { platform: 'linux' })
}

describe('an engine of this machine', () => {
  test.each([
    ['its default network', {}, BRIDGES['bridge']],
    ['the same by name', { network: 'default' }, BRIDGES['bridge']],
    ['a network of one’s own', { network: 'mine' }, BRIDGES['mine']],
    ['over tcp', { host: 'tcp://127.0.0.1:2375' }, BRIDGES['bridge']],
  ])('%s: the bridge, and only from the container itself', async (_name, described, bridge) => {
    expect(await reach(described)).toEqual({
      listenOn: bridge,
      host: bridge,
      needsContainer: false,
      seesContainer: true,
    })
  })

  test('Podman’s bridge: once the container is there', async () => {
    expect(await reach({ product: 'Podman' })).toMatchObject({ listenOn: BRIDGES['bridge'], needsContainer: true })
  })

  test('the network of this machine: loopback', async () => {
    expect(await reach({ network: 'host' })).toEqual(onLoopback('127.0.0.1'))
    expect(await reach({ network: 'host', product: 'Podman', rootless: true, local: false })).toMatchObject({
      listenOn: '127.0.0.1',
    })
  })

  test.each([
    ['no network', { network: 'none' }],
    ['the network of another container', { network: 'container:abc' }],
    ['a network without a bridge', { network: 'macvlan' }],
    ['rootless Docker', { rootless: true, local: false }],
    [
      'the host network of rootless Docker, which is not this machine’s',
      { rootless: true, local: false, network: 'host' },
    ],
    ['rootless Podman', { rootless: true, local: false, product: 'Podman' }],
  ])('%s: said before anything is started', async (_name, described) => {
    expect(await codeOf(reach(described))).toBe('PEER_UNREACHABLE')
  })
})

describe('an engine elsewhere', () => {
  test.each([
    ['Docker Desktop', 'host.docker.internal', 'npipe:////./pipe/docker_engine'],
    ['Colima', 'host.docker.internal', 'unix:///home/a/.colima/default/docker.sock'],
    ['Rancher Desktop', 'host.docker.internal', 'unix:///home/a/.rd/docker.sock'],
    ['Podman', 'host.containers.internal', 'ssh://core@127.0.0.1:51234/run/user/501/podman/podman.sock'],
  ])('%s, in a virtual machine: loopback, to which it forwards', async (product, host, at) => {
    const found = await reach({ product, local: false, rootless: product === 'Podman', host: at })
    expect(found).toEqual(onLoopback(host))
  })

  test.each([
    ['by tcp', { local: false, host: 'tcp://192.0.2.9:2376' }],
    ['by ssh', { local: false, host: 'ssh://me@build.example.com' }],
    [
      'a Docker Desktop of another machine',
      { local: false, product: 'Docker Desktop', host: 'ssh://me@mac.example.com' },
    ],
    ['a machine nobody knows', { local: false }],
  ])('%s: said before anything is started', async (_name, described) => {
    expect(await codeOf(reach(described))).toBe('PEER_UNREACHABLE')
  })
})

describe('vm.docker.peerHost', () => {
  test('an address of this machine is listened on, whatever the engine', async () => {
    const elsewhere = { local: false, host: 'tcp://192.0.2.9:2376' }
    expect(await reach({ ...elsewhere, peerHost: '127.0.0.1' })).toMatchObject({ listenOn: '127.0.0.1' })
    expect(await reach({ ...elsewhere, peerHost: 'localhost' })).toMatchObject({ host: 'localhost' })
  })

  test('another one is taken for that of a forwarder to loopback', async () => {
    for (const peerHost of ['10.0.2.2', 'host.lima.internal.invalid']) {
      const found = await reach({ local: false, peerHost })
      expect(found).toEqual(onLoopback(peerHost))
    }
  })

  test.each(['0.0.0.0', '::'])('%s would open the peer to every network', async (peerHost) => {
    expect(await codeOf(reach({ peerHost }))).toBe('PEER_UNREACHABLE')
  })
})

test.each<[string, boolean, Described, NodeJS.Platform?]>([
  ['an engine here', true, {}],
  ['one here that listens on a port', true, { local: false, host: 'tcp://127.0.0.1:2375' }],
  [
    'a tunnel, so that peerHost had to be set',
    false,
    { local: false, host: 'tcp://127.0.0.1:2375', peerHost: 'me.lan' },
  ],
  ['an engine here, whatever peerHost is', true, { peerHost: 'me.lan' }],
  ['another machine', false, { local: false, host: 'tcp://192.0.2.9:2376' }],
  ['rootless Docker', false, { rootless: true, local: false, peerHost: '10.0.2.2' }],
  ['rootless Podman', true, { rootless: true, local: false, product: 'Podman', peerHost: '10.0.2.2' }],
  [
    'Podman’s virtual machine',
    false,
    { rootless: true, local: false, product: 'Podman', host: 'unix:///home/a/machine/podman.sock' },
    'darwin',
  ],
  ['Docker Desktop', false, { local: false, product: 'Docker Desktop' }],
])('the host network of %s is this machine’s: %s', async (_name, expected, what, platform = 'linux') => {
  const { engine, config } = described({ ...what, network: 'host' })
  expect(await hostNetworkIsHere(engine, config, { platform })).toBe(expected)
})
