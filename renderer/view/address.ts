import { findings, type FindBy, type KeyPlace } from './state-choice.svelte.ts'
import { screens, type BlockPlace, type Screen } from './window-view.svelte.ts'

/** An argument as typed. */
interface TypedArgument {
  text: string
  encoding: 'utf8' | 'base64'
}

/** What an address of the window shows: `#/call/CreateAsset?arg=asset1`, `#/blocks/12/0`, `#/state?key=asset1`. */
export interface Place {
  screen: Screen
  /** Undefined where only one is open. */
  chaincode?: string | undefined
  /** Of the Call page. Transient data never stands in an address. */
  function?: string | undefined
  args?: readonly TypedArgument[] | undefined
  /** The recorded call whose result is shown. */
  call?: number | undefined
  block?: BlockPlace | undefined
  /** Of the State page: the key, and what is looked for. */
  state?: (KeyPlace & { by?: FindBy | undefined; find?: string | undefined }) | undefined
}

/** Browsers and chat programs cut longer ones; the draft itself is kept apart. */
const LONGEST = 2_000

/** The part of an address after the host. Pure. */
export function addressOf(place: Place): string {
  const query = new URLSearchParams()
  if (place.chaincode !== undefined) query.set('chaincode', place.chaincode)
  if (place.call !== undefined) query.set('call', String(place.call))
  if (place.screen === 'blocks' && place.block?.channel !== undefined) query.set('channel', place.block.channel)
  const path = [place.screen, ...detailOf(place)].map(encodeURIComponent).join('/')
  const short = `#/${path}${asQuery(query)}`
  for (const [name, text] of stateOf(place)) query.set(name, text)
  for (const { text, encoding } of place.args ?? []) query.append(encoding === 'utf8' ? 'arg' : 'base64', text)
  const long = `#/${path}${asQuery(query)}`
  return long.length <= LONGEST ? long : short
}

/** Undefined if it is none of the window's addresses. Pure. */
export function placeOf(hash: string): Place | undefined {
  const [path = '', ...rest] = hash.replace(/^#\/?/, '').split('?')
  const [name, ...detail] = path.split('/').map(decoded)
  const screen = screens.find((candidate) => candidate === name)
  if (screen === undefined) return undefined
  const query = new URLSearchParams(rest.join('?'))
  const place: Place = { screen, chaincode: query.get('chaincode') ?? undefined }
  if (screen === 'call') {
    place.function = detail.join('/') || undefined
    place.args = [...query]
      .filter(([kind]) => kind === 'arg' || kind === 'base64')
      .map(([kind, text]) => ({ text, encoding: kind === 'arg' ? 'utf8' : 'base64' }))
    place.call = wholeNumber(query.get('call'))
  }
  if (screen === 'state') place.state = readState(query)
  if (screen === 'blocks') {
    const number = wholeNumber(detail[0])
    const channel = query.get('channel') ?? undefined
    if (number !== undefined) place.block = { channel, number, tx: wholeNumber(detail[1]) ?? 0 }
  }
  return place
}

function detailOf({ screen, function: name, block }: Place): string[] {
  if (screen === 'call' && name !== undefined && name !== '') return [name]
  if (screen === 'blocks' && block !== undefined) return [String(block.number), String(block.tx)]
  return []
}

/** The parts of a State page's address, in this order; the name of a key in its collection comes last. */
function stateOf({ screen, state = {} }: Place): [name: string, text: string][] {
  if (screen !== 'state') return []
  const { channel, namespace, collection, mspId, by, find, key, after: block } = state
  const after = block === undefined ? undefined : String(block)
  const parts = { channel, namespace, collection, as: mspId, after, by: by === 'prefix' ? undefined : by, find, key }
  return Object.entries(parts).filter((part): part is [string, string] => part[1] !== undefined)
}

function readState(query: URLSearchParams): Place['state'] {
  const text = (name: string) => query.get(name) ?? undefined
  return {
    channel: text('channel'),
    namespace: text('namespace'),
    collection: text('collection'),
    mspId: text('as'),
    after: wholeNumber(query.get('after')),
    by: findings.find((known) => known === query.get('by')),
    find: text('find'),
    key: text('key'),
  }
}

function asQuery(query: URLSearchParams): string {
  return query.size === 0 ? '' : `?${query.toString()}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Typed by hand, with a stray %.
    return text
  }
}

function wholeNumber(text: string | null | undefined): number | undefined {
  return text !== null && text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
