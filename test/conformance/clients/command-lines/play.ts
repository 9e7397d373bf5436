import { unsignedEnvelope } from '../../../../core/gateway/envelope.ts'
import {
  ChaincodeProposalPayload,
  Header,
  Proposal,
  TxValidationCode,
  type Envelope,
  type ProposalResponse,
  type SignedProposal,
} from '../../../../core/protos/index.ts'
import { Status } from '../../../../core/protos/clients.ts'
import { ecdsa, norm, proposal, type Client, type ProposalSteps } from '../recorded/steps.mjs'
import { lifecycleArgument, servicePackage } from './arguments.ts'
import { seekEnvelope, type RecordedSeek } from './seek.ts'
import { SOON_MS, streamOf, type Stream } from './stream.ts'

/** A line of a recording: what passed on one call or stream. */
interface Line {
  id: number
  side?: 'peer' | 'orderer'
  path?: string
  ev: string
  msg?: unknown
}

/** One command of the peer command line, as the calls that it makes. */
export interface RecordedCommand {
  name: string
  identity: 'admin' | 'client'
  command: string
  calls: Line[]
}

interface RecordedProposal {
  header: { type: number; channel: string }
  extChaincode: { name: string }
  spec: { type: number; args: (string | object)[]; isInit: boolean }
  transient: string[]
}

interface RecordedAnswer {
  version: number
  response: { status: number; message: string; payload: string }
  endorsed: boolean
}

/** An endorsed proposal of the command, which it sends to the orderer. */
interface Endorsed {
  proposal: SignedProposal
  txId: string
  channel: string
  answer: ProposalResponse
}

/** A person at the command line: what one command got, the next one may need. */
export interface Player {
  play(command: RecordedCommand): Promise<Comparison>
}

/** What came back, message by message in the order of their calls, and what a real peer and orderer sent. */
export interface Comparison {
  answered: unknown[]
  recorded: unknown[]
}

const NEVER_ENDING = 'max uint64'

export async function newPlayer(client: Client): Promise<Player> {
  const installed = await servicePackage('newcc')
  let packageId = ''
  let genesis: Uint8Array = new Uint8Array()

  const bytesOf = (fn: string, arg: string | object): string => {
    if (typeof arg === 'string') return arg === '<bytes>' ? hex(genesis) : arg
    const text = JSON.stringify(arg).replaceAll('newcc:<hash>', packageId)
    return hex(lifecycleArgument(fn, JSON.parse(text.replaceAll('<bytes>', installed.toString('base64'))) as object))
  }

  const propose = async (as: string, recorded: RecordedProposal): Promise<Endorsed> => {
    const { header, extChaincode, spec, transient } = recorded
    const [fn = ''] = spec.args as string[]
    const steps: ProposalSteps = {
      as,
      type: header.type,
      channel: header.channel,
      cc: extChaincode.name,
      specType: spec.type,
      isInit: spec.isInit,
      args: spec.args.map((arg) => bytesOf(fn, arg)),
      transient: Object.fromEntries(transient.map((key) => [key, 'value'])),
    }
    const { sp, txid } = proposal(client, steps)
    const answer = await new Promise<ProposalResponse>((resolve, reject) => {
      client.en.processProposal(sp, { deadline: Date.now() + SOON_MS }, (error, response) =>
        error === null ? resolve(response) : reject(error),
      )
    })
    if (fn === 'InstallChaincode' && answer.getResponse()?.getStatus() === 200) packageId = packageIdIn(answer)
    return { proposal: sp, txId: txid, channel: header.channel, answer }
  }

  return {
    async play({ identity, calls }) {
      const compared: Comparison = { answered: [], recorded: [] }
      const compare = (answered: unknown, recorded: unknown) => {
        compared.answered.push(answered)
        compared.recorded.push(recorded)
      }
      const openedBy = new Map(calls.filter(({ ev }) => ev === 'open').map((line) => [line.id, line]))
      let endorsed: Endorsed | undefined
      for (const { id, msg } of calls.filter(({ ev }) => ev === 'call')) {
        endorsed = await propose(identity, msg as RecordedProposal)
        const recorded = calls.find((line) => line.id === id && line.ev === 'answer')?.msg as RecordedAnswer
        compare(answerIn(client, endorsed.answer), normalAnswer(client, recorded))
      }
      // Two calls on different connections may swap: here whoever listens is listening before anything is ordered.
      const streams = [...openedBy.values()].sort((a, b) => Number(isBroadcast(a)) - Number(isBroadcast(b)))
      const listening: { stream: Stream; left: Line[] }[] = []
      for (const opened of streams) {
        const lines = calls.filter((line) => line.id === opened.id)
        const stream = streamOf(client, opened.path ?? '', opened.side === 'orderer')
        const left = await exchange(stream, lines, identity, endorsed, compare)
        listening.push({ stream, left })
      }
      // Without -o it sends to the orderer that the channel's configuration names, past the recorder.
      if (endorsed !== undefined && calls.some(asksForOrderer)) await order(envelopeOf(identity, endorsed))
      const isOrdered = endorsed !== undefined && (calls.some(asksForOrderer) || calls.some(isTaken(openedBy)))
      if (isOrdered && listening.every(({ left }) => left.length === 0)) await committed(identity, endorsed)
      for (const { stream, left } of listening) {
        for (const { msg } of left) {
          let seen = await stream.next()
          const code = () => seen.codeOf(endorsed?.txId ?? '')
          // What an earlier command ordered may come before it.
          while (code() === undefined) seen = await stream.next()
          if (code() !== TxValidationCode.VALID) throw new Error(`it came to ${code() ?? ''}`)
          compare(seen.message, withoutNumber(msg))
        }
        stream.close()
      }
      return compared
    },
  }

  /** Sends and receives in the recorded order; returns what is received once the transaction is ordered. */
  async function exchange(
    stream: Stream,
    lines: Line[],
    as: string,
    endorsed: Endorsed | undefined,
    compare: (answered: unknown, recorded: unknown) => void,
  ): Promise<Line[]> {
    let follows = false
    let received = 0
    for (const [index, { ev, msg }] of lines.entries()) {
      if (ev === 'send') {
        const { seek, header } = msg as { seek?: RecordedSeek; header: { channel: string } }
        follows = seek?.stop === NEVER_ENDING
        stream.send(seek === undefined ? envelopeOf(as, endorsed) : seekEnvelope(client, as, header.channel, seek))
      } else if (ev === 'half-close') stream.halfClose()
      else if (ev === 'recv') {
        const seen = await stream.next()
        genesis = seen.genesis ?? genesis
        compare(seen.message, withoutNumber(msg))
        received += 1
        if (follows) return lines.slice(index + 1).filter((line) => line.ev === 'recv')
      } else if (ev === 'client cancelled') {
        if (received > 0) stream.close()
        return []
      } else if (ev === 'server end') await stream.ended()
    }
    return []
  }

  async function order(envelope: Envelope): Promise<void> {
    const stream = streamOf(client, BROADCAST, true)
    stream.send(envelope)
    const { message } = await stream.next()
    stream.close()
    if ((message as { status: number }).status !== Status.SUCCESS)
      throw new Error(`not ordered: ${JSON.stringify(message)}`)
  }

  /** The next command of a person comes later than a block, and may read what this one wrote. */
  async function committed(as: string, endorsed: Endorsed | undefined): Promise<void> {
    if (endorsed === undefined) return
    const stream = streamOf(client, FILTERED, false)
    const seek: RecordedSeek = { start: 'oldest', stop: NEVER_ENDING, behavior: 0 }
    stream.send(seekEnvelope(client, as, endorsed.channel, seek))
    for (;;) if ((await stream.next()).codeOf(endorsed.txId) !== undefined) break
    stream.close()
  }

  function envelopeOf(as: string, endorsed: Endorsed | undefined): Envelope {
    if (endorsed === undefined) throw new Error('nothing was endorsed')
    const { key } = client.ids[as] ?? {}
    if (key === undefined) throw new Error(`nobody is called ${as}`)
    const signed = Proposal.deserializeBinary(endorsed.proposal.getProposalBytes_asU8())
    const header = Header.deserializeBinary(signed.getHeader_asU8())
    const payload = ChaincodeProposalPayload.deserializeBinary(signed.getPayload_asU8())
    payload.getTransientmapMap().clear()
    const envelope = unsignedEnvelope(
      {
        txId: endorsed.txId,
        signedProposal: endorsed.proposal,
        channelHeader: header.getChannelHeader_asU8(),
        signatureHeader: header.getSignatureHeader_asU8(),
        payloadWithoutTransient: payload.serializeBinary(),
      },
      endorsed.answer,
    )
    envelope.setSignature(ecdsa(key, envelope.getPayload_asU8()))
    return envelope
  }
}

