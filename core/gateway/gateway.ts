import type { CallLog, RunningCall } from '../calls/call-log.ts'
import { now } from '../facts/clock.ts'
import { waitFor } from '../facts/wait.ts'
import type { CallRequest, CallResult } from '../contract/call.ts'
import { PeerError } from '../contract/error.ts'
import {
  endorse,
  ERROR_THRESHOLD,
  simulate,
  type ChaincodeDefinition,
  type Execute,
  type Execution,
} from '../endorser/endorser.ts'
import { buildProposal, type BuiltProposal } from '../endorser/proposal.ts'
import { encodeBytes } from '../ledger/encoded-bytes.ts'
import type { Ledger, TxSimulator } from '../ledger/ledger.ts'
import type { NamespaceReadWriteSet } from '../ledger/read-write-set.ts'
import { checkCreator } from '../msp/check-creator.ts'
import type { Identities } from '../msp/dev-ca.ts'
import type { SigningIdentity } from '../msp/identity.ts'
import type { Ordered, Orderer } from '../orderer/orderer.ts'
import { chaincodeInput, transientMap } from './call-arguments.ts'
import { chooseEndorsers } from './choose-endorsers.ts'
import { signedEnvelope } from './envelope.ts'
import { hintsOf } from './hints.ts'

/** What a client asks of a peer (Fabric, internal/pkg/gateway). */
export interface Gateway {
  /**
   * Simulate, order, commit; the outcome is final. A status of 400 or more is the chaincode's own answer, and
   * nothing is ordered. Aborting ends the simulation; once ordered, only the waiting ends (COMMIT_NOT_AWAITED).
   * @throws PeerError IDENTITY_*, ORGANISATION_UNKNOWN, ACCESS_DENIED, CHAINCODE_UNKNOWN, ARGUMENT_INVALID, INIT_*, ABORTED, LEDGER_*, and what executing throws
   */
  submit(request: CallRequest, options?: CallOptions): Promise<CallResult>
  /** Simulate and answer. Throws as submit, but for the commit. */
  evaluate(request: CallRequest, options?: CallOptions): Promise<CallResult>
}

export interface CallOptions {
  signal?: AbortSignal
  /** Whether it goes on the author's list of calls; default true. */
  recorded?: boolean
}

export interface GatewayParts {
  /** On this channel, or on the chaincode's own. Throws CHAINCODE_UNKNOWN, CHANNEL_UNKNOWN. */
  definition(name: string, channel: string | undefined): ChaincodeDefinition
  ledger(channel: string): Pick<Ledger, 'newTxSimulator' | 'persistPrivate' | 'endorsementFailure'>
  orderer(channel: string): Orderer
  execute: Execute
  identities: Pick<Identities, 'client' | 'clientId' | 'peerOf' | 'idOf' | 'find' | 'msps' | 'organisations'>
  calls: CallLog
}

/** One call on its way. */
interface Call {
  kind: CallResult['kind']
  request: CallRequest
  definition: ChaincodeDefinition
  startedAt: number
  /** Who calls. */
  identity: string
  running: RunningCall | undefined
  signal: AbortSignal | undefined
}

interface Simulated extends Execution {
  creator: SigningIdentity
  proposal: BuiltProposal
  result: CallResult
  publicSets: NamespaceReadWriteSet[]
  /** Marshals the TxReadWriteSet, for an endorsement; works after the simulator is done. */
  rwset(): Uint8Array
  /** The values of private data, for the ledger to keep until the block comes; undefined where there are none. */
  privateRwset: (() => Uint8Array) | undefined
}

