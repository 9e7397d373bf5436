// @module-tag slow
import { describe, expect, test } from 'vitest'
import { ChaincodeMessage } from '../../core/protos/index.ts'
import { openAttached, responseOf } from '../support/attached.ts'
import type { TestPeer } from '../support/peer.ts'
import { RawChaincode, registerPayload, type MessageType } from '../support/raw-chaincode.ts'
import { comparable, run } from './client.ts'
import { experiments, peerLine, peerLines, type Experiment, type RecordedEvent } from './experiment.ts'
import { onPurpose } from './on-purpose.ts'
import { payloadOf, REGISTERED, withForeignEvent } from './payloads.ts'
import { outcomeOf, type Command, type Outcome } from './recording.ts'
import { peerAsRecorded } from './scene.ts'
import { verdict } from './row.ts'

const GHOST = 'ghost:1.0'
/** The names of the other experiments, by the length of the REGISTER they were recorded with. */
const NAMES: Record<string, string> = { '<8b>': 'rt:1.0', '<10b>': 'dupe:1.0', '<11b>': GHOST, '<14b>': 'again123:1.0' }

for (const list of ['raw-protocol', 'v3-raw-protocol'] as const) {
  const { fabric, tests } = experiments(list)
  describe(`${list}, as recorded from Fabric ${fabric}`, () => {
    for (const [name, experiment] of Object.entries(tests)) {
      test(name, async ({ task }) => {
        const before = recorded(experiment)
        const here = name === 'dup-direct' ? await registerThrice(fabric) : await perform(fabric, name, experiment)
        const found = changes(before, here)
        const recording = `${list}: ${name}`
        const meant = onPurpose[recording]
        task.meta.conformance = { recording, fabric, shim: 'none', ...verdict(found, meant?.reason) }
        expect(found).toEqual(meant?.differences ?? [])
      })
    }
  })
}

/** The lines that went and came, `-` and `+`; those that only changed their places too. */
function changes(before: string[], here: string[]): string[] {
  if (before.join('\n') === here.join('\n')) return []
  const came = [...here]
  const went = before.filter((line) => {
    const at = came.indexOf(line)
    if (at >= 0) came.splice(at, 1)
    return at < 0
  })
  if (went.length + came.length === 0) return changes(before.map(numbered), here.map(numbered))
  return [...went.map((line) => `- ${line}`), ...came.map((line) => `+ ${line}`)]
}

function numbered(line: string, i: number): string {
  return `${i + 1}. ${line}`
}

/** What the recorded peer and its client said, and whether the stream outlived the experiment. */
function recorded({ events = [], client, stream_still_open, first, second, third }: Experiment): string[] {
  if (first !== undefined) {
    return [first, second ?? [], third ?? []].flatMap((each, i) => peerLines(each).map((line) => `${i + 1}: ${line}`))
  }
  const told = [...events, client ?? {}].flatMap(({ rc, out }) =>
    rc === undefined ? [] : clientLine(printed(rc, out)),
  )
  const said = peerLines(events)
  const end = stream_still_open === true ? 'open' : said.find((line) => line.startsWith('ended'))
  return [...said.filter((line) => line !== end), ...told, ...(end === undefined ? [] : [end])]
}

function printed(rc: number, out = ''): Outcome {
  const stdout = out
    .split('\n')
    .filter((line) => !line.includes(' INFO ['))
    .join('\n')
  return outcomeOf({ rc, stdout, stderr: out })
}

function clientLine(outcome: Outcome): string {
  return `client: ${JSON.stringify(Object.fromEntries(Object.entries(comparable(outcome)).sort()))}`
}

/** Send what was sent then, and tell what this peer says. */
async function perform(
  fabric: string,
  name: string,
  { events = [], client, stream_still_open }: Experiment,
): Promise<string[]> {
  const peer = await peerAsRecorded(fabric)
  const { payload = '' } = events.findLast(({ type }) => type === 'REGISTER') ?? {}
  const registered = REGISTERED[name] ?? NAMES[payload] ?? GHOST
  for (const open of new Set([GHOST, NAMES[payload] ?? GHOST])) {
    await openAttached(peer, { name: open.replace(':1.0', ''), channel: 'ch1' })
  }
  const chaincode = await RawChaincode.connect(peer.address())
  const told: string[] = []
  const command = (kind: Command['kind'], called: string) =>
    run(peer.api, { kind, chaincode: called.replace(':1.0', ''), args: ['x'], isInit: false })
  let calling: Promise<Outcome> | undefined
  let txid = ''
  const sent = new Map<string, number>()

  const step = async (event: RecordedEvent) => {
    if (event.dir === 'peer->cc') {
      if (event.type === 'TRANSACTION') calling = command(kindOf(name, client), registered)
      const message = await chaincode.receive()
      if (message.getType() === ChaincodeMessage.Type.TRANSACTION) txid = message.getTxid()
    } else if (event.dir === 'cc->peer') {
      const type = event.type ?? ''
      const nth = sent.get(type) ?? 0
      sent.set(type, nth + 1)
      const of = name.startsWith('tx-') && event.txid !== undefined ? txid : (event.txid ?? '')
      const channel = name === 'tx-wrong-channel' && type === 'GET_STATE' ? 'other' : 'ch1'
      const bytes =
        name === 'tx-two-outstanding' && type === 'COMPLETED'
          ? responses(chaincode)
          : payloadOf(name, event, registered, nth)
      await send(chaincode, { type, txid: of, channel, payload: bytes, foreignEvent: name === 'tx-event-mismatch' })
    } else if (event.rc !== undefined) {
      told.push(clientLine(await command('evaluate', GHOST)))
    } else if (name === 'half-close') {
      chaincode.endSending()
    }
  }
  try {
    for (const event of events) await step(event)
  } catch {
    // This peer ended the stream where the other one did not, or said less: what it said is told below.
  }
  if (calling !== undefined) told.push(clientLine(await calling))
  if (stream_still_open === false) await chaincode.ended
  const received = await settle(peer, chaincode, registered)
  const end = received.ended ?? (stream_still_open === true ? 'open' : undefined)
  return [...received.messages.map(peerLine), ...told, ...(end === undefined ? [] : [end])]
}

