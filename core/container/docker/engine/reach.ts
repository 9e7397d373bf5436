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
