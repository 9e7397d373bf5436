import { compareKeys } from './key-order.ts'
import { collate } from './collation.ts'
import { getField, isMissing } from './field-path.ts'
import { isObject, typeOf, type Json } from './json.ts'
import { MangoError } from './mango-error.ts'
import { patternOf } from './pattern.ts'
import { isInteger, type ComparisonName, type Condition, type Selector } from './selector.ts'

export type Predicate = (value: Json) => boolean
type Compare = (a: Json, b: Json) => number

/** A selector as a function, made once and called with every document (mango_selector.erl, match). */
export function matcher(selector: Selector): Predicate {
  switch (selector.op) {
    case 'all':
    case '$default':
      return () => true
    case '$and': {
      const all = selector.args.map(matcher)
      return (value) => all.every((match) => match(value))
    }
    case '$or': {
      const any = selector.args.map(matcher)
      // An empty list matches, as `$and` does.
      return any.length === 0 ? () => true : (value) => any.some((match) => match(value))
    }
    case 'field':
      return fieldMatcher(selector)
  }
}

function fieldMatcher({ path, condition }: Extract<Selector, { op: 'field' }>): Predicate {
  // Keys are compared by their bytes, everything else by CouchDB's collation.
  const match = conditionMatcher(condition, path.length === 1 && path[0] === '_id' ? compareTerms : collate)
  // A missing field matches nothing but this, not even $ne.
  if (condition.op === '$exists' && !condition.arg) return (value) => isMissing(value, path)
  return (value) => {
    const field = getField(value, path)
    return field !== undefined && match(field)
  }
}

const comparisons: Record<ComparisonName, (order: number) => boolean> = {
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
  $eq: (order) => order === 0,
  $ne: (order) => order !== 0,
  $gte: (order) => order >= 0,
  $gt: (order) => order > 0,
}

function conditionMatcher(condition: Condition, compare: Compare): Predicate {
  switch (condition.op) {
    case '$lt':
    case '$lte':
    case '$eq':
    case '$ne':
    case '$gte':
    case '$gt': {
      const { arg } = condition
      const holds = comparisons[condition.op]
      return (value) => holds(compare(value, arg))
    }
    case '$in':
      return isIn(condition.arg, compare)
    case '$nin': {
      const match = isIn(condition.arg, compare)
      return (value) => !match(value)
    }
    case '$all':
      return hasAll(condition.arg)
    case '$exists':
      return () => condition.arg
    case '$type':
      return (value) => typeOf(value) === condition.arg
    case '$mod': {
      const [divisor, remainder] = condition.arg
      return (value) => {
        if (!isInteger(value) && typeof value !== 'bigint') return false
        // Erlang's rem raises badarith, which CouchDB reports as an unknown error.
        if (divisor === 0) throw new MangoError('unknown_error', 'badarith', 500)
        return BigInt(value) % BigInt(divisor) === BigInt(remainder)
      }
    }
    case '$regex': {
      const match = patternOf(condition.arg)
      return (value) => typeof value === 'string' && match(value)
    }
    case '$beginsWith':
      return (value) => typeof value === 'string' && value.startsWith(condition.arg)
    case '$size':
      return (value) => Array.isArray(value) && value.length === condition.arg
    case '$elemMatch': {
      const match = matcher(condition.arg)
      return (value) => Array.isArray(value) && value.some(match)
    }
    case '$allMatch': {
      const match = matcher(condition.arg)
      return (value) => Array.isArray(value) && value.length > 0 && value.every(match)
    }
    case '$keyMapMatch': {
      const match = matcher(condition.arg)
      return (value) => isObject(value) && Object.keys(value).some(match)
    }
    case '$not': {
      const match = conditionMatcher(condition.arg, compare)
      return (value) => !match(value)
    }
  }
}

/** Erlang's order of terms (mango_json.erl, cmp_raw): a key is a string, and strings come after all other types. */
function compareTerms(key: Json, arg: Json): number {
  return typeof key === 'string' && typeof arg === 'string' ? compareKeys(key, arg) : 1
}

/** For an array, one of its elements must be in the list, never the array itself. */
function isIn(args: Json[], compare: Compare): Predicate {
  const isListed = (value: Json) => args.some((arg) => compare(value, arg) === 0)
  return (value) => (Array.isArray(value) ? value.some(isListed) : isListed(value))
}

/** Compared exactly, as Erlang terms, without collation. */
function hasAll(args: Json[]): Predicate {
  if (args.length === 0) return () => false
  const [only] = args
  const whole = args.length === 1 && Array.isArray(only) ? only : undefined
  return (value) => {
    if (!Array.isArray(value)) return false
    const has = args.every((arg) => value.some((element) => isSame(element, arg)))
    return has || (whole !== undefined && isSame(value, whole))
  }
}

function isSame(a: Json, b: Json): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((element, i) => isSame(element, b[i] ?? null))
  }
  if (!isObject(a) || !isObject(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name] ?? null, b[name] ?? null))
  )
}
