import { messageOf } from '../contract/error-message.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Identity } from '../msp/identity.ts'
import type { MSPManager } from '../msp/msp.ts'
import type { SignedProposal } from '../protos/index.ts'
import { unpackProposal, type UnpackedProposal } from './unpack-proposal.ts'
import { validateProposal } from './validate-proposal.ts'

/** A proposal that may be executed. */
export interface Admitted {
  proposal: UnpackedProposal
  /** Who signed it. */
  identity: Identity
  /** Undefined without a channel. */
  ledger: Ledger | undefined
}

export interface AdmissionParts {
  /** Undefined if the channel does not exist. */
  ledger(channel: string): Ledger | undefined
  msps: MSPManager
  isSystem(chaincode: string): boolean
  /** Why who signed may not call on the channel; undefined if they may. */
  refusal(proposal: UnpackedProposal): string | undefined
}

/**
 * The checks before a proposal is executed, in Fabric's order (v2.5.16 core/endorser/endorser.go, ProcessProposal and
 * preProcess). Whether the channel exists comes first. System chaincode has access rules of its own.
 * @throws Error with Fabric's text
 * @returns the text of an answer instead, if the channel is unknown
 */
export function admitProposal(signedProposal: SignedProposal, parts: AdmissionParts): Admitted | { text: string } {
  const proposal = unpackProposal(signedProposal)
  const { channelId, txId, creator, chaincodeName } = proposal
  const ledger = channelId === '' ? undefined : parts.ledger(channelId)
  if (channelId !== '' && ledger === undefined) return { text: `channel '${channelId}' not found` }
  const identity = validated(proposal, parts.msps)
  if (ledger?.hasTransaction(txId) === true) {
    throw new Error(`duplicate transaction found [${txId}]. Creator [${Buffer.from(creator).toString('hex')}]`)
  }
  if (ledger !== undefined && !parts.isSystem(chaincodeName)) {
    const refused = parts.refusal(proposal)
    if (refused !== undefined) throw new Error(refused)
  }
  return { proposal, identity, ledger }
}

function validated(proposal: UnpackedProposal, msps: MSPManager): Identity {
  try {
    return validateProposal(proposal, msps)
  } catch (error) {
    throw new Error(`error validating proposal: ${messageOf(error)}`, { cause: error })
  }
}