/** The answer of tx-two-outstanding, which counts what came before it. */
function responses({ received }: RawChaincode): Uint8Array {
  const count = received.filter((message) => message.getType() === ChaincodeMessage.Type.RESPONSE).length
  return responseOf(`responses=${count}`)
}

function kindOf(name: string, client: Experiment['client']): Command['kind'] {
  return name.endsWith('-invoke') || client?.out.includes('committed') === true ? 'submit' : 'evaluate'
}

interface Sent {
  type: string
  txid: string
  channel: string
  payload: Uint8Array
  foreignEvent: boolean
}

function send(chaincode: RawChaincode, { type, foreignEvent, ...rest }: Sent): Promise<void> {
  const known = type.startsWith('type#') ? Number(type.slice(5)) : (type as MessageType)
  if (!foreignEvent || type !== 'COMPLETED') return chaincode.send({ type: known, ...rest })
  const message = new ChaincodeMessage()
  message.setType(ChaincodeMessage.Type.COMPLETED)
  message.setTxid(rest.txid)
  message.setChannelId(rest.channel)
  message.setPayload(rest.payload)
  return chaincode.sendBytes(withForeignEvent(message).serializeBinary())
}

/**
 * All that was received, and how the stream ended. That it has not is proven: it still takes a REGISTER, or a
 * transaction. What the peer had still to say of the experiment has come before the answer to that.
 */
async function settle(
  peer: TestPeer,
  chaincode: RawChaincode,
  registered: string,
): Promise<{ messages: ChaincodeMessage[]; ended?: string }> {
  const { received } = chaincode
  try {
    if (!received.some((message) => message.getType() === ChaincodeMessage.Type.READY)) {
      await chaincode.register(GHOST)
      return { messages: received.slice(0, -2) }
    }
    const call = run(peer.api, {
      kind: 'evaluate',
      chaincode: registered.replace(':1.0', ''),
      args: ['x'],
      isInit: false,
    })
    let message: ChaincodeMessage
    do message = await chaincode.receive()
    while (message.getType() !== ChaincodeMessage.Type.TRANSACTION || received.indexOf(message) < received.length - 1)
    await chaincode.send({ type: 'COMPLETED', txid: message.getTxid(), channel: 'ch1', payload: responseOf('open') })
    expect(await call).toEqual({ payload: 'open' })
    return { messages: received.slice(0, -1) }
  } catch {
    return { messages: received, ended: await endOf(peer, chaincode) }
  }
}

/** In Fabric's words where they are Fabric's, else by the code that the peer tells its user. */
async function endOf(peer: TestPeer, chaincode: RawChaincode): Promise<string> {
  const { code = 0, message } = await chaincode.ended
  if (/^(error handling message|EOF)/.test(message)) return `ended: ${code} ${message}`
  return `ended: ${code}, ${peer.state().notices.at(-1)?.error.code ?? 'in its own words'}`
}

/** dup-direct: a second stream under a name that is served, and a third once the second has gone. */
async function registerThrice(fabric: string): Promise<string[]> {
  const peer = await peerAsRecorded(fabric)
  const attached = await openAttached(peer, { name: 'dupe', channel: 'ch1' })
  const first = await attached.register()
  const waiting = async (): Promise<RawChaincode> => {
    const chaincode = await RawChaincode.connect(peer.address())
    await chaincode.send({ type: 'REGISTER', payload: registerPayload(attached.canonicalName) })
    await peer.eventually('it waits', ({ chaincodes }) => chaincodes['dupe']?.takeover)
    return chaincode
  }
  const second = await waiting()
  second.cut()
  await peer.eventually('it has gone', ({ chaincodes }) => chaincodes['dupe']?.takeover === undefined)
  const third = await waiting()
  return [first, second, third].flatMap((stream, i) =>
    stream.received.map((message) => `${i + 1}: ${peerLine(message)}`),
  )
}
