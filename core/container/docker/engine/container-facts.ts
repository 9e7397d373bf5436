import type { ContainerFacts } from './engine.ts'

/** Of `GET /containers/{id}/json`, what is used. */
export interface InspectedContainer {
  Id: string
  Name: string
  Image: string
  Created: string
  Config: { Image: string; Labels?: Record<string, string> | null }
  State: {
    Status: ContainerFacts['state']
    StartedAt?: string
    FinishedAt?: string
    ExitCode?: number
    OOMKilled?: boolean
    Error?: string
  }
  HostConfig?: { Memory?: number }
  NetworkSettings?: {
    Networks?: Record<string, { IPAddress?: string; GlobalIPv6Address?: string } | null> | null
    Ports?: Record<string, { HostIp: string; HostPort: string }[] | null> | null
  }
}

export function containerFacts(found: InspectedContainer): ContainerFacts {
  const { State: state, NetworkSettings: network } = found
  const ended = state.Status === 'exited' || state.Status === 'dead'
  const memoryLimit = found.HostConfig?.Memory ?? 0
  return {
    id: found.Id,
    name: found.Name.replace(/^\//, ''),
    image: found.Config.Image,
    imageId: found.Image,
    labels: found.Config.Labels ?? {},
    state: state.Status,
    createdAt: Date.parse(found.Created) || 0,
    ...time('startedAt', state.StartedAt),
    ...(ended ? time('finishedAt', state.FinishedAt) : {}),
    ...(ended && state.ExitCode !== undefined ? { exitCode: state.ExitCode } : {}),
    oomKilled: state.OOMKilled ?? false,
    ...(state.Error === undefined || state.Error === '' ? {} : { error: state.Error }),
    addresses: Object.values(network?.Networks ?? {})
      .flatMap((one) => [one?.IPAddress, one?.GlobalIPv6Address])
      .filter((address): address is string => address !== undefined && address !== ''),
    published: published(network?.Ports ?? {}),
    ...(memoryLimit > 0 ? { memoryLimit } : {}),
  }
}

/** The engine tells what never was as year 1. */
function time<N extends string>(name: N, text: string | undefined): { [P in N]?: number } {
  const at = Date.parse(text ?? '')
  return at > 0 ? ({ [name]: at } as { [P in N]?: number }) : {}
}

function published(ports: Record<string, { HostIp: string; HostPort: string }[] | null>): Record<number, number> {
  const found: Record<number, number> = {}
  for (const [inside, bound] of Object.entries(ports)) {
    const port = Number(bound?.[0]?.HostPort)
    if (port > 0) found[Number.parseInt(inside, 10)] = port
  }
  return found
}
