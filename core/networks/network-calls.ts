import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import type { CallRequest, CallResult } from '../contract/call.ts'
import type { NetworkCallResult } from '../contract/network.ts'
import { describeIdentityName } from './identity-label.ts'
import { buildProposal, type BuiltProposal } from '../endorser/proposal.ts'
import { chaincodeInput, transientMap } from '../gateway/call-arguments.ts'
import { encodeBytes } from '../ledger/encoded-bytes.ts'
import {
  CommitStatusRequest,
  EndorseRequest,
  EvaluateRequest,
  GatewayService,
  SignedCommitStatusRequest,
  SubmitRequest,
} from '../protos/clients.ts'
import { namesOf } from '../protos/enum-names.ts'
import { TxValidationCode, type Envelope, type Response } from '../protos/index.ts'
import { chaincodeResponseIn, networkError } from './network-error.ts'
import { checkWritable, endsOf, type Network } from './network.ts'
import { preparedEffects } from './prepared-effects.ts'

/** The defaults of fabric-gateway's examples (fabric-samples, asset-transfer-basic/application-gateway-typescript). */
const USUAL_MS = { evaluate: 30_000, endorse: 30_000, submit: 30_000, commit: 60_000 }

const codeName = namesOf(TxValidationCode)

/** A call with the channel on which a network has its chaincode. */
export type NetworkCall = CallRequest & { channel: string }

/**
 * Evaluate on a network, through the Gateway of its peer. What a chaincode answers is a result, whatever its status.
 * @throws PeerError NETWORK_REFUSED, NETWORK_UNREACHABLE, NETWORK_TIMEOUT, ARGUMENT_INVALID; the signal's reason
 */
export async function evaluateOn(
  network: Network,
  call: NetworkCall,
  signal?: AbortSignal,
): Promise<NetworkCallResult> {
  const begun = begin('evaluate', network, call)
  const request = new EvaluateRequest()
  request.setTransactionId(begun.proposal.txId)
  request.setChannelId(call.channel)
  request.setProposedTransaction(begun.proposal.signedProposal)
  request.setTargetOrganizationsList(call.endorsers ?? [])
  const ends = endsOf(network, USUAL_MS.evaluate, signal)
  try {
    const answer = await network.client.call(GatewayService.evaluate, request, ends)
    return begun.result(answered(answer.getResult()))
  } catch (error) {
    const refused = chaincodeResponseIn(error)
    if (refused !== undefined) return begun.result(refused)
    throw networkError(error, { network, step: 'answer', deadlineMs: ends.deadlineMs })
  }
}

/**
 * Submit to a network through the Gateway of its peer, and wait for the commit.
 * @throws PeerError NETWORK_READ_ONLY, what evaluateOn throws, and NETWORK_COMMIT_UNKNOWN once it was sent to be ordered
 */
export async function submitTo(network: Network, call: NetworkCall, signal?: AbortSignal): Promise<NetworkCallResult> {
  checkWritable(network, `submit ${call.function}`)
  const begun = begin('submit', network, call)
  const { txId, signedProposal } = begun.proposal
  const request = new EndorseRequest()
  request.setTransactionId(txId)
  request.setChannelId(call.channel)
  request.setProposedTransaction(signedProposal)
  request.setEndorsingOrganizationsList(call.endorsers ?? [])
  const ends = endsOf(network, USUAL_MS.endorse, signal)
  let envelope: Envelope | undefined
  try {
    envelope = (await network.client.call(GatewayService.endorse, request, ends)).getPreparedTransaction()
  } catch (error) {
    const refused = chaincodeResponseIn(error)
    if (refused !== undefined) return begun.result(refused)
    throw networkError(error, { network, step: 'endorse it', deadlineMs: ends.deadlineMs })
  }
  const effects = preparedEffects(envelope)
  const committed = await order(network, { envelope, txId, channel: call.channel }, signal)
  return begun.result({ ...answered(effects.response), ...effects.described, ...committed })
}

