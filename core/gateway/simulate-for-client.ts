import { simulate, type Execute, type Simulated } from '../endorser/endorser.ts'
import type { AdmittedSimulation } from '../endorser/process-proposal.ts'
import { now } from '../facts/clock.ts'
import type { ClientCalls } from './client-calls.ts'
import { simulatedCall } from './simulate-call.ts'

/**
 * Run a proposal for the Endorser service, and enter it in the author's list of calls: as an evaluate, until the client
 * orders the transaction that it makes of the endorsement.
 */
export async function simulateForClient(
  simulation: AdmittedSimulation,
  calls: ClientCalls,
  execute: Execute,
): Promise<Simulated> {
  const { definition, proposal, identity, mspId, simulator, from, signal } = simulation
  // What a client asks of the peer itself is no call of a chaincode's author.
  if (definition.systemChaincode || from === undefined) return simulate(simulation, execute)
  const client = { service: 'protos.Endorser', address: from }
  const { call } = calls.begin({ kind: 'evaluate', proposal, identity, definition, client, signal })
  try {
    const simulated = await simulate(simulation, execute)
    calls.endorsed(call, simulatedCall(mspId, simulator, call, proposal, simulated).result)
    return simulated
  } catch (error) {
    call.running?.failed(error, now() - call.startedAt)
    throw error
  }
}
