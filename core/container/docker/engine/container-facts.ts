import type { EngineDialect } from './engine-dialect.ts'
import type { ContainerFacts } from './engine.ts'

/** The part of `GET /containers/{id}/json` that is read. */
export interface InspectedContainer {
  Id: string
  Name: string
  Image: string
  Created: string
  Config: { Image: string; Labels?: Record<string, string> | null }
  State: InspectedState
  HostConfig?: { Memory?: number }
  NetworkSettings?: InspectedNetworks
}

interface InspectedState {
  Status: ContainerFacts['state']
  StartedAt?: string
  FinishedAt?: string
  ExitCode?: number
  OOMKilled?: boolean
  Error?: string
}

interface InspectedNetworks {
  Networks?: Record<string, { IPAddress?: string; GlobalIPv6Address?: string } | null> | null
  Ports?: Record<string, { HostIp: string; HostPort: string }[] | null> | null
}

export function containerFacts(container: InspectedContainer, { imageName }: EngineDialect): ContainerFacts {
  const { State: state, NetworkSettings: network, HostConfig: { Memory: memoryLimit = 0 } = {} } = container
  const hasEnded = state.Status === 'exited' || state.Status === 'dead'
  return {
    id: container.Id,
    name: container.Name.replace(/^\//, ''),
    image: imageName(container.Config.Image),
    imageId: container.Image,
    labels: container.Config.Labels ?? {},
    state: state.Status,
    createdAt: Date.parse(container.Created) || 0,
    startedAt: timeOf(state.StartedAt),
    finishedAt: hasEnded ? timeOf(state.FinishedAt) : undefined,
    exitCode: hasEnded ? state.ExitCode : undefined,
    oomKilled: state.OOMKilled ?? false,
    error: state.Error || undefined,
    addresses: addressesOf(network),
    published: publishedPorts(network),
    memoryLimit: memoryLimit > 0 ? memoryLimit : undefined,
  }
}

/** The engine writes what never happened as year 1. */
function timeOf(text = ''): number | undefined {
  const at = Date.parse(text)
  return at > 0 ? at : undefined
}

function addressesOf(network: InspectedNetworks | undefined): string[] {
  return Object.values(network?.Networks ?? {})
    .flatMap((endpoint) => [endpoint?.IPAddress, endpoint?.GlobalIPv6Address])
    .filter((address): address is string => address !== undefined && address !== '')
}

function publishedPorts(network: InspectedNetworks | undefined): Record<number, number> {
  const published: Record<number, number> = {}
  for (const [inside, bindings] of Object.entries(network?.Ports ?? {})) {
    const port = Number(bindings?.[0]?.HostPort)
    if (port > 0) published[Number.parseInt(inside, 10)] = port
  }
  return published
}
