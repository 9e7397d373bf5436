import { ERROR_THRESHOLD } from '../endorser/endorser.ts'
import { simulateOn } from '../gateway/simulate-call.ts'
import { EvaluateResponse, type EvaluateRequest } from '../protos/clients.ts'
import type { UnaryContext } from '../comm/client-server.ts'
import {
  admittedBy,
  detailOf,
  failedCall,
  failureText,
  invalid,
  knowSignature,
  readTarget,
  type GatewayPeer,
  type ProposalTarget,
} from './gateway-proposal.ts'
import { status, RpcError } from '../comm/rpc-error.ts'

const UNREADABLE = 'failed to unpack transaction proposal: '

/**
 * gateway.Gateway/Evaluate (Fabric v2.5.16 internal/pkg/gateway/evaluate.go): executed by one peer, that of the gateway's
 * organisation if it may. The request's own fields for channel and transaction don't count.
 */
export async function evaluate(
  request: EvaluateRequest,
  context: UnaryContext,
  peer: GatewayPeer,
): Promise<EvaluateResponse> {
  const signedProposal = request.getProposedTransaction()
  if (signedProposal === undefined) throw unreadable('a signed proposal is required')
  await knowSignature(signedProposal, peer, context)
  const target = readTarget(signedProposal, UNREADABLE)
  if (target.missing !== undefined) throw unreadable(target.missing)
  const mspId = evaluatorOf(target, request.getTargetOrganizationsList(), peer)
  const { proposal, identity, ledger } = admittedBy(signedProposal, peer, (text) =>
    refusal(status.FAILED_PRECONDITION, text, peer, mspId),
  )
  const { txId, chaincodeName, channelId } = proposal
  const definition = peer.definition(chaincodeName, channelId)
  const client = { service: 'gateway.Gateway', address: context.from }
  const { call, proposed } = peer.clientCalls.begin({
    kind: 'evaluate',
    proposal,
    identity,
    definition,
    client,
    signal: context.signal,
  })
  const simulator = (ledger ?? peer.ledger(channelId)).newTxSimulator(txId, mspId)
  try {
    const { response, result } = await simulateOn(mspId, simulator, call, proposed, peer)
    call.running?.done(result)
    const code = response.getStatus()
    if (code < 200 || code >= ERROR_THRESHOLD) {
      throw refusal(status.UNKNOWN, `chaincode response ${code}, ${response.getMessage()}`, peer, mspId)
    }
    const answer = new EvaluateResponse()
    answer.setResult(response)
    return answer
  } catch (error) {
    if (error instanceof RpcError) throw error
    failedCall(call, error)
    const detail = detailOf(peer, mspId, failureText(error, call, txId))
    const message = 'failed to evaluate transaction, see attached details for more info'
    throw new RpcError(status.ABORTED, message, [detail])
  } finally {
    simulator.done()
  }
}

function unreadable(text: string): RpcError {
  return invalid(`${UNREADABLE}${text}`)
}

/** What an endorser refuses, or its chaincode: with its text in the message and in a detail. */
function refusal(code: status, text: string, peer: GatewayPeer, mspId: string): RpcError {
  return new RpcError(code, `evaluate call to endorser returned error: ${text}`, [detailOf(peer, mspId, text)])
}

/** Whose peer evaluates. */
function evaluatorOf(
  { channel, chaincode, hasTransient }: ProposalTarget,
  wanted: readonly string[],
  peer: GatewayPeer,
): string {
  if (!peer.hasChannel(channel)) {
    const text = `failed to get config for channel [${channel}]: could not get last config for channel ${channel}`
    throw new RpcError(status.UNAVAILABLE, text)
  }
  const organisations = peer.isDefined(chaincode, channel) ? peer.identities.organisations() : []
  const able = wanted.length === 0 ? organisations : organisations.filter((mspId) => wanted.includes(mspId))
  const [first] = able
  if (first !== undefined) return able.includes(peer.mspId) ? peer.mspId : first
  const none = `no peers available to evaluate chaincode ${chaincode} in channel ${channel}`
  const protecting =
    "no endorsers found in the gateway's organization; retry specifying target organization(s) to protect transient data"
  const text = hasTransient && wanted.length === 0 ? `${protecting}: ${none}` : none
  throw new RpcError(status.FAILED_PRECONDITION, text)
}
