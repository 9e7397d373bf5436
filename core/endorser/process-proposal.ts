import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { noLedger } from '../ledger/no-ledger.ts'
import type { Identities } from '../msp/dev-ca.ts'
import type { Identity } from '../msp/identity.ts'
import { ProposalResponse, Response, type ChaincodeInterest, type SignedProposal } from '../protos/index.ts'
import { admitProposal, type AdmissionParts, type Admitted } from './admit-proposal.ts'
import {
  endorse,
  ERROR_STATUS,
  ERROR_THRESHOLD,
  responsePayload,
  type ChaincodeDefinition,
  type Simulated,
  type Simulation,
} from './endorser.ts'
import { endorserText } from './endorser-text.ts'
import { chaincodeInterest } from './interest.ts'
import { creatorOf, timeOf, type UnpackedProposal } from './unpack-proposal.ts'
import { checkExpiry, checkTime } from './validate-proposal.ts'

export interface EndorserParts extends AdmissionParts {
  /** Without a channel only of system chaincode. Throws CHAINCODE_UNKNOWN. */
  definition(name: string, channel: string | undefined): ChaincodeDefinition
  /** Run an admitted proposal on its chaincode. */
  simulate(simulation: AdmittedSimulation): Promise<Simulated>
  identities: Pick<Identities, 'peerOf'>
  /** How far a proposal's time may be from the peer's, in milliseconds; undefined: any time, as before Fabric 3. */
  timeWindow: number | undefined
}

/** The simulation of a proposal that a client has made. */
export interface AdmittedSimulation extends Simulation {
  proposal: UnpackedProposal
  /** Who signed it. */
  identity: Identity
  /** The client's `host:port`; undefined if it is in this process. */
  from: string | undefined
}

export interface ProposalOptions {
  /** Whose peer endorses; default: the peer of the creator's organisation. */
  mspId?: string
  from?: string
  signal?: AbortSignal
}

/** Fabric's Endorser service, for proposals from outside (core/endorser/endorser.go, v2.5). */
export interface Endorser {
  /**
   * Check, simulate, endorse. A failure from the simulation on is answered with status 500, as in Fabric.
   * @throws Error with Fabric's text if the proposal itself is refused
   */
  processProposal(signedProposal: SignedProposal, options?: ProposalOptions): Promise<ProposalResponse>
}

export function newEndorser(parts: EndorserParts): Endorser {
  return {
    async processProposal(signedProposal, options = {}) {
      checkExpiry(creatorOf(signedProposal), parts.msps)
      if (parts.timeWindow !== undefined) checkTime(timeOf(signedProposal), parts.timeWindow)
      const admitted = admitProposal(signedProposal, parts)
      if ('text' in admitted) return answer(500, admitted.text)
      const { txId, channelId, chaincodeName } = admitted.proposal
      if (admitted.ledger === undefined && !parts.isSystem(chaincodeName)) {
        return answer(500, `${notDefined(chaincodeName, '')}: could not get channel config for channel ''`)
      }
      try {
        return await process(parts, admitted, options)
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

/** core/endorser/endorser.go, v2.5.16. */
function notDefined(chaincode: string, channel: string): string {
  return `make sure the chaincode ${chaincode} has been successfully defined on channel ${channel} and try again`
}

/** core/endorser/endorser.go, acquireTxSimulator. */
const WITHOUT_SIMULATOR = ['qscc', 'cscc']

async function process(
  parts: EndorserParts,
  { proposal, identity, ledger }: Admitted,
  { mspId = identity.mspId, from, signal }: ProposalOptions,
): Promise<ProposalResponse> {
  const { chaincodeName, txId, input } = proposal
  const definition = parts.definition(chaincodeName, ledger?.channel)
  const state: Pick<Ledger, 'newTxSimulator' | 'persistPrivate'> = ledger ?? noLedger
  const simulator = state.newTxSimulator(txId, mspId)
  try {
    const isInit = input.getIsInit()
    const creatorMspId = identity.mspId
    const simulation = { definition, proposal, identity, input, isInit, creatorMspId, mspId, simulator, from, signal }
    const { results, ...execution } = await parts.simulate(simulation)
    const { response } = execution
    const { rwset, privateRwset, publicSets } = results
    // Of chaincode that runs without a simulator, a peer says nothing.
    const isSimulated = ledger !== undefined && !WITHOUT_SIMULATOR.includes(chaincodeName)
    const interest = isSimulated ? chaincodeInterest({ publicSets, privateReads: simulator.privateReads() }) : undefined
    if (response.getStatus() >= ERROR_STATUS) {
      // The event of a refusal is dropped.
      const executed = { ...execution, event: undefined, rwset: rwset() }
      return answered(response, { payload: responsePayload({ definition, proposal }, executed), interest })
    }
    // Without a channel there is no state to endorse.
    if (response.getStatus() >= ERROR_THRESHOLD || ledger === undefined) return answered(response)
    const executed = { ...execution, rwset: rwset() }
    if (privateRwset !== undefined) ledger.persistPrivate(txId, privateRwset())
    const endorsed = endorse({ definition, proposal }, executed, parts.identities.peerOf(mspId))
    endorsed.setInterest(interest)
    return endorsed
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
function answered(
  response: Response,
  { payload, interest }: { payload?: Uint8Array; interest?: ChaincodeInterest | undefined } = {},
): ProposalResponse {
  const proposalResponse = new ProposalResponse()
  proposalResponse.setResponse(response)
  if (payload !== undefined) proposalResponse.setPayload(payload)
  proposalResponse.setInterest(interest)
  return proposalResponse
}
