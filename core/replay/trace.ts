import type { ScenarioDifference } from '../contract/scenario-outcome.ts'
import { partsOf, readsOf, writesOf, type Answer } from '../scenarios/answer.ts'
import { differences } from '../scenarios/compare.ts'
import { exactFromJson, type Exact } from '../scenarios/exact.ts'

/** What an answer consists of: `status`, `payload`, `event`, `reads.KEY`, `writes.KEY` … */
export type Trace = ReadonlyMap<string, Exact>

/** A transaction has another id each time, which says nothing: each is called by its place. */
export type Names = (text: string) => string

/** How many differences of one call are told. */
const MOST = 50

export function traceOf(answer: Answer, chaincode: string, names: Names): Trace {
  if ('error' in answer) return new Map<string, Exact>([['error', answer.error.code]])
  const { result } = answer
  const parts = partsOf(result)
  const trace = new Map<string, Exact>()
  for (const name of ['status', 'message', 'payload', 'event'] as const) {
    const value = parts.get(name)
    if (value !== undefined) trace.set(name, readable(value, names))
  }
  if (result.validationCode !== undefined) trace.set('validationCode', result.validationCode)
  for (const key of readsOf(chaincode, result)) trace.set(`reads.${names(key)}`, 'read')
  for (const [key, value] of writesOf(chaincode, result)) {
    trace.set(`writes.${names(key)}`, value === undefined ? 'deleted' : readable(value, names))
  }
  return trace
}

/** What is otherwise than before; `expected` is what it was then. */
export function changesOf(before: Trace, now: Trace): ScenarioDifference[] {
  const changed = [...before].flatMap(([at, was]) => {
    const is = now.get(at)
    return was === 'absent' ? [] : differences(new Map([['exactly', was]]), is, at)
  })
  const added = [...now].filter(([at]) => !before.has(at)).flatMap(([at, is]) => differences('absent', is, at))
  return [...changed, ...added].slice(0, MOST)
}

/** Texts that are JSON, as JSON, so that they are compared key by key. */
function readable(value: Exact, names: Names): Exact {
  if (typeof value === 'string') {
    const text = names(value)
    return exactFromJson(text) ?? text
  }
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [key, readable(part, names)]))
  return value
}
