import { createHash } from 'node:crypto'
import { checkInvocation, type Invocable } from '../chaincode/check-invocation.ts'
import type { TransactionParams } from '../chaincode/transaction-params.ts'
import type { TxSimulator } from '../ledger/ledger.ts'
import type { SimulationResults } from '../ledger/simulation-results.ts'
import type { SigningIdentity } from '../msp/identity.ts'
import {
  ChaincodeAction,
  ChaincodeID,
  Endorsement,
  ProposalResponse,
  ProposalResponsePayload,
  type ChaincodeEvent,
  type ChaincodeInput,
  type Response,
} from '../protos/index.ts'
import { checkResults } from './check-results.ts'
import type { BuiltProposal } from './proposal.ts'

/** With a status from here on the chaincode reports an error: a client gets to see what it came to (shim.ERROR). */
export const ERROR_STATUS = 500

/** With a status from here on the chaincode refuses: nothing is endorsed (Fabric, shim.ERRORTHRESHOLD). */
export const ERROR_THRESHOLD = 400

/** The result of executing a transaction on a chaincode. */
export interface Execution {
  response: Response
  event?: ChaincodeEvent | undefined
  /** When it was sent to the chaincode, milliseconds since the epoch. */
  executedAt: number
  /** Time in the chaincode, without the peer's answers to its requests. */
  chaincodeMs: number
  /** Build that answered; undefined for a process that the author started. */
  build?: number | undefined
}

/** ChaincodeSupport's execute, as far as the endorser knows it. */
export type Execute = (
  params: TransactionParams,
  input: ChaincodeInput,
  options: { signal?: AbortSignal | undefined; timeoutMs?: number | undefined },
) => Promise<Execution>

/** The chaincode's definition on its channel. */
export interface ChaincodeDefinition extends Invocable {
  channel: string
}

export interface Simulation {
  definition: ChaincodeDefinition
  proposal: BuiltProposal
  input: ChaincodeInput
  isInit: boolean
  /** MSP id of who signed the proposal. */
  creatorMspId: string
  /** MSP id of the peer that simulates. */
  mspId: string
  simulator: TxSimulator
  timeoutMs?: number | undefined
  signal?: AbortSignal | undefined
}

/** What the chaincode answered, and what it read and wrote. */
export interface Simulated extends Execution {
  results: SimulationResults
}

/**
 * Run a proposal on its chaincode against the simulator (Fabric, core/endorser/endorser.go, simulateProposal). A call
 * that the init rules forbid does not reach the chaincode.
 * @throws PeerError INIT_REQUIRED, INIT_DONE, INIT_NOT_REQUIRED, what `execute` throws, and what `checkResults` throws
 */
export async function simulate(simulation: Simulation, execute: Execute): Promise<Simulated> {
  const { definition, proposal, input, isInit, creatorMspId, mspId, simulator, timeoutMs, signal } = simulation
  checkInvocation(definition, isInit, simulator)
  const params: TransactionParams = {
    txId: proposal.txId,
    channelId: definition.channel,
    namespaceId: definition.name,
    signedProposal: proposal.signedProposal,
    creatorMspId,
    mspId,
    simulator,
    isInit,
  }
  const execution = await execute(params, input, { signal, timeoutMs })
  // The peer, not the chaincode, decides whose event this is.
  execution.event?.setChaincodeId(definition.name)
  execution.event?.setTxId(proposal.txId)
  const results = simulator.results()
  checkResults(results, { txId: proposal.txId, channel: definition.channel })
  return { ...execution, results }
}

type Executed = Execution & { rwset: Uint8Array }

/** What an endorsement is the signature of: results, event and response, in a ProposalResponsePayload. */
export function responsePayload(
  { definition, proposal }: Pick<Simulation, 'definition' | 'proposal'>,
  executed: Executed,
): Uint8Array {
  const chaincodeId = new ChaincodeID()
  chaincodeId.setName(definition.name)
  chaincodeId.setVersion(definition.version)
  const action = new ChaincodeAction()
  action.setResults(executed.rwset)
  action.setResponse(executed.response)
  action.setChaincodeId(chaincodeId)
  if (executed.event !== undefined) action.setEvents(executed.event.serializeBinary())

  const payload = new ProposalResponsePayload()
  payload.setProposalHash(proposalHash(proposal))
  payload.setExtension$(action.serializeBinary())
  return payload.serializeBinary()
}

/** Endorse a simulation: the peer's signature under what it came to (endorser.go, v3.1.5). */
export function endorse(
  simulation: Pick<Simulation, 'definition' | 'proposal'>,
  executed: Executed,
  peer: SigningIdentity,
): ProposalResponse {
  const payloadBytes = responsePayload(simulation, executed)
  const endorser = peer.serialize()
  const endorsement = new Endorsement()
  endorsement.setEndorser(endorser)
  endorsement.setSignature(peer.signOwn(Buffer.concat([payloadBytes, endorser])))

  const response = new ProposalResponse()
  response.setVersion(1)
  response.setResponse(executed.response)
  response.setPayload(payloadBytes)
  response.setEndorsement(endorsement)
  return response
}

function proposalHash(proposal: BuiltProposal): Uint8Array {
  return createHash('sha256')
    .update(proposal.channelHeader)
    .update(proposal.signatureHeader)
    .update(proposal.payloadWithoutTransient)
    .digest()
}