export function createGateway(parts: GatewayParts): Gateway {
  const begin = (kind: CallResult['kind'], request: CallRequest, options: CallOptions): Call => {
    const definition = parts.definition(request.chaincode, request.channel)
    const { channel } = definition
    const startedAt = now()
    const identity = parts.identities.idOf(request.identity)
    const recorded = options.recorded ?? true
    const running = recorded ? parts.calls.begin({ request, kind, channel, identity, at: startedAt }) : undefined
    return { kind, request, definition, startedAt, identity, running, signal: options.signal }
  }

  /** Who signs, provided a peer would take it. What it signs here is not verified again. */
  const creatorOf = async (identity: string, channel: string): Promise<SigningIdentity> => {
    const { client, clientId, msps } = parts.identities
    const creator = identity === clientId ? client : await parts.identities.find(identity)
    checkCreator(msps, creator, channel)
    return creator
  }

  const run = async (call: Call): Promise<Simulated> => {
    const { kind, request, definition, startedAt, identity, signal } = call
    if (signal?.aborted === true) throw aborted(call, signal)
    const input = chaincodeInput(request)
    const transient = transientMap(request)
    const { channel, name: chaincode } = definition
    const creator = await creatorOf(identity, channel)
    const proposal = buildProposal({ channel, chaincode, input, transient }, creator)
    const simulator = parts.ledger(channel).newTxSimulator(proposal.txId, creator.mspId)
    try {
      const { timeoutMs, isInit = false } = request
      const execution = await simulate(
        { definition, proposal, input, isInit, creatorMspId: creator.mspId, simulator, timeoutMs, signal },
        parts.execute,
      )
      const { rwset, privateRwset, publicSets, ...seen } = describe(kind, execution, simulator)
      const times = {
        startedAt,
        executedAt: execution.executedAt,
        durationMs: now() - startedAt,
        chaincodeMs: execution.chaincodeMs,
        commitMs: 0,
      }
      const { build } = execution
      const result: CallResult = {
        callId: call.running?.id ?? 0,
        txId: proposal.txId,
        kind,
        identity,
        ...seen,
        times,
        ...(build === undefined ? {} : { build }),
      }
      return { ...execution, creator, proposal, result, rwset, privateRwset, publicSets }
    } finally {
      simulator.done()
    }
  }

  const order = async (call: Call, simulated: Simulated, endorsers: readonly SigningIdentity[]): Promise<Ordered> => {
    const { definition } = call
    const { creator, proposal } = simulated
    const executed = { ...simulated, rwset: simulated.rwset() }
    const responses = endorsers.map((endorser) => endorse({ definition, proposal }, executed, endorser))
    const envelope = signedEnvelope(proposal, creator, ...responses)
    const privateRwset = simulated.privateRwset?.()
    if (privateRwset !== undefined) parts.ledger(definition.channel).persistPrivate(proposal.txId, privateRwset)
    return parts.orderer(definition.channel).order(envelope)
  }

  /** @throws PeerError ORGANISATION_UNKNOWN, ARGUMENT_INVALID */
  const wantedEndorsers = (mspIds: readonly string[]): SigningIdentity[] => {
    const peers = [...new Set(mspIds)].map((mspId) => parts.identities.peerOf(mspId))
    if (peers.length > 0) return peers
    throw new PeerError('ARGUMENT_INVALID', { argument: 'The list of endorsers', message: 'It names nobody.' })
  }

  const endorsersOf = ({ request, definition }: Call, { creator, publicSets }: Simulated): SigningIdentity[] => {
    const { identities } = parts
    if (request.endorsers !== undefined) return wantedEndorsers(request.endorsers)
    const ledger = parts.ledger(definition.channel)
    const transaction = { chaincode: definition.name, readWriteSet: publicSets }
    const suffice = (mspIds: readonly string[]) => {
      const peers = mspIds.map((mspId) => identities.peerOf(mspId).serialize())
      return ledger.endorsementFailure(transaction, peers) === undefined
    }
    const chosen = chooseEndorsers(creator.mspId, identities.organisations(), suffice)
    return chosen.map((mspId) => identities.peerOf(mspId))
  }

  return {
    async evaluate(request, options = {}) {
      const call = begin('evaluate', request, options)
      try {
        const { result } = await run(call)
        call.running?.done(result)
        return result
      } catch (error) {
        throw failed(call, error)
      }
    },

    async submit(request, options = {}) {
      const { signal } = options
      const call = begin('submit', request, options)
      let ordered: Promise<CallResult>
      let txId: string
      try {
        if (request.endorsers !== undefined) wantedEndorsers(request.endorsers)
        const simulated = await run(call)
        const { result } = simulated
        txId = result.txId
        if (!isEndorsed(result.status)) {
          call.running?.done(result)
          return result
        }
        if (signal?.aborted === true) throw aborted(call, signal)
        const endorsers = endorsersOf(call, simulated)
        const orderedAt = now()
        const endorsed = { ...result, endorsers: endorsers.map(({ mspId }) => mspId) }
        ordered = order(call, simulated, endorsers).then((outcome) => final(call, endorsed, outcome, orderedAt))
      } catch (error) {
        throw failed(call, error)
      }
      // From here on the record follows the transaction, whether the caller still waits or not.
      const recorded = record(call, ordered)
      return waitFor(recorded, { signal, onAbort: () => new PeerError('COMMIT_NOT_AWAITED', { txId }) })
    },
  }
}

/** Fabric orders what has a status from 200 to 399. */
function isEndorsed(status: number): boolean {
  return status >= 200 && status < ERROR_THRESHOLD
}

function describe(kind: CallResult['kind'], execution: Execution, simulator: TxSimulator) {
  const { response, event } = execution
  const { readWriteSet, publicSets, ...results } = simulator.results()
  const status = response.getStatus()
  const message = response.getMessage()
  const payload = encodeBytes(response.getPayload_asU8())
  const queries = simulator.queries()
  const events: CallResult['events'] = []
  if (event !== undefined && event.getEventName() !== '' && status < ERROR_THRESHOLD) {
    const { text, encoding } = encodeBytes(event.getPayload_asU8())
    events.push({ name: event.getEventName(), payload: text, payloadEncoding: encoding })
  }
  return {
    status,
    message,
    payload: payload.text,
    payloadEncoding: payload.encoding,
    readWriteSet,
    publicSets,
    ...(queries.length === 0 ? {} : { queries }),
    events,
    hints: hintsOf(kind, readWriteSet, simulator, { status, message }),
    rwset: () => results.rwset(),
    privateRwset: results.privateRwset,
  }
}

function final(call: Call, result: CallResult, outcome: Ordered, orderedAt: number): CallResult {
  const { validationCode, blockNumber, conflict, endorsementFailure } = outcome
  const at = now()
  return {
    ...result,
    validationCode,
    blockNumber,
    ...(conflict === undefined ? {} : { conflict }),
    ...(endorsementFailure === undefined ? {} : { endorsementFailure }),
    times: { ...result.times, durationMs: at - call.startedAt, commitMs: at - orderedAt },
  }
}

async function record(call: Call, outcome: Promise<CallResult>): Promise<CallResult> {
  try {
    const result = await outcome
    call.running?.done(result)
    return result
  } catch (error) {
    throw failed(call, error)
  }
}

function failed(call: Call, error: unknown): unknown {
  call.running?.failed(error, now() - call.startedAt)
  return error
}

function aborted(call: Call, signal: AbortSignal): PeerError {
  return new PeerError('ABORTED', { what: `The call of ${call.definition.name}` }, { cause: signal.reason })
}
