import { Agent as HttpAgent, type Agent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'

/** How an engine is reached, once its address is understood. */
export type Reach =
  /** A Unix socket or a Windows pipe. */
  | { kind: 'socket'; path: string }
  | { kind: 'tcp'; host: string; port: number; tls?: EngineTls }
  | { kind: 'ssh'; target: SshTarget }

export interface EngineTls {
  /** PEM. */
  ca?: string
  cert?: string
  key?: string
  /** Whether the engine's certificate must be good. */
  verify: boolean
}

export interface SshTarget {
  host: string
  user?: string
  port?: number
  /** Socket of the engine on that machine, where it is not the default one. */
  path?: string
}

/** Makes the connections of one engine; `destroy` ends those that wait for a next request. */
export async function connectionsTo(reach: Reach): Promise<Agent> {
  if (reach.kind === 'ssh') {
    const { sshConnections } = await import('./ssh-connection.ts')
    return sshConnections(reach.target)
  }
  if (reach.kind === 'socket' || reach.tls === undefined) return new HttpAgent({ keepAlive: false })
  const { ca, cert, key, verify } = reach.tls
  return new HttpsAgent({
    keepAlive: false,
    rejectUnauthorized: verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  })
}
