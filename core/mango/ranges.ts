import { collate } from './collation.ts'
import { joinField, type FieldPath } from './field-path.ts'
import type { Json } from './json.ts'
import type { Condition, Selector } from './selector.ts'

/** One end of a field's range. */
export interface Bound {
  value: Json
  inclusive: boolean
}

export interface Range {
  low: Bound | undefined
  high: Bound | undefined
}

export interface FieldRange {
  field: string
  /** `empty`: no value can be in it. */
  range: Range | 'empty'
}

/**
 * A selector's ranges of the fields that an index could serve, in the order of their names. Only comparisons joined by
 * `$and` count (mango_idx_view.erl, field_ranges). An empty range is returned alone: nothing can match.
 */
export function fieldRanges(selector: Selector): FieldRange[] {
  const paths = new Map(indexablePaths(selector).map((path) => [joinField(path), path]))
  const ranges: FieldRange[] = []
  for (const [field, path] of [...paths].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const range = rangeOf(selector, path, { low: undefined, high: undefined })
    if (range === 'empty') return [{ field, range }]
    ranges.push({ field, range })
  }
  return ranges
}

/** The names of the fields whose conditions can be looked up in an index. */
export function indexableFields(selector: Selector): string[] {
  return indexablePaths(selector).map(joinField)
}

function indexablePaths(selector: Selector): FieldPath[] {
  if (selector.op === '$and') return selector.args.flatMap(indexablePaths)
  return selector.op === 'field' && isIndexable(selector.condition) ? [selector.path] : []
}

function isIndexable({ op }: Condition): boolean {
  return ['$lt', '$lte', '$eq', '$gte', '$gt', '$beginsWith', '$exists'].includes(op)
}

function rangeOf(selector: Selector, path: FieldPath, range: Range | 'empty'): Range | 'empty' {
  if (range === 'empty') return range
  if (selector.op === '$and') {
    return selector.args.reduce<Range | 'empty'>((narrowed, arg) => rangeOf(arg, path, narrowed), range)
  }
  if (selector.op !== 'field' || joinField(selector.path) !== joinField(path)) return range
  const { condition } = selector
  switch (condition.op) {
    case '$lt':
      return below(range, { value: condition.arg, inclusive: false })
    case '$lte':
      return below(range, { value: condition.arg, inclusive: true })
    case '$gt':
      return above(range, { value: condition.arg, inclusive: false })
    case '$gte':
      return above(range, { value: condition.arg, inclusive: true })
    case '$eq':
      return both(range, condition.arg, condition.arg)
    case '$beginsWith':
      // U+FFFF sorts after every other character.
      return both(range, condition.arg, `${condition.arg}\uffff`)
    default:
      return range
  }
}

function both(range: Range, low: Json, high: Json): Range | 'empty' {
  const raised = above(range, { value: low, inclusive: true })
  return raised === 'empty' ? raised : below(raised, { value: high, inclusive: true })
}

function above(range: Range, low: Bound): Range | 'empty' {
  return checked({ ...range, low: range.low === undefined || narrower(low, range.low, 1) ? low : range.low })
}

function below(range: Range, high: Bound): Range | 'empty' {
  return checked({ ...range, high: range.high === undefined || narrower(high, range.high, -1) ? high : range.high })
}

function narrower(bound: Bound, than: Bound, direction: 1 | -1): boolean {
  const order = collate(bound.value, than.value) * direction
  return order > 0 || (order === 0 && !bound.inclusive)
}

function checked(range: Range): Range | 'empty' {
  const { low, high } = range
  if (low === undefined || high === undefined) return range
  const order = collate(low.value, high.value)
  return order > 0 || (order === 0 && !(low.inclusive && high.inclusive)) ? 'empty' : range
}
