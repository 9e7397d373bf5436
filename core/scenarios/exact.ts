import { parseTree, type Node } from 'jsonc-parser'
import { isAlias, isMap, isScalar, isSeq, type Document, type Scalar } from 'yaml'

/**
 * A value as YAML and JSON have it, with numbers as they were written: a double would change 9007199254740993 and 1.10.
 */
export type Exact = null | boolean | string | ExactNumber | Exact[] | ExactObject

/** A JSON number. */
export interface ExactNumber {
  readonly number: string
}

/** Its keys in their order. */
export type ExactObject = Map<string, Exact>

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

export function isNumber(value: Exact): value is ExactNumber {
  return typeof value === 'object' && value !== null && 'number' in value
}

/** A node of a YAML document whose aliases can be resolved. What only YAML can write (0x1f, .inf) is its text. */
export function exactFromYaml(node: unknown, document: Document): Exact {
  if (isAlias(node)) return exactFromYaml(node.resolve(document), document)
  if (isSeq(node)) return node.items.map((item) => exactFromYaml(item, document))
  if (isMap(node)) {
    return new Map(node.items.map(({ key, value }) => [keyText(key), exactFromYaml(value, document)]))
  }
  return isScalar(node) ? exactScalar(node) : null
}

function exactScalar({ value, source }: Scalar): Exact {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value !== 'number' && typeof value !== 'bigint') return null
  if (source !== undefined && JSON_NUMBER.test(source)) return { number: source }
  return JSON_NUMBER.test(String(value)) ? { number: String(value) } : (source ?? String(value))
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : ''
}

/** Undefined if the text isn't JSON, or too deep for the stack. */
export function exactFromJson(text: string): Exact | undefined {
  try {
    // The tree's parser forgives what JSON doesn't.
    JSON.parse(text)
    const tree = parseTree(text)
    return tree === undefined ? undefined : exactFromNode(tree, text)
  } catch {
    return undefined
  }
}

function exactFromNode(node: Node, text: string): Exact {
  const { type, children = [], offset, length } = node
  switch (type) {
    case 'number':
      return { number: text.slice(offset, offset + length) }
    case 'array':
      return children.map((child) => exactFromNode(child, text))
    case 'object':
      return new Map(
        children.map(({ children: [key, value] = [] }) => [
          String(key?.value),
          value === undefined ? null : exactFromNode(value, text),
        ]),
      )
    default:
      return node.value as null | boolean | string
  }
}

/** Its JSON text, on one line. */
export function exactToJson(value: Exact): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (isNumber(value)) return value.number
  if (Array.isArray(value)) return `[${value.map(exactToJson).join(',')}]`
  return `{${[...value].map(([key, part]) => `${JSON.stringify(key)}:${exactToJson(part)}`).join(',')}}`
}

/** As an argument: a string as it is, anything else as its JSON text. */
export function exactToText(value: Exact): string {
  return typeof value === 'string' ? value : exactToJson(value)
}

/** Whether two numbers are equal, however they are written: 1.10 and 11e-1 are. */
export function isSameNumber(a: ExactNumber, b: ExactNumber): boolean {
  return normalised(a.number) === normalised(b.number)
}

/** Its digits without zeros at either end, and the power of ten of the last one. */
function normalised(text: string): string {
  const [, sign = '', whole = '', , fraction = '', exponent = '0'] =
    /^(-?)(\d+)(\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  if (digits === '') return '0'
  const significant = digits.replace(/0+$/, '')
  return `${sign}${significant}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length)}`
}