const BROADCAST = '/orderer.AtomicBroadcast/Broadcast'
const FILTERED = '/protos.Deliver/DeliverFiltered'
const isBroadcast = ({ path }: Line) => path === BROADCAST
const asksForOrderer = ({ ev, msg }: Line) =>
  ev === 'call' && (msg as RecordedProposal).spec.args[0] === 'GetChannelConfig'
/** Whether an orderer took a transaction. */
const isTaken =
  (openedBy: Map<number, Line>) =>
  ({ id, ev, msg }: Line) =>
    ev === 'recv' && openedBy.get(id)?.path === BROADCAST && (msg as { status: number }).status === Status.SUCCESS
const hex = (bytes: Uint8Array) => `hex:${Buffer.from(bytes).toString('hex')}`

/** A status message as it is; of blocks the kind, and how many transactions a filtered one has. */
function withoutNumber(recorded: unknown): unknown {
  const { block, filtered, txs } = recorded as { block?: number; filtered?: number; txs?: number }
  if (block !== undefined) return { block: block === 0 ? 'first' : 'later' }
  return filtered === undefined ? recorded : { filtered: 'later', txs }
}

function packageIdIn(answer: ProposalResponse): string {
  const [id = ''] =
    /newcc:[0-9a-f]{64}/.exec(Buffer.from(answer.getResponse()?.getPayload_asU8() ?? []).toString()) ?? []
  return id
}

function answerIn(client: Client, answer: ProposalResponse): RecordedAnswer {
  const response = answer.getResponse()
  const payload = Buffer.from(response?.getPayload_asU8() ?? [])
  return normalAnswer(client, {
    version: answer.getVersion(),
    response: {
      status: response?.getStatus() ?? 0,
      message: response?.getMessage() ?? '',
      // eslint-disable-next-line no-control-regex -- what a message has and a text hasn't
      payload: /[\0-\x08\x0e-\x1f\ufffd]/.test(payload.toString()) ? '<bytes>' : payload.toString(),
    },
    endorsed: answer.getEndorsement() !== undefined,
  })
}

function normalAnswer(client: Client, { version, response, endorsed }: RecordedAnswer): RecordedAnswer {
  const payload = response.payload.replace(/^<\d+ bytes>$/, '<bytes>')
  return {
    version,
    response: { status: response.status, message: norm(client, response.message), payload: norm(client, payload) },
    endorsed,
  }
}
