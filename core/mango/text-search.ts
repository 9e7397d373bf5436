import { isObject, type Json } from './json.ts'
import type { Condition, Selector } from './selector.ts'

/**
 * Whether CouchDB fails at this selector if any index exists: it searches every value for a text search, but lacks a
 * clause for null or a list inside a list, and for an object of several fields (mango_idx_view.erl, is_text_search;
 * measured on 3.4.3, the same in 3.5).
 */
export function failsAtTextSearch(selector: Selector): boolean {
  switch (selector.op) {
    case '$and':
    case '$or':
      return selector.args.some(failsAtTextSearch)
    case 'field':
      return conditionFails(selector.condition)
    default:
      return false
  }
}

function conditionFails(condition: Condition): boolean {
  if (condition.op === '$not') return conditionFails(condition.arg)
  if (condition.op === '$elemMatch' || condition.op === '$allMatch' || condition.op === '$keyMapMatch') {
    return failsAtTextSearch(condition.arg)
  }
  return argumentFails(condition.arg as Json)
}

function argumentFails(arg: Json): boolean {
  if (Array.isArray(arg))
    return arg.some((element) => element === null || Array.isArray(element) || argumentFails(element))
  if (!isObject(arg)) return false
  const [first = true, ...more] = Object.values(arg)
  return more.length > 0 || argumentFails(first)
}
