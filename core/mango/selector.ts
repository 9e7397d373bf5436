import { compareKeys } from './key-order.ts'
import { parseField, type FieldPath } from './field-path.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import { erlang, MangoError } from './mango-error.ts'
import { checkPattern, isBeyondRE2 } from './pattern.ts'

export type ComparisonName = '$lt' | '$lte' | '$eq' | '$ne' | '$gte' | '$gt'

/** A condition on one value. */
export type Condition =
  | { op: ComparisonName; arg: Json }
  | { op: '$in' | '$nin' | '$all'; arg: Json[] }
  | { op: '$exists'; arg: boolean }
  | { op: '$type' | '$regex' | '$beginsWith'; arg: string }
  | { op: '$mod'; arg: readonly [divisor: number, remainder: number] }
  | { op: '$size'; arg: number }
  | { op: '$elemMatch' | '$allMatch' | '$keyMapMatch'; arg: Selector }
  | { op: '$not'; arg: Condition }

/**
 * A selector in normal form: conditions at the leaves, each with the whole path of its field, and negations pushed down
 * as far as possible (mango_selector.erl, normalize). `all`: everything matches.
 */
export type Selector =
  | { op: 'all' }
  | { op: '$and' | '$or'; args: Selector[] }
  | { op: 'field'; path: FieldPath; condition: Condition }
  /** `$text` without a text index, which CouchDB leaves to the index and so takes for true. */
  | { op: '$default' }

/** Deeper selectors are refused. CouchDB has no such limit, but nobody writes them by hand. */
const MAX_DEPTH = 1000

/** @throws MangoError */
export function normalize(selector: Json | undefined): Selector {
  if (!isObject(selector)) {
    throw new MangoError('invalid_selector_json', `Selector must be a JSON object, not: ${erlang(selector ?? null)}`)
  }
  if (depth(selector) > MAX_DEPTH) {
    throw new MangoError('invalid_selector', `The selector is more than ${MAX_DEPTH} levels deep.`)
  }
  if (Object.keys(selector).length === 0) return { op: 'all' }
  const normal = settle(withPaths(operators(selector), []))
  if (normal.op === 'field' && normal.path.length === 0) {
    throw new MangoError('invalid_selector', 'One or more conditions is missing a field name.')
  }
  return normal
}

/** Counted without recursion, since it protects recursion. */
function depth(value: Json): number {
  let levels = 0
  let level: Json[] = [value]
  while (level.length > 0 && levels <= MAX_DEPTH) {
    levels++
    level = level.flatMap((inner) => (typeof inner === 'object' && inner !== null ? Object.values(inner) : []))
  }
  return levels
}

/** One operator or field with its argument. */
type Node =
  | { name: '$and' | '$or' | '$nor'; args: Node[] }
  | { name: '$not' | '$elemMatch' | '$allMatch' | '$keyMapMatch'; arg: Node }
  | { name: 'field'; field: string; arg: Node }
  | { name: '$text'; arg: Json }
  | { name: 'terminal'; condition: Condition }

const badArgument = (op: string, arg: Json) =>
  new MangoError('bad_arg', `Bad argument for operator ${op}: ${erlang(arg)}`)

/** Makes implied operators explicit and checks every argument (norm_ops). */
function operators(value: Json): Node {
  if (!isObject(value)) return { name: 'terminal', condition: { op: '$eq', arg: value } }
  const names = Object.keys(value).sort(compareKeys)
  const [name] = names
  if (name === undefined) return { name: 'terminal', condition: { op: '$eq', arg: value } }
  if (names.length > 1) return { name: '$and', args: names.map((operand) => operator(operand, value[operand] ?? null)) }
  return operator(name, value[name] ?? null)
}

function operator(name: string, arg: Json): Node {
  switch (name) {
    case '$and':
    case '$or':
    case '$nor':
      if (!Array.isArray(arg)) throw badArgument(name, arg)
      return { name, args: arg.map(operators) }
    case '$not':
    case '$elemMatch':
    case '$allMatch':
    case '$keyMapMatch':
      if (!isObject(arg)) throw badArgument(name, arg)
      return { name, arg: operators(arg) }
    case '$text':
      if (typeof arg === 'object') throw badArgument(name, arg)
      return { name, arg }
    case '$where':
    case '$geoWithin':
    case '$geoIntersects':
    case '$near':
    case '$nearSphere':
      throw new MangoError('not_supported', `Unsupported operator: ${name}`)
    default:
      if (name.startsWith('$')) return { name: 'terminal', condition: terminal(name, arg) }
      return { name: 'field', field: name, arg: operators(arg) }
  }
}

