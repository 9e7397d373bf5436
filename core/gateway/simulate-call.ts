import type { RunningCall } from '../calls/call-log.ts'
import type { CallRequest, CallResult } from '../contract/call.ts'
import { PeerError } from '../contract/error.ts'
import { ERROR_THRESHOLD, simulate, type ChaincodeDefinition, type Execution } from '../endorser/endorser.ts'
import { buildProposal, type BuiltProposal } from '../endorser/proposal.ts'
import { now } from '../facts/clock.ts'
import { encodeBytes } from '../ledger/encoded-bytes.ts'
import type { TxSimulator } from '../ledger/ledger.ts'
import type { NamespaceReadWriteSet } from '../ledger/read-write-set.ts'
import type { SimulationResults } from '../ledger/simulation-results.ts'
import { checkCreator } from '../msp/check-creator.ts'
import type { SigningIdentity } from '../msp/identity.ts'
import { chaincodeInput, transientMap } from './call-arguments.ts'
import type { GatewayParts } from './gateway-parts.ts'
import { hintsOf } from './hints.ts'

/** One call on its way. */
export interface Call {
  kind: CallResult['kind']
  request: CallRequest
  definition: ChaincodeDefinition
  startedAt: number
  /** Who calls. */
  identity: string
  /** Its record; undefined if it isn't recorded. */
  running: RunningCall | undefined
  signal: AbortSignal | undefined
}

export interface SimulatedCall extends Execution {
  creator: SigningIdentity
  proposal: BuiltProposal
  result: CallResult
  publicSets: NamespaceReadWriteSet[]
  /** Marshals the TxReadWriteSet, for an endorsement; works after the simulator is done. */
  rwset(): Uint8Array
  /** The private values, which the ledger keeps until the block comes; undefined without any. */
  privateRwset: (() => Uint8Array) | undefined
}

type SimulationParts = Pick<GatewayParts, 'identities' | 'ledger' | 'execute'>

/** Build the proposal of a call, and simulate it. Throws what Gateway.evaluate throws. */
export async function simulateCall(call: Call, parts: SimulationParts): Promise<SimulatedCall> {
  const { kind, request, definition, startedAt, identity, signal } = call
  throwIfAborted(call)
  const input = chaincodeInput(request)
  const transient = transientMap(request)
  const { channel, name: chaincode } = definition
  const creator = await creatorOf(identity, channel, parts)
  const proposal = buildProposal({ channel, chaincode, input, transient }, creator)
  const simulator = parts.ledger(channel).newTxSimulator(proposal.txId, creator.mspId)
  try {
    const { timeoutMs, isInit = false } = request
    const { results, ...execution } = await simulate(
      { definition, proposal, input, isInit, creatorMspId: creator.mspId, simulator, timeoutMs, signal },
      parts.execute,
    )
    const { rwset, privateRwset, publicSets, ...effects } = effectsOf(kind, execution, results, simulator)
    const { build, executedAt, chaincodeMs } = execution
    const queries = simulator.queries()
    const result: CallResult = {
      callId: call.running?.id ?? 0,
      txId: proposal.txId,
      kind,
      identity,
      ...effects,
      times: { startedAt, executedAt, durationMs: now() - startedAt, chaincodeMs, commitMs: 0 },
    }
    if (queries.length > 0) result.queries = queries
    if (build !== undefined) result.build = build
    return { ...execution, creator, proposal, result, rwset, privateRwset, publicSets }
  } finally {
    simulator.done()
  }
}

/** @throws PeerError ABORTED */
export function throwIfAborted({ definition, signal }: Call): void {
  if (signal?.aborted !== true) return
  throw new PeerError('ABORTED', { what: `The call of ${definition.name}` }, { cause: signal.reason })
}

/** Who signs, if a peer would accept them. Their own signature is not verified again. */
async function creatorOf(identity: string, channel: string, parts: SimulationParts): Promise<SigningIdentity> {
  const { client, clientId, msps } = parts.identities
  const creator = identity === clientId ? client : await parts.identities.find(identity)
  checkCreator(msps, creator, channel)
  return creator
}

/** What the simulation of a call did. */
function effectsOf(kind: CallResult['kind'], execution: Execution, results: SimulationResults, simulator: TxSimulator) {
  const { response } = execution
  const { readWriteSet, publicSets, rwset, privateRwset } = results
  const status = response.getStatus()
  const message = response.getMessage()
  const payload = encodeBytes(response.getPayload_asU8())
  return {
    status,
    message,
    payload: payload.text,
    payloadEncoding: payload.encoding,
    readWriteSet,
    publicSets,
    events: eventsOf(execution),
    hints: hintsOf(kind, readWriteSet, simulator, { status, message }),
    rwset,
    privateRwset,
  }
}

function eventsOf({ event, response }: Execution): CallResult['events'] {
  if (event === undefined || event.getEventName() === '' || response.getStatus() >= ERROR_THRESHOLD) return []
  const payload = encodeBytes(event.getPayload_asU8())
  return [{ name: event.getEventName(), payload: payload.text, payloadEncoding: payload.encoding }]
}