/** A transaction that its client has yet to sign. */
export interface PreparedTransaction {
  envelope: Envelope | undefined
  txId: string
  channel: string
}

/**
 * Sign a transaction, have it ordered, and wait for the commit. The peer's Gateway finds the orderers: no address of
 * theirs is needed, nor their TLS roots (Fabric internal/pkg/gateway/submit.go).
 * @throws PeerError NETWORK_REFUSED, NETWORK_UNREACHABLE, NETWORK_TIMEOUT, NETWORK_COMMIT_UNKNOWN
 */
export async function order(
  network: Network,
  { envelope, txId, channel }: PreparedTransaction,
  signal?: AbortSignal,
): Promise<Required<Pick<CallResult, 'validationCode' | 'blockNumber'>>> {
  const { identity, client, name } = network
  envelope?.setSignature(identity.sign(envelope.getPayload_asU8()))
  const request = new SubmitRequest()
  request.setTransactionId(txId)
  request.setChannelId(channel)
  request.setPreparedTransaction(envelope)
  const ends = endsOf(network, USUAL_MS.submit, signal)
  try {
    await client.call(GatewayService.submit, request, ends)
  } catch (error) {
    const refusal = networkError(error, { network, step: 'take it for ordering', deadlineMs: ends.deadlineMs })
    // A refusal says that it wasn't ordered; without an answer nobody knows.
    if (refusal instanceof PeerError && refusal.code === 'NETWORK_REFUSED') throw refusal
    throw new PeerError('NETWORK_COMMIT_UNKNOWN', { network: name, txId, reason: messageOf(refusal) }, { cause: error })
  }
  return commitOf(network, txId, channel, signal)
}

async function commitOf(network: Network, txId: string, channel: string, signal: AbortSignal | undefined) {
  const { identity, client, name } = network
  const status = new CommitStatusRequest()
  status.setTransactionId(txId)
  status.setChannelId(channel)
  status.setIdentity(identity.serialize())
  const bytes = status.serializeBinary()
  const request = new SignedCommitStatusRequest()
  request.setRequest(bytes)
  request.setSignature(identity.sign(bytes))
  const ends = endsOf(network, USUAL_MS.commit, signal)
  try {
    const answer = await client.call(GatewayService.commitStatus, request, ends)
    return { validationCode: codeName(answer.getResult()), blockNumber: answer.getBlockNumber() }
  } catch (error) {
    const reason = messageOf(networkError(error, { network, step: 'commit it', deadlineMs: ends.deadlineMs }))
    throw new PeerError('NETWORK_COMMIT_UNKNOWN', { network: name, txId, reason }, { cause: error })
  }
}

interface Begun {
  proposal: BuiltProposal
  result(outcome: Answered & Partial<NetworkCallResult>): NetworkCallResult
}

type Answered = Pick<CallResult, 'status' | 'message'> & Partial<Pick<CallResult, 'payload' | 'payloadEncoding'>>

function begin(kind: CallResult['kind'], network: Network, call: NetworkCall): Begun {
  const { channel, chaincode } = call
  const startedAt = Date.now()
  const begunAt = performance.now()
  const proposed = { channel, chaincode, input: chaincodeInput(call), transient: transientMap(call) }
  const proposal = buildProposal(proposed, network.identity)
  return {
    proposal,
    result: ({ payload = '', payloadEncoding = 'utf8', ...outcome }) => ({
      network: network.name,
      txId: proposal.txId,
      kind,
      identity: describeIdentityName(network.identity),
      payload,
      payloadEncoding,
      startedAt,
      durationMs: performance.now() - begunAt,
      ...outcome,
    }),
  }
}

function answered(response: Response | undefined): Answered {
  const payload = encodeBytes(response?.getPayload_asU8() ?? new Uint8Array())
  return {
    status: response?.getStatus() ?? 0,
    message: response?.getMessage() ?? '',
    payload: payload.text,
    payloadEncoding: payload.encoding,
  }
}
