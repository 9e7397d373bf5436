import type { RunningCall } from '../calls/call-log.ts'
import type { CallClient, CallRequest, CallResult } from '../contract/call.ts'
import type { ChaincodeDefinition } from '../endorser/endorser.ts'
import type { UnpackedProposal } from '../endorser/unpack-proposal.ts'
import { now } from '../facts/clock.ts'
import { encodeBytes } from '../ledger/encoded-bytes.ts'
import type { Identity } from '../msp/identity.ts'
import type { Ordered } from '../orderer/orderer.ts'
import { ChaincodeProposalPayload, Proposal } from '../protos/index.ts'
import type { GatewayParts } from './gateway-parts.ts'
import { finalResult } from './order-call.ts'
import type { Call, Proposed } from './simulate-call.ts'

/** A proposal that a client signed, as a call of the gateway. */
export interface ClientCall {
  call: Call
  proposed: Proposed
}

/** The calls of client applications on the author's list of calls. */
export interface ClientCalls {
  begin(begun: BegunCall): ClientCall
  /** What an endorsed call came to; its transaction, if the client orders it, is entered by `committed`. */
  endorsed(call: Call, result: CallResult): void
  /** A transaction is ordered: the call becomes a submit. */
  ordering(txId: string, ordered: Promise<Ordered>): void
}

export interface BegunCall {
  kind: CallResult['kind']
  proposal: UnpackedProposal
  identity: Identity
  definition: ChaincodeDefinition
  client: CallClient
  signal: AbortSignal | undefined
}

/** A client that endorses may never submit: only so many endorsed calls are remembered. */
const MOST_ENDORSED = 1000
const COMMON_NAME = '2.5.4.3'

export function newClientCalls({ calls }: Pick<GatewayParts, 'calls'>): ClientCalls {
  const endorsed = new Map<string, { running: RunningCall; result: CallResult }>()
  return {
    begin({ kind, proposal, identity, definition, client, signal }) {
      const startedAt = now()
      const caller = `${commonName(identity)}@${identity.mspId}`
      const { request, hasTransient } = requestOf(proposal, caller)
      const { channel } = definition
      const running = calls.begin({ request, kind, channel, identity: caller, client, at: startedAt })
      const call: Call = { kind, request, definition, startedAt, identity: caller, running, signal }
      return { call, proposed: { creator: identity, proposal, input: proposal.input, hasTransient } }
    },
    endorsed({ running }, result) {
      if (running === undefined) return
      running.done(result)
      endorsed.set(result.txId, { running, result })
      const [oldest] = endorsed.keys()
      if (endorsed.size > MOST_ENDORSED && oldest !== undefined) endorsed.delete(oldest)
    },
    ordering(txId, ordered) {
      const call = endorsed.get(txId)
      endorsed.delete(txId)
      const orderedAt = now()
      ordered.then(
        (outcome) => {
          if (call === undefined) return
          const { startedAt } = call.result.times
          call.running.done(finalResult({ startedAt }, { ...call.result, kind: 'submit' }, outcome, orderedAt))
        },
        (error: unknown) => call?.running.failed(error, now() - call.result.times.startedAt),
      )
    },
  }
}

/** The caller's own name. */
function commonName({ certificate }: Identity): string {
  const names = certificate.subject.flat().filter(({ oid }) => oid === COMMON_NAME)
  return names.at(-1)?.value ?? 'unnamed'
}

/** What the client asked for, as if it had been asked for here, so that it can be sent again and edited. */
function requestOf(proposal: UnpackedProposal, identity: string): { request: CallRequest; hasTransient: boolean } {
  const { chaincodeName, channelId, input, signedProposal } = proposal
  const [fn = new Uint8Array(), ...args] = input.getArgsList_asU8()
  const payload = Proposal.deserializeBinary(signedProposal.getProposalBytes_asU8()).getPayload_asU8()
  const transient: [string, string | { base64: string }][] = []
  ChaincodeProposalPayload.deserializeBinary(payload)
    .getTransientmapMap()
    .forEach((value, name) => transient.push([name, argument(Buffer.from(value as Uint8Array))]))
  const request: CallRequest = {
    chaincode: chaincodeName,
    channel: channelId,
    function: Buffer.from(fn).toString(),
    args: args.map(argument),
    identity,
  }
  if (input.getIsInit()) request.isInit = true
  if (transient.length > 0) request.transient = Object.fromEntries(transient)
  return { request, hasTransient: transient.length > 0 }
}

function argument(bytes: Uint8Array): string | { base64: string } {
  const { text, encoding } = encodeBytes(bytes)
  return encoding === 'utf8' ? text : { base64: text }
}
