/** A client that plays recorded steps, and what it was answered, with ids, addresses, names and times replaced. */
export interface Case {
  name: string
  /** What the recording net had that a plain one lacks. */
  needs?: string[]
  steps?: unknown[]
  response: unknown
}

export interface Client {
  close(): void
}

export interface Net {
  /** `host:port`. */
  peerAddr: string
  ordAddr: string
  mspid: string
  channel: string
  cc: string
  ids: { client: unknown }
}

export function ident(mspid: string, certificate: string, key: string): unknown
export function makeCtx(net: Net): Client
export function runCase(client: Client, recorded: Case): Promise<unknown>
export function same(answered: unknown, recorded: unknown): boolean
