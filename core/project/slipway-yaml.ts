import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type Document } from 'yaml'
import { PeerError } from '../contract/error.ts'
import { messageOf } from '../contract/error-message.ts'
import type { PeerSettings } from '../config/peer-config.ts'
import type { Language } from '../contract/chaincode-state.ts'
import type { Mode, StartedBy } from '../contract/mode.ts'
import type { CollectionsConfig } from './collections-file.ts'
import { findMistakes, type ConfigMistake } from './config-mistakes.ts'
import type { NetworkYaml } from './network-yaml.ts'
import { peerSettings, type PeerYaml } from './peer-yaml.ts'

/** What slipway.yaml can say about a chaincode. Each key overrides what detection finds. */
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
  /** A policy in Fabric's policy language, or the path of one of the channel's policies. */
  endorsementPolicy?: string
  collections?: CollectionsConfig
  server?: string
  servers?: Record<string, string>
  build?: string
  start?: string
  image?: string
  env?: Record<string, string>
  watch?: string[]
  ignore?: string[]
}

/** The whole file: either one chaincode at its top level or a list of several. */
export interface SlipwayYaml extends Omit<ChaincodeConfig, 'folder'> {
  channel?: string | undefined
  peer?: Omit<PeerSettings, 'dataDir'> | undefined
  chaincodes?: ChaincodeConfig[]
  /** Real networks, by the author's names for them. */
  networks?: Record<string, NetworkYaml>
}

/** Read slipway.yaml. Throws CONFIG_SYNTAX with every fault, or else CONFIG_INVALID with every mistake. */
export function parseSlipwayYaml(file: string, text: string): SlipwayYaml {
  const lines = new LineCounter()
  const document = parsed(file, text, lines)
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const [fault, ...faults] = document.errors.map(({ message, pos }) => ({
    ...placeAt(pos[0]),
    // The library's message goes on with the place and an excerpt.
    message: message.replace(/ at line \d+, column \d+:[\s\S]*$/, ''),
  }))
  if (fault !== undefined) throw new PeerError('CONFIG_SYNTAX', { file, ...fault, others: faults })
  const content = contentOf(document, (offset, error) => {
    return new PeerError('CONFIG_SYNTAX', { file, ...placeAt(offset), message: messageOf(error) }, { cause: error })
  })
  if (!isTree(content))
    throw new PeerError('CONFIG_SYNTAX', { file, line: 1, column: 1, message: 'An alias contains itself.' })
  const [first, ...others] = findMistakes(content)
    .map((mistake) => ({
      ...placeAt(offsetOf(document, mistake)),
      path: dotted(content, mistake.path),
      message: mistake.message,
    }))
    .sort((a, b) => a.line - b.line || a.column - b.column)
  if (first !== undefined) throw new PeerError('CONFIG_INVALID', { file, ...first, others })
  const { peer, ...rest } = content as Omit<SlipwayYaml, 'peer'> & { peer?: PeerYaml }
  return { ...rest, peer: peer && peerSettings(peer) }
}

/** Nobody writes a longer one; a parser takes long for what is meant to keep it busy. */
const LONGEST = 1 << 20

function parsed(file: string, text: string, lineCounter: LineCounter): Document {
  const fail = (message: string, cause?: unknown) =>
    new PeerError('CONFIG_SYNTAX', { file, line: 1, column: 1, message }, { cause })
  if (text.length > LONGEST) throw fail(`It is longer than ${LONGEST} characters.`)
  try {
    return parseDocument(text, { lineCounter })
  } catch (error) {
    // The parser calls itself for each level.
    throw fail(error instanceof RangeError ? 'It is nested too deeply.' : messageOf(error), error)
  }
}

/** Whether no value is inside itself, which an alias within its own anchor would make. */
function isTree(value: unknown, above: readonly unknown[] = []): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (above.includes(value)) return false
  return Object.values(value).every((part) => isTree(part, [...above, value]))
}

/** The document as plain data. Throws what `fail` makes of an alias that can't be resolved. */
function contentOf(document: Document, fail: (offset: number, error: unknown) => PeerError): unknown {
  try {
    return document.toJS() ?? {}
  } catch (error) {
    let offset = 0
    visit(document, {
      Alias(_key, alias) {
        if (alias.resolve(document) !== undefined) return undefined
        offset = alias.range?.[0] ?? 0
        return visit.BREAK
      },
    })
    throw fail(offset, error)
  }
}

/** Where a mistake is in the text: at a value, or at its key. */
function offsetOf(document: Document, { path, atKey }: ConfigMistake): number {
  let node: unknown = document.contents
  let key: unknown
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === part)
      key = pair?.key
      node = pair?.value
    } else if (isSeq(node)) node = node.items[Number(part)]
  }
  // `name:` without a value has a node all the same; a value that came through an alias may not.
  const shown = atKey || !isNode(node) ? key : node
  return isNode(shown) ? (shown.range?.[0] ?? 0) : 0
}

/** `chaincodes[0].env.LEVEL` */
function dotted(content: unknown, path: string[]): string {
  let value = content
  let text = ''
  for (const part of path) {
    if (Array.isArray(value)) text += `[${part}]`
    else text += text === '' ? part : `.${part}`
    value = (value as Record<string, unknown> | null | undefined)?.[part]
  }
  return text
}
