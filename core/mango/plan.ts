import { BEYOND, type KeyPart } from './collation.ts'
import { joinField } from './field-path.ts'
import type { FindRequest } from './find-request.ts'
import type { IndexDefinition } from './index-definition.ts'
import { MangoError } from './mango-error.ts'
import { fieldRanges, indexableFields, type FieldRange, type Range } from './ranges.ts'
import type { Selector } from './selector.ts'
import { failsAtTextSearch } from './text-search.ts'

/** How to answer a query: over an index, or over all documents by their ids. */
export type Plan = { warnings: string[]; descending: boolean } & (
  | { by: 'nothing' }
  | { by: 'index'; index: IndexDefinition; from: KeyPart[]; to: KeyPart[] }
  /** Ids from and to, both inclusive, in byte order. */
  | { by: 'documents'; from: string | undefined; to: string | undefined }
)

/**
 * Chooses as CouchDB does (mango_cursor.erl, create; mango_cursor_view.erl, choose_best_index; mango_idx_view.erl).
 * @throws MangoError no_usable_index, invalid_index
 */
export function plan(request: FindRequest, indexes: readonly IndexDefinition[]): Plan {
  const { selector, sort, useIndex } = request
  const { chosen, isNamed } = choose(request, indexes)
  const ranges = fieldRanges(selector)
  const best = chosen.map((index) => ({ index, prefix: prefixOf(index, ranges) })).sort(better(ranges.length))[0]
  const warnings = useIndex.length > 0 && !isNamed ? [notUsed(useIndex)] : []
  const { descending } = sort
  if (isNothing(selector)) return { by: 'nothing', warnings, descending }
  if (best === undefined) {
    warnings.push('No matching index found, create an index to optimize query time.')
    const [range] = prefixOf({ fields: ['_id'] }, ranges)
    if (range === 'empty') return { by: 'nothing', warnings, descending }
    return { by: 'documents', from: textOf(range?.low?.value), to: textOf(range?.high?.value), warnings, descending }
  }
  const keys = keysOf(best.prefix)
  return keys === undefined
    ? { by: 'nothing', warnings, descending }
    : { by: 'index', index: best.index, ...keys, warnings, descending }
}

/** The indexes to choose from, and whether they are those that `use_index` names. */
function choose(
  { selector, sort, useIndex, allowFallback }: FindRequest,
  indexes: readonly IndexDefinition[],
): { chosen: readonly IndexDefinition[]; isNamed: boolean } {
  const named = indexes.filter((index) => names(useIndex, index))
  const candidates = indexes.filter((index) => index.partial === undefined || named.includes(index))
  if (candidates.length > 0 && failsAtTextSearch(selector)) {
    throw new MangoError('unknown_error', 'function_clause', 500)
  }
  const usable = candidates.filter((index) => isUsable(index, selector, sort.fields))
  if (usable.length === 0 && !canScan(selector, sort.fields)) {
    throw new MangoError('no_usable_index', 'No index exists for this sort, try indexing by the sort fields.')
  }
  const usableNamed = usable.filter((index) => named.includes(index))
  if (usableNamed.length > 0) return { chosen: usableNamed, isNamed: true }
  // Without allow_fallback, another index will do only if `use_index` names none.
  const mayFallBack = allowFallback || (useIndex.length === 0 && usable.length > 0)
  if (!mayFallBack) throw notSuitable(useIndex)
  return { chosen: usable, isNamed: false }
}

/** At the top level an empty $and or $or finds nothing, although it would match (mango_cursor.erl, maybe_noop_range). */
function isNothing(selector: Selector): boolean {
  return (selector.op === '$and' || selector.op === '$or') && selector.args.length === 0
}

function names([ddoc, name]: readonly string[], index: IndexDefinition): boolean {
  return ddoc !== undefined && index.ddoc === withoutPrefix(ddoc) && (name === undefined || index.name === name)
}

function isUsable(index: IndexDefinition, selector: Selector, sort: readonly string[]): boolean {
  const needed = index.fields.filter((field) => !sort.includes(field) && field !== '_id' && field !== '_rev')
  return unmet(selector, needed).length === 0 && servesSort(index.fields, sort, selector)
}

