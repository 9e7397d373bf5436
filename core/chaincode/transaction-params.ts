import type { TxSimulator } from '../ledger/ledger.ts'
import type { SignedProposal } from '../protos/index.ts'

/** What a chaincode's execution is about: Fabric's ccprovider.TransactionParams. */
export interface TransactionParams {
  readonly txId: string
  readonly channelId: string
  /** The namespace of its state: the chaincode's name, without its version. */
  readonly namespaceId: string
  /** Shims derive creator, transient data and timestamp from it. */
  readonly signedProposal: SignedProposal
  /** MSP id of the signer: decides membership of a collection. */
  readonly creatorMspId: string
  /** MSP id of the peer that executes it: its own instance of the chaincode does. */
  readonly mspId: string
  readonly simulator: TxSimulator
  /** INIT instead of TRANSACTION. */
  readonly isInit: boolean
}
