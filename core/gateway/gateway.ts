import type { CallRequest, CallResult } from '../contract/call.ts'
import { PeerError } from '../contract/error.ts'
import { ERROR_THRESHOLD } from '../endorser/endorser.ts'
import { now } from '../facts/clock.ts'
import { waitFor } from '../facts/wait.ts'
import type { Orderer } from '../orderer/orderer.ts'
import type { GatewayParts } from './gateway-parts.ts'
import { collectEndorsements, type Endorsements } from './collect-endorsements.ts'
import { namedEndorsers } from './endorsement-plan.ts'
import { orderCall } from './order-call.ts'
import { otherPeers, simulateOnFirst } from './other-peers.ts'
import {
  propose,
  simulateOn,
  throwIfAborted,
  type Call,
  type OwnProposal,
  type SimulatedCall,
} from './simulate-call.ts'

/** What a client asks of a peer (Fabric, internal/pkg/gateway). */
export interface Gateway {
  /**
   * Simulate, order, commit; the outcome is final. A status of 400 or more is the chaincode's own answer, and
   * nothing is ordered. Aborting ends the simulation; once ordered, only the wait ends (COMMIT_NOT_AWAITED).
   * @throws PeerError IDENTITY_*, ORGANISATION_UNKNOWN, ACCESS_DENIED, CHAINCODE_UNKNOWN, ARGUMENT_INVALID, INIT_*, ABORTED, LEDGER_*, and what executing throws
   */
  submit(request: CallRequest, options?: CallOptions): Promise<CallResult>
  /**
   * Submits that end up in one block, in their order: each is endorsed before any is committed, so that those which
   * read what an earlier one writes are invalidated. What isn't endorsed is answered as it is, and the others are
   * ordered without it. Throws as submit, and then nothing is ordered; ARGUMENT_INVALID for calls of several channels.
   */
  submitTogether(requests: readonly CallRequest[], options?: CallOptions): Promise<CallResult[]>
  /** Simulate and answer. Throws as submit, except for the commit. */
  evaluate(request: CallRequest, options?: CallOptions): Promise<CallResult>
}

export interface CallOptions {
  signal?: AbortSignal | undefined
  /** Whether it goes on the author's list of calls; default true. */
  recorded?: boolean
}

export function createGateway(parts: GatewayParts): Gateway {
  /** Calls that are being proposed and executed. */
  let inFlight = 0
  const executing = async <T>(execute: (how: { aside: boolean }) => Promise<T>): Promise<T> => {
    inFlight++
    try {
      return await execute({ aside: inFlight > 1 })
    } finally {
      inFlight--
    }
  }
  const begin = async (kind: CallResult['kind'], request: CallRequest, options: CallOptions): Promise<Call> => {
    const definition = parts.definition(request.chaincode, request.channel)
    const { channel } = definition
    const startedAt = now()
    const identity = await callerOf(request, parts)
    const isRecorded = options.recorded ?? true
    const running = isRecorded ? parts.calls.begin({ request, kind, channel, identity, at: startedAt }) : undefined
    return { kind, request, definition, startedAt, identity, running, signal: options.signal }
  }

  /** Endorsed, or answered without being ordered. */
  const endorse = async (request: CallRequest, options: CallOptions): Promise<EndorsedSubmit | CallResult> => {
    const call = await begin('submit', request, options)
    try {
      const endorsed = await executing((how) => endorsedCall(call, parts, how))
      const { proposed, first, endorsements } = endorsed
      if (endorsements !== undefined) return { call, proposed, first, endorsements }
      call.running?.done(first.result)
      return first.result
    } catch (error) {
      throw failed(call, error)
    }
  }
  const committed = ({ call, proposed, first, endorsements }: EndorsedSubmit, orderer: Pick<Orderer, 'order'>) => {
    const ordered = orderCall(call, proposed, first, endorsements, parts, orderer)
    // From here on the record follows the transaction, whether the caller still waits or not.
    return waitFor(recorded(call, ordered), {
      signal: call.signal,
      onAbort: () => new PeerError('COMMIT_NOT_AWAITED', { txId: first.result.txId }),
    })
  }

  return {
    async evaluate(request, options = {}) {
      const call = await begin('evaluate', request, options)
      return recorded(
        call,
        executing((how) => evaluated(call, parts, how)),
      )
    },

    async submit(request, options = {}) {
      const endorsed = await endorse(request, options)
      if (!isToOrder(endorsed)) return endorsed
      return committed(endorsed, parts.orderer(endorsed.call.definition.channel))
    },

    async submitTogether(requests, options = {}) {
      const channel = channelOf(requests, parts)
      const endorsed: (EndorsedSubmit | CallResult)[] = []
      try {
        for (const request of requests) endorsed.push(await endorse(request, options))
      } catch (error) {
        for (const { call } of endorsed.filter(isToOrder)) failed(call, error)
        throw error
      }
      const block = parts.orderer(channel).together(endorsed.filter(isToOrder).length)
      return Promise.all(endorsed.map(async (each) => (isToOrder(each) ? committed(each, block) : each)))
    },
  }
}

