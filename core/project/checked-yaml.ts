import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type Document } from 'yaml'
import { PeerError } from '../contract/error.ts'
import { messageOf } from '../contract/error-message.ts'
import type { ConfigMistake } from './config-mistakes.ts'

/** A YAML file that its schema allows. */
export interface CheckedYaml {
  document: Document
  /** As plain data; an empty file is an empty object. */
  content: unknown
  /** From 1. */
  placeAt(offset: number): { line: number; column: number }
}

/** Read a file whose mistakes are known. Throws CONFIG_SYNTAX with every fault, or else CONFIG_INVALID with every mistake. */
export function readCheckedYaml(
  file: string,
  text: string,
  findMistakes: (content: unknown) => ConfigMistake[],
): CheckedYaml {
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
  return { document, content, placeAt }
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
