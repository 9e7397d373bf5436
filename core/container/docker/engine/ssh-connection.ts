import type { Agent } from 'node:http'
import type { SshTarget } from './reach.ts'

export function sshConnections(_target: SshTarget): Agent {
  throw new Error('not yet')
}