function terminal(op: string, arg: Json): Condition {
  switch (op) {
    case '$lt':
    case '$lte':
    case '$eq':
    case '$ne':
    case '$gte':
    case '$gt':
      return { op, arg }
    case '$in':
    case '$nin':
    case '$all':
      if (Array.isArray(arg)) return { op, arg }
      break
    case '$exists':
      if (typeof arg === 'boolean') return { op, arg }
      break
    case '$type':
      if (typeof arg === 'string') return { op, arg }
      break
    case '$beginsWith':
      if (typeof arg === 'string') return { op, arg }
      throw new MangoError('invalid_operator', `Invalid operator: ${op}`)
    case '$regex':
      if (typeof arg !== 'string') throw new MangoError('invalid_operator', `Invalid operator: ${op}`)
      if (checkPattern(arg)) return { op, arg }
      if (isBeyondRE2(arg)) {
        const words = `$regex ${JSON.stringify(arg)} uses lookaround or a backreference, which the embedded engine doesn't support; a real CouchDB does (stateDatabase: CouchDB)`
        throw new MangoError('not_supported', words)
      }
      break
    case '$mod': {
      const [divisor, remainder, ...rest] = Array.isArray(arg) ? arg : []
      if (isInteger(divisor) && isInteger(remainder) && rest.length === 0) return { op, arg: [divisor, remainder] }
      break
    }
    case '$size':
      if (isInteger(arg) && arg >= 0) return { op, arg }
      break
    default:
      // $beginsWith came with CouchDB 3.4; older versions refuse it this way.
      throw new MangoError('invalid_operator', `Invalid operator: ${op}`)
  }
  throw badArgument(op, arg)
}

/** Whether Erlang reads it as an integer after Go has written it: from 1e21 on Go writes an exponent. */
export function isInteger(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 1e21
}

/** The same with paths at the conditions (norm_fields); negations are still in their places. */
type Placed =
  | { op: '$and' | '$or' | '$nor'; args: Placed[] }
  | { op: '$not'; arg: Placed }
  | { op: 'field'; path: FieldPath; condition: Condition }
  | { op: '$default' }

function withPaths(node: Node, path: FieldPath): Placed {
  switch (node.name) {
    case '$and':
    case '$or':
    case '$nor':
      return { op: node.name, args: node.args.map((arg) => withPaths(arg, path)) }
    case '$not':
      return { op: '$not', arg: withPaths(node.arg, path) }
    case '$elemMatch':
    case '$allMatch':
    case '$keyMapMatch':
      return { op: 'field', path, condition: { op: node.name, arg: settle(withPaths(node.arg, [])) } }
    case '$text': {
      if (path.length > 0) {
        const shown: JsonObject = { $default: { $text: node.arg } }
        throw new MangoError('bad_field', `Invalid field normalization on selector: ${erlang(shown)}`)
      }
      return { op: '$default' }
    }
    case 'terminal':
      return { op: 'field', path, condition: node.condition }
    case 'field':
      // A path begins with the first non-empty name.
      if (node.field === '' && path.length === 0) return withPaths(node.arg, path)
      return withPaths(node.arg, [...path, ...parseField(node.field)])
  }
}

/** Pushes negations down to the conditions (norm_negations). */
function settle(placed: Placed): Selector {
  switch (placed.op) {
    case '$not':
      return negate(placed.arg)
    case '$nor':
      return { op: '$and', args: placed.args.map(negate) }
    case '$and':
    case '$or':
      return { op: placed.op, args: placed.args.map(settle) }
    case 'field':
    case '$default':
      return placed
  }
}

/** By De Morgan's laws; a condition that has an opposite becomes it (negate). */
function negate(placed: Placed): Selector {
  switch (placed.op) {
    case '$not':
      return settle(placed.arg)
    case '$nor':
      return { op: '$or', args: placed.args.map(settle) }
    case '$and':
      return { op: '$or', args: placed.args.map(negate) }
    case '$or':
      return { op: '$and', args: placed.args.map(negate) }
    case '$default':
      throw badArgument('$not', { $default: { $text: '' } })
    case 'field':
      return { ...placed, condition: opposite(placed.condition) }
  }
}

const opposites = { $lt: '$gte', $lte: '$gt', $eq: '$ne', $ne: '$eq', $gte: '$lt', $gt: '$lte' } as const

function opposite(condition: Condition): Condition {
  switch (condition.op) {
    case '$lt':
    case '$lte':
    case '$eq':
    case '$ne':
    case '$gte':
    case '$gt':
      return { op: opposites[condition.op], arg: condition.arg }
    case '$in':
      return { op: '$nin', arg: condition.arg }
    case '$nin':
      return { op: '$in', arg: condition.arg }
    case '$exists':
      return { op: '$exists', arg: !condition.arg }
    default:
      return { op: '$not', arg: condition }
  }
}
