import { Ajv, type ErrorObject } from 'ajv'
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import schema from '../../build/slipway.schema.json' with { type: 'json' }
import { PeerError } from '../contract/error.ts'
import type { PeerSettings } from '../config/peer-config.ts'
import type { Language, Mode, StartedBy } from '../contract/state.ts'
import type { CollectionsSaid } from './collections-file.ts'
import { peerSettings, type PeerYaml } from './peer-yaml.ts'

/** What slipway.yaml may say of a chaincode; each stands in place of what is detected. */
export interface ChaincodeConfig {
  /** Relative to slipway.yaml. */
  folder?: string
  name?: string
  version?: string
  language?: Language
  mode?: Mode
  startedBy?: StartedBy
  initRequired?: boolean
  /** Channels beside the chaincode's own. */
  channels?: string[]
  /** A policy in its language, or the path of one of the channel's. */
  endorsementPolicy?: string
  collections?: CollectionsSaid
  server?: string
  build?: string
  start?: string
  env?: Record<string, string>
  watch?: string[]
  ignore?: string[]
}

/** The whole file: either one chaincode at its top level or a list of several. */
export interface SlipwayYaml extends Omit<ChaincodeConfig, 'folder'> {
  channel?: string
  peer?: Omit<PeerSettings, 'dataDir'>
  chaincodes?: ChaincodeConfig[]
}

// `patternError` is the schema's own keyword: a pattern in words.
const validate = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true })
  .addVocabulary(['patternError'])
  .compile(schema)

/** Read slipway.yaml. Throws CONFIG_SYNTAX or CONFIG_INVALID with the place of the first fault. */
export function parseSlipwayYaml(file: string, text: string): SlipwayYaml {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [fault] = document.errors
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0])
    // The library's message goes on with the place and an excerpt.
    const message = fault.message.replace(/ at line \d+, column \d+:[\s\S]*$/, '')
    throw new PeerError('CONFIG_SYNTAX', { file, line, column: col, message }, { cause: fault })
  }
  const value: unknown = document.toJS() ?? {}
  const invalid = (path: (string | number)[], key: string | undefined, message: string) => {
    const { line, col } = lines.linePos(offsetOf(document, path, key))
    const shown = [...path, ...(key === undefined ? [] : [key])]
    return new PeerError('CONFIG_INVALID', { file, line, column: col, path: dotted(shown), message })
  }
  if (!validate(value)) {
    const [path, key, message] = explain(worst(validate.errors ?? []))
    throw invalid(path, key, message)
  }
  const { peer, ...rest } = value as Omit<SlipwayYaml, 'peer'> & { peer?: PeerYaml }
  return { ...rest, ...(peer === undefined ? {} : { peer: peerSettings(peer) }) }
}

/** An unknown key explains more than what follows from it. */
function worst(errors: ErrorObject[]): ErrorObject {
  const order = ['additionalProperties', 'type', 'enum', 'pattern']
  const rank = (error: ErrorObject) => (order.includes(error.keyword) ? order.indexOf(error.keyword) : order.length)
  const sorted = [...errors].sort((a, b) => rank(a) - rank(b))
  // `not` is how the schema says that chaincode keys do not stand beside `chaincodes`.
  const [first] = sorted.filter((error) => error.keyword === 'not').concat(sorted)
  if (first === undefined) throw new RangeError('a schema that fails gives at least one error')
  return first
}

function explain(error: ErrorObject): [path: (string | number)[], key: string | undefined, message: string] {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  const params: Record<string, unknown> = error.params
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty'])
      const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as object)
      const near = nearest(key, known)
      const better = near === undefined ? placeOf(key) : `did you mean \`${near}\`?`
      return [path, key, `is not known here; ${better ?? `known are ${known.join(', ')}`}`]
    }
    case 'enum':
      return [path, undefined, `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`]
    case 'type':
      return [path, undefined, `must be ${TYPES[String(params['type'])] ?? String(params['type'])}`]
    case 'not':
      return [
        [],
        'chaincodes',
        'cannot stand beside name, version, language, build… of a single chaincode: put those into the list',
      ]
    case 'pattern': {
      const wanted: unknown = error.parentSchema?.['patternError']
      return [path, undefined, typeof wanted === 'string' ? wanted : `must match ${String(params['pattern'])}`]
    }
    default:
      return [path, undefined, error.message ?? 'is not valid']
  }
}

const TYPES: Record<string, string> = {
  string: 'a text',
  boolean: 'true or false',
  object: 'a list of `key: value` lines',
  array: 'a list, one `- item` to a line',
  integer: 'a whole number',
  'string,array': 'the name of a file, or a list',
  'integer,string': 'a number of bytes, or a size like 512m or 2g',
}

/** Where a key belongs that stands in the other one of the two places. */
function placeOf(key: string): string | undefined {
  if (key in schema.properties.peer.properties) return 'it belongs under `peer`'
  return key in schema.properties ? 'it belongs at the top level' : undefined
}

/** The known word at most two letters away. */
function nearest(word: string, known: string[]): string | undefined {
  const near = known.map((name) => ({ name, away: distance(word.toLowerCase(), name.toLowerCase()) }))
  const best = near.sort((a, b) => a.away - b.away)[0]
  return best !== undefined && best.away <= Math.max(1, Math.min(3, best.name.length / 3)) ? best.name : undefined
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** Where a value stands in the text, or where its key does. */
function offsetOf(document: Document, path: (string | number)[], key: string | undefined): number {
  const node = path.length === 0 ? document.contents : document.getIn(path, true)
  if (key !== undefined && isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0
  }
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : 0
}

function dotted(path: (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? part : `${text}.${part}`
  }, '')
}
