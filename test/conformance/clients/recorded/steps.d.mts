import type { KeyObject } from 'node:crypto'
import type { CallOptions, ClientDuplexStream, ServiceError } from '@grpc/grpc-js'
import type { Envelope, ProposalResponse, SignedProposal } from '../../../../core/protos/index.ts'

/** A client that plays recorded steps, and what it was answered, with ids, addresses, names and times replaced. */
export interface Case {
  name: string
  /** What the recording net had that a plain one lacks. */
  needs?: string[]
  steps?: unknown[]
  response: unknown
}

export interface Identity {
  mspid: string
  /** Serialized. */
  creator: Buffer
  key: KeyObject
}

type OpenStream = (options: CallOptions) => ClientDuplexStream<Envelope, unknown>

export interface Client {
  channel: string
  ids: Record<string, Identity>
  /** Endorser. */
  en: {
    processProposal(
      proposal: SignedProposal,
      options: CallOptions,
      answered: (error: ServiceError | null, answer: ProposalResponse) => void,
    ): unknown
  }
  /** Deliver of the peer. */
  dl: { deliver: OpenStream; deliverFiltered: OpenStream }
  /** AtomicBroadcast of the orderer. */
  or: { deliver: OpenStream; broadcast: OpenStream }
  close(): void
}

export interface Net {
  /** `host:port`. */
  peerAddr: string
  ordAddr: string
  mspid: string
  channel: string
  cc: string
  ids: { client: Identity; admin?: Identity }
}

/** What differs from a plain call of the net's chaincode. */
export interface ProposalSteps {
  /** Whose it is: a name in `ids`. */
  as?: string
  type?: number
  channel?: string
  cc?: string
  specType?: number
  /** Bytes as `hex:…`. */
  args?: string[]
  isInit?: boolean
  transient?: Record<string, string>
}

export function ident(mspid: string, certificate: string, key: string): Identity
export function makeCtx(net: Net): Client
export function proposal(client: Client, steps: ProposalSteps): { sp: SignedProposal; txid: string }
export function ecdsa(key: KeyObject, data: Uint8Array): Buffer
/** A text without what no two nets have in common: ids, hashes, addresses, times. */
export function norm(client: Client, text: string): string
export function runCase(client: Client, recorded: Case): Promise<unknown>
export function same(answered: unknown, recorded: unknown): boolean
