import { readFileSync } from 'node:fs'
import { ChaincodeMessage } from '../../core/protos/index.ts'
import { textOf, typeOf } from '../support/attached.ts'
import { traces } from './recording.ts'

/** What was done to a real peer by hand, as raw-protocol.json and v3-raw-protocol.json tell it. */
export interface Experiment {
  description: string
  events?: RecordedEvent[]
  client?: { rc: number; out: string }
  stream_still_open?: boolean
  /** Of dup-direct alone: three streams. */
  first?: RecordedEvent[]
  second?: RecordedEvent[]
  third?: RecordedEvent[]
}

export interface RecordedEvent {
  dir?: 'cc->peer' | 'peer->cc'
  type?: string
  txid?: string
  /** A text, or its length as `<13b>`. */
  payload?: string
  /** What happened to the stream. */
  ev?: string
  /** A command of a client. */
  rc?: number
  out?: string
}

export function experiments(list: 'raw-protocol' | 'v3-raw-protocol'): {
  fabric: string
  tests: Record<string, Experiment>
} {
  return JSON.parse(readFileSync(`${traces}${list}.json`, 'utf8')) as ReturnType<typeof experiments>
}

/** What the peer said, a line for each message, and how the stream ended where the peer ended it. */
export function peerLines(events: readonly RecordedEvent[]): string[] {
  return events.flatMap(({ dir, type, payload, ev }) => {
    if (dir === 'peer->cc') return line(type ?? '', payload ?? '')
    const [, code, message] = /^status code=(\d+) details="(.*)"$/.exec(ev ?? '') ?? []
    return code === undefined || message === 'Cancelled on client' ? [] : `ended: ${code} ${message ?? ''}`
  })
}

/** The same of a message received here. */
export function peerLine(message: ChaincodeMessage): string {
  const bytes = message.getPayload_asU8().length
  if (message.getType() === ChaincodeMessage.Type.ERROR) return line('ERROR', textOf(message))
  return line(typeOf(message), bytes === 0 ? '' : `<${bytes}b>`)
}

/** protobuf-go puts a no-break space behind its `proto:` in some builds and a space in others, on purpose. */
function line(type: string, payload: string): string {
  return `${type} ${payload.replaceAll(/[0-9a-f]{64}/g, 'TXID').replaceAll('\u00a0', ' ')}`.trimEnd()
}
