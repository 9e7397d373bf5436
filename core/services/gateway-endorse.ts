import { PeerError } from '../contract/error.ts'
import { ERROR_THRESHOLD } from '../endorser/endorser.ts'
import { collectEndorsements, type Endorsements } from '../gateway/collect-endorsements.ts'
import type { ClientCall } from '../gateway/client-calls.ts'
import { unsignedEnvelope } from '../gateway/envelope.ts'
import { otherPeers, simulateOnFirst, type OtherPeers } from '../gateway/other-peers.ts'
import type { SimulatedCall } from '../gateway/simulate-call.ts'
import type { TxSimulator } from '../ledger/ledger.ts'
import { LIFECYCLE_NAMESPACE } from '../privdata/definition-keys.ts'
import { EndorseResponse, type EndorseRequest } from '../protos/clients.ts'
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

const ENDORSE_FAILED = 'failed to endorse transaction, see attached details for more info'
const TOO_FEW = 'failed to collect enough transaction endorsements, see attached details for more info'

/**
 * gateway.Gateway/Endorse (Fabric v2.5.16 internal/pkg/gateway/endorse.go): executed by the peers whose endorsement the
 * policies ask for, or that the request names, and prepared as a transaction for the client to sign.
 */
export async function endorse(
  request: EndorseRequest,
  context: UnaryContext,
  peer: GatewayPeer,
): Promise<EndorseResponse> {
  const { signal, from } = context
  const signedProposal = request.getProposedTransaction()
  if (signedProposal === undefined) throw invalid('the proposed transaction must contain a signed proposal')
  await knowSignature(signedProposal, peer, context)
  const target = readTarget(signedProposal)
  const wanted = [...new Set(request.getEndorsingOrganizationsList())]
  checkEndorsers(target, wanted, peer)
  const mspId = wanted[0] ?? peer.mspId
  const failed = wanted.length === 0 ? ENDORSE_FAILED : TOO_FEW
  const { proposal, identity, ledger } = admittedBy(
    signedProposal,
    peer,
    (text) => new RpcError(status.ABORTED, failed, [detailOf(peer, mspId, text)]),
  )
  const { txId, chaincodeName, channelId } = proposal
  const definition = peer.definition(chaincodeName, channelId)
  const client = { service: 'gateway.Gateway', address: from }
  const begun = peer.clientCalls.begin({ kind: 'submit', proposal, identity, definition, client, signal })
  if (wanted.length > 0) begun.call.request.endorsers = wanted
  const simulator = (ledger ?? peer.ledger(channelId)).newTxSimulator(txId, mspId)
  const others = otherPeers(begun.call, begun.proposed, simulator, peer)
  try {
    const { responses, endorsers, first } = await endorsed(begun, { mspId, simulator, others }, failed, peer)
    const privateRwset = first.privateRwset?.()
    if (privateRwset !== undefined) peer.ledger(channelId).persistPrivate(txId, privateRwset)
    peer.clientCalls.endorsed(begun.call, { ...first.result, endorsers })
    const answer = new EndorseResponse()
    answer.setPreparedTransaction(unsignedEnvelope(proposal, ...responses))
    return answer
  } catch (error) {
    if (!(error instanceof RpcError)) failedCall(begun.call, error)
    throw statusOf(error, begun, mspId, failed, peer)
  } finally {
    await others.end()
    simulator.done()
  }
}

/** Who executes. */
interface Peers {
  mspId: string
  simulator: TxSimulator
  others: OtherPeers
}

/** Execute on the first peer, and if that answers well, on the others that are needed. */
async function endorsed(
  { call, proposed }: ClientCall,
  { mspId, simulator, others }: Peers,
  failed: string,
  peer: GatewayPeer,
): Promise<Endorsements & { first: SimulatedCall }> {
  const { execute } = peer
  const first = await simulateOnFirst(mspId, simulator, call, proposed, { others, execute })
  const code = first.response.getStatus()
  if (code < 200 || code >= ERROR_THRESHOLD) {
    call.running?.done(first.result)
    const text = `chaincode response ${code}, ${first.response.getMessage()}`
    throw new RpcError(status.ABORTED, failed, [detailOf(peer, mspId, text)])
  }
  const { name, channel, systemChaincode } = call.definition
  // Discovery knows nothing of these, except for one (core/chaincode/lifecycle/cache.go, getLifecycleSCCChaincodeInfo).
  if (systemChaincode && name !== LIFECYCLE_NAMESPACE) {
    call.running?.done(first.result)
    throw underivable(name, channel)
  }
  return { ...(await collectEndorsements(call, proposed, { first, others }, peer)), first }
}

function statusOf(error: unknown, { call, proposed }: ClientCall, mspId: string, failed: string, peer: GatewayPeer) {
  if (error instanceof RpcError) return error
  if (error instanceof PeerError) {
    switch (error.code) {
      case 'RESULTS_DIFFER':
      case 'ENDORSEMENT_FAILED':
        return new RpcError(status.ABORTED, TOO_FEW, failuresOf(PeerError.from(error), peer))
      case 'NO_ENDORSERS':
      case 'TRANSIENT_UNPROTECTED':
        return new RpcError(status.FAILED_PRECONDITION, error.message)
    }
  }
  const text = failureText(error, call, proposed.proposal.txId)
  return new RpcError(status.ABORTED, failed, [detailOf(peer, mspId, text)])
}

interface FailureDetails {
  failures?: { mspId: string; message: string }[]
  organisations?: string[]
}

/** What each peer said; results that differ are said of the peer that came second. */
function failuresOf({ details }: PeerError, peer: GatewayPeer) {
  const { failures, organisations } = details as FailureDetails
  const said =
    failures ??
    [organisations?.[1] ?? peer.mspId].map((mspId) => ({ mspId, message: 'ProposalResponsePayloads do not match' }))
  return said.map(({ mspId, message }) => detailOf(peer, mspId, message))
}

/** Whether anybody can endorse; a system chaincode is executed first, as on a peer. */
function checkEndorsers(
  { channel, chaincode, hasTransient }: ProposalTarget,
  wanted: readonly string[],
  peer: GatewayPeer,
): void {
  const isDefined = peer.hasChannel(channel) && peer.isDefined(chaincode, channel)
  if (wanted.length > 0) {
    const known = isDefined ? peer.identities.organisations() : []
    const missing = wanted.filter((mspId) => !known.includes(mspId))
    if (missing.length === 0) return
    const text = `failed to find any endorsing peers for org(s): ${missing.join(', ')}`
    throw new RpcError(status.UNAVAILABLE, text)
  }
  if (isDefined) return
  if (!hasTransient) throw underivable(chaincode, channel)
  const text =
    "no endorsers found in the gateway's organization; retry specifying endorsing organization(s) to protect transient data"
  throw new RpcError(status.FAILED_PRECONDITION, text)
}

function underivable(chaincode: string, channel: string): RpcError {
  const text = `no combination of peers can be derived which satisfy the endorsement policy: No metadata was found for chaincode ${chaincode} in channel ${channel}`
  return new RpcError(status.FAILED_PRECONDITION, text)
}
