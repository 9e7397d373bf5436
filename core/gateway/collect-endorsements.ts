import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import type { EndorserFailure } from '../contract/result-difference.ts'
import { endorse, ERROR_THRESHOLD } from '../endorser/endorser.ts'
import type { ProposalResponse } from '../protos/index.ts'
import { compareResults } from './compare-results.ts'
import { planEndorsement } from './endorsement-plan.ts'
import type { GatewayParts } from './gateway-parts.ts'
import type { OtherPeers } from './other-peers.ts'
import { throwIfAborted, type Call, type Proposed, type SimulatedCall } from './simulate-call.ts'

type EndorsingParts = Pick<GatewayParts, 'identities' | 'committer'>

/** An organisation's endorsement, or why its peer gave none. */
type Asked =
  { mspId: string; response: ProposalResponse } | (EndorserFailure & { simulated?: SimulatedCall; error?: unknown })

/** MSP ids of the organisations that endorsed, and what their peers signed. */
export interface Endorsements {
  endorsers: string[]
  responses: ProposalResponse[]
}

/** What was executed first, and who else can be asked. */
export interface FirstEndorser {
  first: SimulatedCall
  others: OtherPeers
}

/**
 * Collect endorsements of a call as a gateway does (Fabric internal/pkg/gateway/endorse.go and endorsement.go, v2.5): by
 * the organisations that it names, otherwise by as few as its policies ask for. Each of their peers executes it, and must
 * come to what the first one came to. Where one doesn't, or refuses, other organisations that suffice are tried.
 * @throws PeerError RESULTS_DIFFER, ENDORSEMENT_FAILED, ABORTED, what planEndorsement throws
 */
export async function collectEndorsements(
  call: Call,
  proposed: Proposed,
  firstEndorser: FirstEndorser,
  parts: EndorsingParts,
): Promise<Endorsements> {
  const { first } = firstEndorser
  const reference = endorsed(call, proposed, first, parts)
  const payload = reference.response.getPayload_asU8()
  const asked = new Map<string, Asked>([[first.mspId, reference]])
  for (const layout of planEndorsement(call, proposed, first, parts)) {
    if (layout.some((mspId) => isFailure(asked.get(mspId)))) continue
    const missing = layout.filter((mspId) => !asked.has(mspId))
    const answers = await Promise.all(missing.map((mspId) => ask(mspId, call, proposed, firstEndorser, payload, parts)))
    throwIfAborted(call)
    for (const answer of answers) asked.set(answer.mspId, answer)
    const responses = layout.flatMap((mspId) => responseOf(asked.get(mspId)))
    if (responses.length === layout.length) return { endorsers: [...layout], responses }
  }
  throw refusal(call, first, [...asked.values()])
}

/** Never rejects. `payload`: what the first one signed. */
async function ask(
  mspId: string,
  call: Call,
  proposed: Proposed,
  { first, others }: FirstEndorser,
  payload: Uint8Array,
  parts: EndorsingParts,
): Promise<Asked> {
  // What runs inside the peer is the same code for all organisations, and runs once.
  if (call.definition.systemChaincode) return endorsed(call, proposed, { ...first, mspId }, parts)
  const execution = await others.ask(mspId)
  if ('error' in execution) return { mspId, message: messageOf(execution.error), error: execution.error }
  const { simulated } = execution
  const { status, message } = simulated.result
  if (status < 200 || status >= ERROR_THRESHOLD) return { mspId, message: `chaincode response ${status}, ${message}` }
  const answer = endorsed(call, proposed, simulated, parts)
  if (Buffer.compare(answer.response.getPayload_asU8(), payload) === 0) return answer
  return { mspId, message: 'ProposalResponsePayloads do not match', simulated }
}

function endorsed({ definition }: Call, { proposal }: Proposed, simulated: SimulatedCall, parts: EndorsingParts) {
  const { mspId } = simulated
  const executed = { ...simulated, rwset: simulated.rwset() }
  return { mspId, response: endorse({ definition, proposal }, executed, parts.identities.peerOf(mspId)) }
}

function isFailure(asked: Asked | undefined): boolean {
  return asked !== undefined && !('response' in asked)
}

function responseOf(asked: Asked | undefined): ProposalResponse[] {
  return asked !== undefined && 'response' in asked ? [asked.response] : []
}

/** Why no combination of organisations endorsed. What differed says more than what failed after it. */
function refusal({ definition, startedAt }: Call, first: SimulatedCall, all: Asked[]): PeerError {
  const failures = all.flatMap((asked) => ('response' in asked ? [] : [asked]))
  const chaincode = definition.name
  for (const { simulated } of failures) {
    if (simulated === undefined) continue
    const differences = compareResults(first, simulated, startedAt)
    return new PeerError('RESULTS_DIFFER', {
      chaincode,
      organisations: [first.mspId, simulated.mspId],
      differences,
    })
  }
  const [cause] = failures.flatMap(({ error }) => (error === undefined ? [] : [error]))
  const details = { chaincode, failures: failures.map(({ mspId, message }) => ({ mspId, message })) }
  return new PeerError('ENDORSEMENT_FAILED', details, { cause })
}
