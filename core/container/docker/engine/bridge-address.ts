import { BlockList, createServer, isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { EngineRequests } from './dockerode-requests.ts'
import { unlessMissing } from './images.ts'

/** Of `GET /networks/{id}`. */
interface InspectedNetwork {
  Driver?: string
  IPAM?: { Config?: { Subnet?: string; Gateway?: string }[] | null }
  Options?: Record<string, string> | null
}

/**
 * The address that containers of this network reach this machine by. The engine may not tell its gateway (20.10 with a
 * bridge of one's own), and a bridge without containers is not among Node's interfaces (it has no carrier), so what
 * settles it is whether one can listen there.
 */
export async function bridgeAddress(
  requests: EngineRequests,
  network: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const found = await unlessMissing(
    requests.json<InspectedNetwork>(
      { method: 'GET', path: `/networks/${encodeURIComponent(network)}` },
      { doing: `looking at the network ${network}` },
      signal,
    ),
  )
  if (found?.Driver !== 'bridge') return undefined
  for (const address of candidates(found)) {
    if (await isOurs(address)) return address
  }
  return undefined
}

function candidates({ IPAM, Options }: InspectedNetwork): string[] {
  const ours = Object.entries(networkInterfaces()).flatMap(([name, all]) =>
    (all ?? []).map(({ address }) => ({ name, address })),
  )
  const ranges = (IPAM?.Config ?? []).filter(
    ({ Subnet: subnet }) => subnet !== undefined && isIPv4(subnet.split('/')[0] ?? ''),
  )
  const bridge = Options?.['com.docker.network.bridge.name']
  const inBridge = ours.filter(({ name }) => name === bridge).map(({ address }) => address)
  return [
    ...ranges.flatMap(({ Gateway: gateway }) => (gateway === undefined ? [] : [gateway])),
    ...inBridge.filter((address) => isIPv4(address)),
    ...ranges.flatMap(({ Subnet: subnet = '' }) =>
      inSubnet(
        subnet,
        ours.map(({ address }) => address),
      ),
    ),
    ...ranges.flatMap(({ Subnet: subnet = '' }) => firstOf(subnet)),
  ].filter((address) => address !== '')
}

function inSubnet(subnet: string, addresses: string[]): string[] {
  const [net = '', bits = ''] = subnet.split('/')
  const list = new BlockList()
  list.addSubnet(net, Number(bits))
  return addresses.filter((address) => isIPv4(address) && list.check(address))
}

/** Where the engine puts the gateway unless it is told otherwise. */
function firstOf(subnet: string): string[] {
  const parts = (subnet.split('/')[0] ?? '').split('.').map(Number)
  const last = parts.pop()
  return last === undefined ? [] : [[...parts, last + 1].join('.')]
}

function isOurs(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(0, address, () => server.close(() => resolve(true)))
  })
}
