import type { CallLog } from '../calls/call-log.ts'
import type { Committer } from '../committer/committer.ts'
import type { ChaincodeDefinition, Execute } from '../endorser/endorser.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Identities } from '../msp/dev-ca.ts'
import type { Orderer } from '../orderer/orderer.ts'

/** What a gateway works with. */
export interface GatewayParts {
  /** On this channel, or on the chaincode's own. Throws CHAINCODE_UNKNOWN, CHANNEL_UNKNOWN. */
  definition(name: string, channel: string | undefined): ChaincodeDefinition
  ledger(channel: string): Pick<Ledger, 'newTxSimulator' | 'persistPrivate'>
  committer(channel: string): Pick<Committer, 'endorsementFailure'>
  orderer(channel: string): Orderer
  execute: Execute
  identities: Pick<
    Identities,
    'client' | 'clientId' | 'peerOf' | 'idOf' | 'resolve' | 'find' | 'msps' | 'organisations'
  >
  calls: CallLog
}
