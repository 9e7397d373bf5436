import type { RunningCall } from '../calls/call-log.ts'
import type { CallRequest, CallResult } from '../contract/call.ts'
import { PeerError } from '../contract/error.ts'
import {
  ERROR_THRESHOLD,
  simulate,
  type ChaincodeDefinition,
  type Execution,
  type Simulated,
} from '../endorser/endorser.ts'
import { buildProposal, buildProposalAside, type BuiltProposal } from '../endorser/proposal.ts'
import { now } from '../facts/clock.ts'
import { encodeBytes } from '../ledger/encoded-bytes.ts'
import type { TxSimulator } from '../ledger/ledger.ts'
import type { SimulationResults } from '../ledger/simulation-results.ts'
import { checkCreator } from '../msp/check-creator.ts'
import type { SigningIdentity } from '../msp/identity.ts'
import type { ChaincodeInput } from '../protos/index.ts'
import { chaincodeInput, transientMap } from './call-arguments.ts'
import type { PeerResult } from './compare-results.ts'
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

/** A call as its peers are sent it. */
export interface Proposed {
  creator: Pick<SigningIdentity, 'mspId'>
  proposal: BuiltProposal
  input: ChaincodeInput
  hasTransient: boolean
}

/** A call as one organisation's peer executed it. */
export interface SimulatedCall extends Execution, PeerResult {
  result: CallResult
  /** Marshals the TxReadWriteSet, for an endorsement; works after the simulator is done. */
  rwset(): Uint8Array
  /** The collections whose values it read. */
  privateReads: readonly { namespace: string; collection: string }[]
  /** MSP ids of the members of a collection. */
  membersOf(namespace: string, collection: string): readonly string[]
  /** The private values, which the ledger keeps until the block comes; undefined without any. */
  privateRwset: (() => Uint8Array) | undefined
}

type SimulationParts = Pick<GatewayParts, 'identities' | 'ledger' | 'execute'>

/** A call whose creator can sign its transaction too. */
export type OwnProposal = Proposed & { creator: SigningIdentity }

/**
 * Sign the proposal of a call: `aside` on another thread, for when this one has other calls to answer. Throws what
 * Gateway.evaluate throws.
 */
export async function propose(
  call: Call,
  parts: Pick<GatewayParts, 'identities'>,
  { aside }: { aside: boolean },
): Promise<OwnProposal> {
  const { request, definition, identity } = call
  throwIfAborted(call)
  const input = chaincodeInput(request)
  const transient = transientMap(request)
  const { channel, name: chaincode } = definition
  const creator = await creatorOf(identity, channel, parts)
  const asked = { channel, chaincode, input, transient }
  const proposal = aside ? await buildProposalAside(asked, creator) : buildProposal(asked, creator)
  return { creator, proposal, input, hasTransient: transient.size > 0 }
}

/** Have an organisation's peer execute it, on this simulator, which stays open. Throws what Gateway.evaluate throws. */
export async function simulateOn(
  mspId: string,
  simulator: TxSimulator,
  call: Call,
  { creator, proposal, input }: Proposed,
  parts: Pick<SimulationParts, 'execute'>,
): Promise<SimulatedCall> {
  const { request, definition, signal } = call
  const { timeoutMs, isInit = false } = request
  const simulated = await simulate(
    { definition, proposal, input, isInit, creatorMspId: creator.mspId, mspId, simulator, timeoutMs, signal },
    parts.execute,
  )
  return simulatedCall(mspId, simulator, call, proposal, simulated)
}

/** What the execution of a call by an organisation's peer came to, with all that its author is told. */
export function simulatedCall(
  mspId: string,
  simulator: TxSimulator,
  { kind, startedAt, identity, running }: Call,
  proposal: BuiltProposal,
  { results, ...execution }: Simulated,
): SimulatedCall {
  const { rwset, privateRwset, publicSets, ...effects } = effectsOf(kind, execution, results, { simulator, mspId })
  const { build, executedAt, chaincodeMs } = execution
  const queries = simulator.queries()
  const result: CallResult = {
    callId: running?.id ?? 0,
    txId: proposal.txId,
    kind,
    identity,
    ...effects,
    times: { startedAt, executedAt, durationMs: now() - startedAt, chaincodeMs, commitMs: 0 },
  }
  if (queries.length > 0) result.queries = queries
  if (build !== undefined) result.build = build
  const membersOf = (namespace: string, collection: string) =>
    simulator.collection(namespace, collection)?.members ?? []
  const privateReads = simulator.privateReads()
  return { ...execution, mspId, result, rwset, privateRwset, publicSets, privateReads, membersOf }
}

/** @throws PeerError ABORTED */
export function throwIfAborted({ definition, signal }: Call): void {
  if (signal?.aborted !== true) return
  throw new PeerError('ABORTED', { what: `The call of ${definition.name}` }, { cause: signal.reason })
}

/** Who signs, if a peer would accept them. Their own signature is not verified again. */
async function creatorOf(
  identity: string,
  channel: string,
  parts: Pick<GatewayParts, 'identities'>,
): Promise<SigningIdentity> {
  const { client, clientId, msps } = parts.identities
  const creator = identity === clientId ? client : await parts.identities.find(identity)
  checkCreator(msps, creator, channel)
  return creator
}

/** What the simulation of a call did. */
function effectsOf(
  kind: CallResult['kind'],
  execution: Execution,
  results: SimulationResults,
  { simulator, mspId }: { simulator: TxSimulator; mspId: string },
) {
  const { response } = execution
  const { readWriteSet, publicSets, rwset, privateRwset } = results
  const status = response.getStatus()
  const message = response.getMessage()
  const payload = encodeBytes(response.getPayload_asU8())
  const events = eventsOf(execution)
  return {
    status,
    message,
    payload: payload.text,
    payloadEncoding: payload.encoding,
    readWriteSet,
    publicSets,
    events,
    hints: hintsOf(kind, results, simulator, { status, message, hasEvent: events.length > 0, mspId }),
    rwset,
    privateRwset,
  }
}

function eventsOf({ event, response }: Execution): CallResult['events'] {
  if (event === undefined || event.getEventName() === '' || response.getStatus() >= ERROR_THRESHOLD) return []
  const payload = encodeBytes(event.getPayload_asU8())
  return [{ name: event.getEventName(), payload: payload.text, payloadEncoding: payload.encoding }]
}
