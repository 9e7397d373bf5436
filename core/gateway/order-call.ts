import type { CallResult } from '../contract/call.ts'
import { now } from '../facts/clock.ts'
import type { Ordered, Orderer } from '../orderer/orderer.ts'
import type { Endorsements } from './collect-endorsements.ts'
import { signedEnvelope } from './envelope.ts'
import type { GatewayParts } from './gateway-parts.ts'
import type { Call, OwnProposal, SimulatedCall } from './simulate-call.ts'

/** Order an endorsed call and wait until it is committed. Resolves with its final result. */
export async function orderCall(
  call: Call,
  { creator, proposal }: OwnProposal,
  simulated: SimulatedCall,
  { responses, endorsers }: Endorsements,
  parts: Pick<GatewayParts, 'ledger'>,
  orderer: Pick<Orderer, 'order'>,
): Promise<CallResult> {
  const { definition } = call
  const orderedAt = now()
  const envelope = signedEnvelope(proposal, creator, ...responses)
  const privateRwset = simulated.privateRwset?.()
  if (privateRwset !== undefined) parts.ledger(definition.channel).persistPrivate(proposal.txId, privateRwset)
  const ordered = await orderer.order(envelope)
  return finalResult(call, { ...simulated.result, endorsers }, ordered, orderedAt)
}

/** The result of an endorsed call that is committed. */
export function finalResult(
  call: Pick<Call, 'startedAt'>,
  endorsed: CallResult,
  ordered: Ordered,
  orderedAt: number,
): CallResult {
  const { validationCode, blockNumber, conflict, endorsementFailure } = ordered
  const at = now()
  const times = { ...endorsed.times, durationMs: at - call.startedAt, commitMs: at - orderedAt }
  const result: CallResult = { ...endorsed, validationCode, blockNumber, times }
  if (conflict !== undefined) result.conflict = conflict
  if (endorsementFailure !== undefined) result.endorsementFailure = endorsementFailure
  return result
}
