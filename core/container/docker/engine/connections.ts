import { Agent as HttpAgent, type Agent } from 'node:http'
import type { Reach } from './reach.ts'

/** An agent for connections to one engine; `destroy` closes the idle ones. */
export async function connectionsTo(reach: Reach): Promise<Agent> {
  if (reach.kind === 'ssh') {
    const { sshConnections } = await import('./ssh-connection.ts')
    return sshConnections(reach.target)
  }
  if (reach.kind === 'socket' || reach.tls === undefined) return new HttpAgent({ keepAlive: false })
  // Most engines listen on a socket.
  const { Agent: HttpsAgent } = await import('node:https')
  const { ca, cert, key, verify } = reach.tls
  return new HttpsAgent({ keepAlive: false, rejectUnauthorized: verify, ca, cert, key })
}
