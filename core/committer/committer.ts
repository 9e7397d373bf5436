import type { EndorsementFailure } from '../contract/call.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { MSPManager } from '../msp/msp.ts'
import { TxValidationCode } from '../protos/index.ts'
import { validateBlock, type ValidatedTransaction } from './block-validation.ts'
import { expire, expiringWrites } from './expiry.ts'
import { newTxValidator, type EndorsedTransaction } from './tx-validator.ts'

/** Takes what a channel's orderer has ordered into its ledger (Fabric core/committer/committer_impl.go). */
export interface Committer {
  readonly channel: string
  /**
   * Validate these envelopes and store them as the channel's next block. One call at a time.
   * Throws LEDGER_READ, LEDGER_WRITE, LEDGER_CLOSED; then the channel is unchanged.
   */
  commit(envelopes: Uint8Array[]): Promise<CommittedBlock>
  /** Why a transaction would fail validation with these endorsers, serialized identities; undefined: it wouldn't. */
  endorsementFailure(transaction: EndorsedTransaction, endorsers: readonly Uint8Array[]): EndorsementFailure | undefined
}

export interface CommittedBlock {
  number: number
  /** In the order of the envelopes. */
  transactions: ValidatedTransaction[]
}

/** `msps`: the organisations whose members may send and endorse; undefined: anybody may, for a ledger without identities. */
export function newCommitter(ledger: Ledger, msps?: MSPManager): Committer {
  const validator = msps && newTxValidator(msps, ledger)
  return {
    channel: ledger.channel,
    async commit(envelopes) {
      const number = ledger.height()
      const { transactions, ...validation } = await validateBlock(ledger, validator, envelopes)
      const { updates } = validation
      const expiring = expiringWrites(updates, ledger)
      const expired = await ledger.dueExpiries(number)
      expire(expired, updates)
      const codes = transactions.map(({ txId, validationCode }) => ({ txId, code: codeOf(validationCode) }))
      await ledger.store({ ...validation, envelopes, transactions: codes, expired, expiring })
      return { number, transactions }
    },
    endorsementFailure: (transaction, endorsers) => validator?.failureOf(transaction, endorsers),
  }
}

/** The committers of a peer's channels, each made when first asked for. */
export function newCommitters(ledger: (channel: string) => Ledger, msps: MSPManager): (channel: string) => Committer {
  const committers = new Map<string, Committer>()
  return (channel) => {
    let committer = committers.get(channel)
    if (committer === undefined) committers.set(channel, (committer = newCommitter(ledger(channel), msps)))
    return committer
  }
}

/** For calls without a channel, whose endorsements nobody checks. */
export const noCommitter: Pick<Committer, 'endorsementFailure'> = { endorsementFailure: () => undefined }

const codeNumbers = new Map<string, number>(Object.entries(TxValidationCode))

function codeOf(validationCode: string): number {
  return codeNumbers.get(validationCode) ?? TxValidationCode.INVALID_OTHER_REASON
}