/** A submit whose endorsements suffice. */
interface EndorsedSubmit {
  call: Call
  proposed: OwnProposal
  first: SimulatedCall
  endorsements: Endorsements
}

function isToOrder(endorsed: EndorsedSubmit | CallResult): endorsed is EndorsedSubmit {
  return 'endorsements' in endorsed
}

/** The one that a block is cut on. @throws PeerError ARGUMENT_INVALID, CHAINCODE_UNKNOWN, CHANNEL_UNKNOWN */
function channelOf(requests: readonly CallRequest[], { definition }: GatewayParts): string {
  const channels = new Set(requests.map(({ chaincode, channel }) => definition(chaincode, channel).channel))
  const [channel] = channels
  if (channel !== undefined && channels.size === 1) return channel
  const message =
    channel === undefined ? 'There is none.' : `They are on several channels: ${[...channels].join(', ')}.`
  throw new PeerError('ARGUMENT_INVALID', { argument: 'The list of calls', message })
}

/** Who calls; only a name without its organisation has to be looked for. */
function callerOf({ identity }: CallRequest, { identities }: GatewayParts): string | Promise<string> {
  return identity?.includes('@') === false ? identities.resolve(identity) : identities.idOf(identity)
}

/** Executed by the peer of the caller's organisation. */
async function evaluated(call: Call, parts: GatewayParts, how: { aside: boolean }): Promise<CallResult> {
  const proposed = await propose(call, parts, how)
  const { mspId } = proposed.creator
  const simulator = parts.ledger(call.definition.channel).newTxSimulator(proposed.proposal.txId, mspId)
  try {
    return (await simulateOn(mspId, simulator, call, proposed, parts)).result
  } finally {
    simulator.done()
  }
}

/**
 * Executed by the peer of the caller's organisation, and if that answers well by the others that are needed; where the
 * call names its endorsers, by all of them at once. The first one's refusal is the answer.
 */
async function endorsedCall(call: Call, parts: GatewayParts, how: { aside: boolean }) {
  const named = call.request.endorsers && namedEndorsers(call.request.endorsers, parts.identities)
  const proposed = await propose(call, parts, how)
  const mspId = named?.[0]?.mspId ?? proposed.creator.mspId
  const simulator = parts.ledger(call.definition.channel).newTxSimulator(proposed.proposal.txId, mspId)
  const others = otherPeers(call, proposed, simulator, parts)
  try {
    const { execute } = parts
    const first = await simulateOnFirst(mspId, simulator, call, proposed, { others, execute })
    if (!isEndorsed(first.result.status)) return { proposed, first }
    throwIfAborted(call)
    return { proposed, first, endorsements: await collectEndorsements(call, proposed, { first, others }, parts) }
  } finally {
    await others.end()
    simulator.done()
  }
}

/** Fabric orders what has a status from 200 to 399. */
function isEndorsed(status: number): boolean {
  return status >= 200 && status < ERROR_THRESHOLD
}

/** Enter the outcome in the call's record. */
async function recorded(call: Call, outcome: Promise<CallResult>): Promise<CallResult> {
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
