import type { CallEvent, CallResult, EncodedBytes, ReadWriteSet } from '../../core/contract/call.ts'
import type { NetworkCallResult } from '../../core/contract/network.ts'
import { prettyJson } from '../parts/json.ts'

/** One part of what a call came to, here and there. */
export interface ComparedPart {
  name: string
  /** Undefined: it has none. */
  here?: EncodedBytes | undefined
  there?: EncodedBytes | undefined
  /** Undefined: one of the two isn't known. */
  same?: boolean | undefined
}

type Result = Pick<CallResult, 'status' | 'message' | 'payload' | 'payloadEncoding' | 'validationCode'> &
  Partial<Pick<CallResult, 'events' | 'readWriteSet'>>

/**
 * What a call came to on a network, part by part, beside what the same call came to here; undefined: it wasn't made
 * here. Versions of keys are left out: no two ledgers have the same. Pure.
 */
export function compared(there: NetworkCallResult, here: CallResult | undefined): ComparedPart[] {
  const [far, near] = [parts(there), here === undefined ? undefined : parts(here)]
  // What a network doesn't tell, as of an evaluate, can't differ.
  const told = there.readWriteSet === undefined ? ['Event', 'Writes'] : []
  return Object.keys(far)
    .filter((name) => !told.includes(name))
    .map((name) => {
      const [a, b] = [near?.[name], far[name]]
      return { name, here: a, there: b, ...(near === undefined ? {} : { same: textOf(a) === textOf(b) }) }
    })
    .filter((part) => part.here !== undefined || part.there !== undefined)
}

function parts(result: Result): Record<string, EncodedBytes | undefined> {
  const { status, message, payload, payloadEncoding, validationCode, events = [], readWriteSet } = result
  const outcome = [String(status), validationCode, message].filter((text) => text !== undefined && text !== '')
  return {
    Outcome: plain(outcome.join(' · ')),
    Response: payload === '' ? undefined : { text: payload, encoding: payloadEncoding },
    Event: events[0] === undefined ? undefined : plain(eventText(events[0])),
    Writes: writesOf(readWriteSet),
  }
}

function eventText({ name, payload }: CallEvent): string {
  return payload === '' ? name : `${name}\n${pretty(payload)}`
}

function writesOf(set: ReadWriteSet | undefined): EncodedBytes | undefined {
  const lines = (set?.namespaces ?? []).flatMap(({ namespace, writes }) =>
    writes.map(({ key, isDelete, value }) =>
      isDelete ? `${namespace} ${key} deleted` : `${namespace} ${key} = ${value}`,
    ),
  )
  return lines.length === 0 ? undefined : plain(lines.join('\n'))
}

function plain(text: string): EncodedBytes {
  return { text, encoding: 'utf8' }
}

/** Two texts of JSON are the same if their values are written alike, whatever lies between them. */
function textOf(part: EncodedBytes | undefined): string | undefined {
  return part === undefined ? undefined : `${part.encoding} ${pretty(part.text)}`
}

/** JSON on lines of its own, for a comparison by line; any other text as it is. */
function pretty(text: string): string {
  return prettyJson(text) ?? text
}
