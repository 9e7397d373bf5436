import { BlockList, createServer, isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { EngineRequests } from './dockerode-requests.ts'
import type { EngineDialect } from './engine-dialect.ts'
import { unlessMissing } from './engine-errors.ts'
import type { BridgeAddress } from './engine.ts'

/** The part of `GET /networks/{id}` that is read. */
interface InspectedNetwork {
  Driver?: string
  IPAM?: { Config?: { Subnet?: string; Gateway?: string }[] | null }
  Options?: Record<string, string> | null
}

/**
 * The address at which containers on this network reach this machine; undefined without one. The engine may not report
 * the gateway (20.10 with a user-defined bridge), and Node doesn't list the interface of a bridge without containers
 * (it has no carrier), so the test is whether Slipway can listen on the address. If the bridge needs a container to exist,
 * its network's gateway is believed.
 */
export async function bridgeAddress(
  requests: EngineRequests,
  { bridgeNeedsContainer }: EngineDialect,
  network: string,
  signal?: AbortSignal,
): Promise<BridgeAddress | undefined> {
  const inspected = await unlessMissing(
    requests.json<InspectedNetwork>(
      { method: 'GET', path: `/networks/${encodeURIComponent(network === 'default' ? 'bridge' : network)}` },
      { doing: `looking at the network ${network}` },
      signal,
    ),
  )
  if (inspected?.Driver !== 'bridge') return undefined
  for (const address of candidates(inspected)) {
    if (bridgeNeedsContainer || (await canListenOn(address))) return { address, needsContainer: bridgeNeedsContainer }
  }
  return undefined
}

function candidates({ IPAM, Options }: InspectedNetwork): string[] {
  const local = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).map(({ address }) => ({ name, address })),
  )
  const ranges = (IPAM?.Config ?? []).filter(
    ({ Subnet: subnet }) => subnet !== undefined && isIPv4(subnet.split('/')[0] ?? ''),
  )
  const bridge = Options?.['com.docker.network.bridge.name']
  const onBridge = local.filter(({ name }) => name === bridge).map(({ address }) => address)
  return [
    ...ranges.flatMap(({ Gateway: gateway }) => (gateway === undefined ? [] : [gateway])),
    ...onBridge.filter((address) => isIPv4(address)),
    ...ranges.flatMap(({ Subnet: subnet = '' }) =>
      inSubnet(
        subnet,
        local.map(({ address }) => address),
      ),
    ),
    ...ranges.flatMap(({ Subnet: subnet = '' }) => firstAddress(subnet)),
  ].filter((address) => address !== '')
}

function inSubnet(subnet: string, addresses: string[]): string[] {
  const [net = '', bits = ''] = subnet.split('/')
  const list = new BlockList()
  list.addSubnet(net, Number(bits))
  return addresses.filter((address) => isIPv4(address) && list.check(address))
}

/** Where the engine puts the gateway by default. */
function firstAddress(subnet: string): string[] {
  const parts = (subnet.split('/')[0] ?? '').split('.').map(Number)
  const last = parts.pop()
  return last === undefined ? [] : [[...parts, last + 1].join('.')]
}

function canListenOn(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(0, address, () => server.close(() => resolve(true)))
  })
}