/** Those of these fields that a matching document might lack (mango_selector.erl, has_required_fields). */
function unmet(selector: Selector, fields: readonly string[]): string[] {
  switch (selector.op) {
    case '$and':
      return selector.args.reduce<string[]>((left, arg) => unmet(arg, left), [...fields])
    case '$or':
      return [...new Set(selector.args.flatMap((arg) => unmet(arg, fields)))]
    case 'field': {
      if (selector.condition.op === '$exists' && !selector.condition.arg) return [...fields]
      const present = joinField(selector.path)
      return fields.filter((field) => field !== present)
    }
    default:
      return [...fields]
  }
}

/** Whether the sort is a prefix of the index, after fields that the selector holds constant (can_use_sort). */
function servesSort(columns: readonly string[], sort: readonly string[], selector: Selector): boolean {
  if (sort.length === 0) return true
  const [column, ...rest] = columns
  if (column === undefined) return false
  if (column === sort[0]) return sort.every((field, i) => field === columns[i])
  return isConstant(selector, column) && servesSort(rest, sort, selector)
}

function isConstant(selector: Selector, field: string): boolean {
  if (selector.op === '$and') return selector.args.some((arg) => isConstant(arg, field))
  return selector.op === 'field' && joinField(selector.path) === field && selector.condition.op === '$eq'
}

/** Whether a scan of all documents gives this order (mango_idx_special.erl, is_usable). */
function canScan(selector: Selector, sort: readonly string[]): boolean {
  return sort.length === 0 || (sort.length === 1 && sort[0] === '_id' && indexableFields(selector).includes('_id'))
}

/** The selector's ranges of an index's first fields, up to the first field without one. */
function prefixOf(index: Pick<IndexDefinition, 'fields'>, ranges: readonly FieldRange[]): (Range | 'empty')[] {
  const prefix: (Range | 'empty')[] = []
  for (const column of index.fields) {
    const fieldRange = ranges.find(({ field }) => field === column)
    if (fieldRange === undefined) break
    prefix.push(fieldRange.range)
  }
  return prefix
}

interface Candidate {
  index: IndexDefinition
  prefix: (Range | 'empty')[]
}

/** Prefers the index that covers most of the selector, then the one with the fewest fields, then by name. */
function better(fields: number): (a: Candidate, b: Candidate) => number {
  return (a, b) =>
    fields - a.prefix.length - (fields - b.prefix.length) ||
    a.index.fields.length - b.index.fields.length ||
    byBytes(a.index.ddoc, b.index.ddoc) ||
    byBytes(a.index.name, b.index.name)
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** undefined: the range is empty. Bounds are inclusive; the selector itself excludes values on an open bound. */
function keysOf(prefix: readonly (Range | 'empty')[]): { from: KeyPart[]; to: KeyPart[] } | undefined {
  const from: KeyPart[] = []
  const to: KeyPart[] = []
  for (const range of prefix) {
    if (range === 'empty') return undefined
    if (range.low === undefined) break
    from.push(range.low.value)
  }
  for (const range of prefix) {
    if (range === 'empty') return undefined
    if (range.high === undefined) break
    to.push(range.high.value)
  }
  return { from, to: [...to, BEYOND] }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function withoutPrefix(ddoc: string): string {
  return ddoc.replace(/^_design\//, '')
}

function notSuitable([ddoc, name]: readonly string[]): MangoError {
  if (ddoc === undefined) {
    return new MangoError('invalid_index', 'You must specify an index with the `use_index` parameter.')
  }
  const which = `_design/${withoutPrefix(ddoc)}${name === undefined ? '' : `, ${name}`}`
  return new MangoError(
    'invalid_index',
    `${which} specified by \`use_index\` could not be found or it is not suitable.`,
  )
}

function notUsed([ddoc = '', name]: readonly string[]): string {
  return name === undefined
    ? `_design/${withoutPrefix(ddoc)} was not used because it does not contain a valid index for this query.`
    : `_design/${withoutPrefix(ddoc)}, ${name} was not used because it is not a valid index for this query.`
}
