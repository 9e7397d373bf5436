/** How an engine is reached, once its address is understood. */
export type Reach =
  /** A Unix socket or a Windows pipe. */
  | { kind: 'socket'; path: string }
  | { kind: 'tcp'; host: string; port: number; tls?: EngineTls | undefined }
  | { kind: 'ssh'; target: SshTarget }

export interface EngineTls {
  /** PEM. */
  ca?: string
  cert?: string
  key?: string
  /** Whether the engine's certificate must be valid. */
  verify: boolean
}

export interface SshTarget {
  host: string
  user: string | undefined
  port: number | undefined
  /** The engine's socket on that machine; undefined for docker's default. */
  path: string | undefined
}
