import type { CallRequest, CallResult } from '../contract/call.ts'
import { PeerError } from '../contract/error.ts'
import { ERROR_THRESHOLD } from '../endorser/endorser.ts'
import { now } from '../facts/clock.ts'
import { waitFor } from '../facts/wait.ts'
import type { GatewayParts } from './gateway-parts.ts'
import { endorsersOf, namedEndorsers, orderCall } from './order-call.ts'
import { simulateCall, throwIfAborted, type Call } from './simulate-call.ts'

/** What a client asks of a peer (Fabric, internal/pkg/gateway). */
export interface Gateway {
  /**
   * Simulate, order, commit; the outcome is final. A status of 400 or more is the chaincode's own answer, and
   * nothing is ordered. Aborting ends the simulation; once ordered, only the wait ends (COMMIT_NOT_AWAITED).
   * @throws PeerError IDENTITY_*, ORGANISATION_UNKNOWN, ACCESS_DENIED, CHAINCODE_UNKNOWN, ARGUMENT_INVALID, INIT_*, ABORTED, LEDGER_*, and what executing throws
   */
  submit(request: CallRequest, options?: CallOptions): Promise<CallResult>
  /** Simulate and answer. Throws as submit, except for the commit. */
  evaluate(request: CallRequest, options?: CallOptions): Promise<CallResult>
}

export interface CallOptions {
  signal?: AbortSignal | undefined
  /** Whether it goes on the author's list of calls; default true. */
  recorded?: boolean
}

export function createGateway(parts: GatewayParts): Gateway {
  const begin = (kind: CallResult['kind'], request: CallRequest, options: CallOptions): Call => {
    const definition = parts.definition(request.chaincode, request.channel)
    const { channel } = definition
    const startedAt = now()
    const identity = parts.identities.idOf(request.identity)
    const isRecorded = options.recorded ?? true
    const running = isRecorded ? parts.calls.begin({ request, kind, channel, identity, at: startedAt }) : undefined
    return { kind, request, definition, startedAt, identity, running, signal: options.signal }
  }

  return {
    async evaluate(request, options = {}) {
      const call = begin('evaluate', request, options)
      return recorded(
        call,
        simulateCall(call, parts).then(({ result }) => result),
      )
    },

    async submit(request, options = {}) {
      const call = begin('submit', request, options)
      let txId: string
      let committed: Promise<CallResult>
      try {
        if (request.endorsers !== undefined) namedEndorsers(request.endorsers, parts.identities)
        const simulated = await simulateCall(call, parts)
        const { result } = simulated
        if (!isEndorsed(result.status)) {
          call.running?.done(result)
          return result
        }
        throwIfAborted(call)
        txId = result.txId
        committed = orderCall(call, simulated, endorsersOf(call, simulated, parts), parts)
      } catch (error) {
        throw failed(call, error)
      }
      // From here on the record follows the transaction, whether the caller still waits or not.
      return waitFor(recorded(call, committed), {
        signal: call.signal,
        onAbort: () => new PeerError('COMMIT_NOT_AWAITED', { txId }),
      })
    },
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
