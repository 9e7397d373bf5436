import type { CallResult } from '../contract/call.ts'
import { PeerError } from '../contract/error.ts'
import { endorse } from '../endorser/endorser.ts'
import { now } from '../facts/clock.ts'
import type { SigningIdentity } from '../msp/identity.ts'
import type { Ordered } from '../orderer/orderer.ts'
import { chooseEndorsers } from './choose-endorsers.ts'
import { signedEnvelope } from './envelope.ts'
import type { GatewayParts } from './gateway-parts.ts'
import type { Call, SimulatedCall } from './simulate-call.ts'

type OrderingParts = Pick<GatewayParts, 'identities' | 'ledger' | 'committer' | 'orderer'>

/**
 * The peers that endorse a call: those it names, otherwise as few as its policies ask for.
 * @throws PeerError ORGANISATION_UNKNOWN, ARGUMENT_INVALID
 */
export function endorsersOf({ request, definition }: Call, simulated: SimulatedCall, parts: OrderingParts) {
  const { identities } = parts
  if (request.endorsers !== undefined) return namedEndorsers(request.endorsers, identities)
  const committer = parts.committer(definition.channel)
  const transaction = { chaincode: definition.name, readWriteSet: simulated.publicSets }
  const suffice = (mspIds: readonly string[]) => {
    const peers = mspIds.map((mspId) => identities.peerOf(mspId).serialize())
    return committer.endorsementFailure(transaction, peers) === undefined
  }
  const chosen = chooseEndorsers(simulated.creator.mspId, identities.organisations(), suffice)
  return chosen.map((mspId) => identities.peerOf(mspId))
}

/** @throws PeerError ORGANISATION_UNKNOWN, ARGUMENT_INVALID */
export function namedEndorsers(
  mspIds: readonly string[],
  identities: Pick<OrderingParts['identities'], 'peerOf'>,
): SigningIdentity[] {
  const peers = [...new Set(mspIds)].map((mspId) => identities.peerOf(mspId))
  if (peers.length > 0) return peers
  throw new PeerError('ARGUMENT_INVALID', { argument: 'The list of endorsers', message: 'It names nobody.' })
}

/** Endorse a simulated call, order it and wait until it is committed. Resolves with its final result. */
export async function orderCall(
  call: Call,
  simulated: SimulatedCall,
  endorsers: readonly SigningIdentity[],
  parts: OrderingParts,
): Promise<CallResult> {
  const { definition } = call
  const { creator, proposal } = simulated
  const orderedAt = now()
  const executed = { ...simulated, rwset: simulated.rwset() }
  const responses = endorsers.map((endorser) => endorse({ definition, proposal }, executed, endorser))
  const envelope = signedEnvelope(proposal, creator, ...responses)
  const privateRwset = simulated.privateRwset?.()
  if (privateRwset !== undefined) parts.ledger(definition.channel).persistPrivate(proposal.txId, privateRwset)
  const ordered = await parts.orderer(definition.channel).order(envelope)
  const result = { ...simulated.result, endorsers: endorsers.map(({ mspId }) => mspId) }
  return finalResult(call, result, ordered, orderedAt)
}

function finalResult(call: Call, endorsed: CallResult, ordered: Ordered, orderedAt: number): CallResult {
  const { validationCode, blockNumber, conflict, endorsementFailure } = ordered
  const at = now()
  const times = { ...endorsed.times, durationMs: at - call.startedAt, commitMs: at - orderedAt }
  const result: CallResult = { ...endorsed, validationCode, blockNumber, times }
  if (conflict !== undefined) result.conflict = conflict
  if (endorsementFailure !== undefined) result.endorsementFailure = endorsementFailure
  return result
}
