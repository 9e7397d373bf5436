/**
 * What peers that executed the same call came to differently. `write-key`: they wrote different keys, which `results`
 * holds. `metadata-write`: a key's policy. `other`: nothing that is listed here.
 */
export type DifferingPart =
  | 'write'
  | 'write-key'
  | 'metadata-write'
  | 'event'
  | 'status'
  | 'message'
  | 'payload'
  | 'read'
  | 'range-query'
  | 'other'

/**
 * What probably makes it differ. `order`: of a map. `organisation`: the peer's own MSP id is in it. `private-data`: only
 * one of the peers has a collection's data. `memory`: a random number, or what a process remembers.
 */
export type DifferenceCause = 'time' | 'memory' | 'order' | 'locale' | 'organisation' | 'private-data' | 'unknown'

/** One thing that the peers of different organisations came to differently. */
export interface ResultDifference {
  part: DifferingPart
  namespace?: string | undefined
  collection?: string | undefined
  key?: string | undefined
  /** Where in a JSON value: `createdAt`, `lines[2].price`. */
  field?: string | undefined
  /** By organisation; without `text` if its peer has nothing there. */
  results: { mspId: string; text?: string | undefined }[]
  cause: DifferenceCause
}

/** Why an organisation's peer didn't endorse. */
export interface EndorserFailure {
  mspId: string
  message: string
}

/** `createdAt in the value written at "a1" of asset`. */
export function placeWords({ part, namespace, collection, key, field }: ResultDifference): string {
  const of = (what: string) =>
    `${what}${key === undefined ? '' : ` ${JSON.stringify(key)}`}${inWords(namespace, collection)}`
  const whole = wholeWords(part, of)
  return field === undefined ? whole : `${field} in ${whole}`
}

function wholeWords(part: DifferingPart, of: (what: string) => string): string {
  switch (part) {
    case 'write':
      return of('the value written at')
    case 'write-key':
      return of('the written key')
    case 'metadata-write':
      return of('the metadata written at')
    case 'event':
      return of('the event')
    case 'status':
      return 'the status of the response'
    case 'message':
      return 'the message of the response'
    case 'payload':
      return 'the response'
    case 'read':
      return of('the version read of')
    case 'range-query':
      return of('the range read from')
    case 'other':
      return 'the result'
  }
}

function inWords(namespace: string | undefined, collection: string | undefined): string {
  if (collection !== undefined) return ` of collection ${collection}`
  return namespace === undefined ? '' : ` of ${namespace}`
}

const MOST_SHOWN = 80

/** `Org1MSP "10:02:11", Org2MSP "10:02:12"`. */
export function resultWords({ results }: ResultDifference): string {
  return results
    .map(({ mspId, text }) => {
      if (text === undefined) return `${mspId} nothing`
      return `${mspId} ${JSON.stringify(text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text)}`
    })
    .join(', ')
}

/** What it probably is, and how to avoid it. */
export const causeWords: Record<DifferenceCause, { why: string; do: string }> = {
  time: {
    why: 'It looks like the clock, which each peer reads at its own moment.',
    do: 'Take the time from the transaction (GetTxTimestamp, getTxTimestamp): it is the same on every peer.',
  },
  memory: {
    why: 'It looks like a random number, or something that the process remembers from earlier calls.',
    do: 'Derive ids from the transaction id or the arguments, and keep counters in the state.',
  },
  order: {
    why: 'The same parts come in another order, as when a Go map or an unordered set is iterated.',
    do: 'Sort the keys before you iterate over them or serialize them.',
  },
  locale: {
    why: 'Only separators differ: it is formatted by the locale or time zone of the machine.',
    do: 'Format with a fixed locale, or store the plain number.',
  },
  organisation: {
    why: 'Each peer put its own organisation there (GetMSPID, CORE_PEER_LOCALMSPID).',
    do: 'Compare the peer’s MSP id, but don’t write it or answer with it. For the caller’s organisation use the client identity.',
  },
  'private-data': {
    why: 'The call reads private data that not all of these peers have.',
    do: 'Let only members of the collection endorse (--endorsers, or an endorsement policy of the collection), and don’t answer with private data.',
  },
  unknown: {
    why: 'Something that isn’t the same on every peer has reached the result.',
    do: 'Make the result depend on nothing but the arguments, the transaction and the state.',
  },
}
