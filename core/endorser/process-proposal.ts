import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Identities } from '../msp/dev-ca.ts'
import { ProposalResponse, Response, type SignedProposal } from '../protos/index.ts'
import {
  endorse,
  ERROR_STATUS,
  ERROR_THRESHOLD,
  responsePayload,
  simulate,
  type ChaincodeDefinition,
  type Execute,
} from './endorser.ts'
import { endorserText } from './endorser-text.ts'
import { creatorOf, timeOf, unpackProposal, type UnpackedProposal } from './unpack-proposal.ts'
import { checkExpiry, checkTime, validateProposal } from './validate-proposal.ts'

export interface EndorserParts {
  /** Undefined if the channel does not exist. */
  ledger(channel: string): Ledger | undefined
  /** Throws CHAINCODE_UNKNOWN. */
  definition(name: string, channel: string): ChaincodeDefinition
  execute: Execute
  identities: Pick<Identities, 'msps' | 'peerOf'>
  /** How far a proposal's time may be from the peer's, in milliseconds; undefined: any time, as before Fabric 3. */
  timeWindow: number | undefined
}

/** Fabric's Endorser service, for proposals from outside (core/endorser/endorser.go, v2.5). */
export interface Endorser {
  /**
   * Check, simulate, endorse. A failure from the simulation on is answered with status 500, as in Fabric.
   * @param mspId whose peer endorses; default: the peer of the creator's organisation
   * @throws Error with Fabric's text if the proposal itself is refused
   */
  processProposal(
    signedProposal: SignedProposal,
    options?: { mspId?: string; signal?: AbortSignal },
  ): Promise<ProposalResponse>
}

export function newEndorser(parts: EndorserParts): Endorser {
  return {
    async processProposal(signedProposal, { mspId, signal } = {}) {
      const { msps } = parts.identities
      checkExpiry(creatorOf(signedProposal), msps)
      if (parts.timeWindow !== undefined) checkTime(timeOf(signedProposal), parts.timeWindow)
      const proposal = unpackProposal(signedProposal)
      const { channelId, txId, creator } = proposal
      const ledger = channelId === '' ? undefined : parts.ledger(channelId)
      if (channelId !== '' && ledger === undefined) return answer(500, `channel '${channelId}' not found`)
      const identity = preProcess(() => validateProposal(proposal, msps))
      if (ledger === undefined) return answer(500, NO_CHANNEL)
      if (ledger.hasTransaction(txId)) {
        throw new Error(`duplicate transaction found [${txId}]. Creator [${Buffer.from(creator).toString('hex')}]`)
      }
      try {
        return await process(parts, proposal, ledger, {
          mspId: mspId ?? identity.mspId,
          creatorMspId: identity.mspId,
          signal,
        })
      } catch (error) {
        const at = { txId, channel: channelId }
        const text =
          error instanceof PeerError
            ? endorserText(PeerError.from(error), at)
            : `error in simulation: ${messageOf(error)}`
        return answer(500, text)
      }
    },
  }
}

/** Without a channel Fabric runs only system chaincodes, and Slipway's cannot be reached this way yet. */
const NO_CHANNEL = 'a proposal without a channel reaches no chaincode of Slipway'

function preProcess<T>(check: () => T): T {
  try {
    return check()
  } catch (error) {
    throw new Error(`error validating proposal: ${messageOf(error)}`, { cause: error })
  }
}

async function process(
  { definition: definitionOf, execute, identities }: EndorserParts,
  proposal: UnpackedProposal,
  ledger: Ledger,
  { mspId, creatorMspId, signal }: { mspId: string; creatorMspId: string; signal: AbortSignal | undefined },
): Promise<ProposalResponse> {
  const { channelId, chaincodeName, txId, input } = proposal
  const definition = definitionOf(chaincodeName, channelId)
  const simulator = ledger.newTxSimulator(txId, mspId)
  try {
    const isInit = input.getIsInit()
    const simulation = { definition, proposal, input, isInit, creatorMspId, mspId, simulator, signal }
    const { results, ...execution } = await simulate(simulation, execute)
    const { response } = execution
    const { rwset, privateRwset } = results
    if (response.getStatus() >= ERROR_STATUS) {
      // The event of a refusal is dropped.
      const executed = { ...execution, event: undefined, rwset: rwset() }
      return answered(response, responsePayload({ definition, proposal }, executed))
    }
    if (response.getStatus() >= ERROR_THRESHOLD) return answered(response)
    const executed = { ...execution, rwset: rwset() }
    if (privateRwset !== undefined) ledger.persistPrivate(txId, privateRwset())
    return endorse({ definition, proposal }, executed, identities.peerOf(mspId))
  } finally {
    simulator.done()
  }
}

function answer(status: number, message: string): ProposalResponse {
  const response = new Response()
  response.setStatus(status)
  response.setMessage(message)
  return answered(response)
}

/** Without an endorsement, so that it cannot be ordered. */
function answered(response: Response, payload: Uint8Array = new Uint8Array()): ProposalResponse {
  const proposalResponse = new ProposalResponse()
  proposalResponse.setResponse(response)
  proposalResponse.setPayload(payload)
  return proposalResponse
}
