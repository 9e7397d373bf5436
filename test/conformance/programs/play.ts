import { buildProposal, type BuiltProposal } from '../../../core/endorser/proposal.ts'
import { signedEnvelope } from '../../../core/gateway/envelope.ts'
import type { Ordered } from '../../../core/orderer/orderer.ts'
import {
  ChaincodeAction,
  ChaincodeInput,
  ProposalResponsePayload,
  type ProposalResponse,
} from '../../../core/protos/index.ts'
import type { Answer, Call } from './recorded.ts'
import { CHANNEL, type Stage } from './stage.ts'

/** The shim takes a status from here on for an error: it isn't ordered (Fabric, shim.ERRORTHRESHOLD). */
const ERROR_THRESHOLD = 400

interface Endorsed {
  call: Call
  proposal: BuiltProposal
  response: ProposalResponse
}

/** Makes the calls as a client of a peer makes them. Returns what it answered, by the calls' ids. */
export async function play(stage: Stage, calls: readonly Call[]): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>()
  for (const together of groups(calls)) {
    const endorsed: Endorsed[] = []
    for (const call of together) endorsed.push(await endorse(stage, call))
    // All before any of them is awaited, so that they share a block.
    const ordered = await Promise.all(endorsed.map((one) => order(stage, one)))
    const blocktxs = ordered.filter((outcome) => outcome !== undefined).length
    let txnum = 0
    for (const [i, { call, proposal, response }] of endorsed.entries()) {
      const outcome = ordered[i]
      answers.set(call.id, {
        ...answerOf(proposal, response),
        ...(outcome === undefined
          ? { block: 0, txnum: 0, blocktxs: 0 }
          : { code: outcome.validationCode, block: outcome.blockNumber, txnum: txnum++, blocktxs }),
      })
    }
  }
  return answers
}

function groups(calls: readonly Call[]): Call[][] {
  const all: Call[][] = []
  for (const call of calls) {
    const last = all.at(-1)
    if (call.group !== undefined && last?.[0]?.group === call.group) last.push(call)
    else all.push([call])
  }
  return all
}

async function endorse({ peer, client }: Stage, call: Call): Promise<Endorsed> {
  const { chaincode, args, isInit = false, transient = {} } = call
  const input = new ChaincodeInput()
  input.setArgsList(args.map((arg) => Buffer.from(arg)))
  input.setIsInit(isInit)
  const map = new Map(Object.entries(transient).map(([name, value]) => [name, Buffer.from(value)]))
  const proposal = buildProposal({ channel: CHANNEL, chaincode, input, transient: map }, client)
  return { call, proposal, response: await peer.peer.endorser.processProposal(proposal.signedProposal) }
}

function order({ peer, client }: Stage, { call, proposal, response }: Endorsed): Promise<Ordered | undefined> {
  const status = response.getResponse()?.getStatus() ?? 0
  if (call.kind === 'evaluate' || status < 200 || status >= ERROR_THRESHOLD) return Promise.resolve(undefined)
  return peer.peer.broadcast(CHANNEL, signedEnvelope(proposal, client, response))
}

function answerOf({ txId }: BuiltProposal, response: ProposalResponse) {
  const payload = response.getPayload_asU8()
  const action =
    payload.length === 0 ? undefined : ProposalResponsePayload.deserializeBinary(payload).getExtension_asU8()
  const { results, events } = action === undefined ? {} : partsOf(action)
  const said = response.getResponse()
  return {
    txid: txId,
    status: said?.getStatus() ?? 0,
    message: said?.getMessage() ?? '',
    payload: Buffer.from(said?.getPayload_asU8() ?? []),
    action: action && Buffer.from(action),
    results,
    events,
  }
}

function partsOf(bytes: Uint8Array) {
  const action = ChaincodeAction.deserializeBinary(bytes)
  const events = Buffer.from(action.getEvents_asU8())
  return { results: Buffer.from(action.getResults_asU8()), events: events.length === 0 ? undefined : events }
}
