import { withoutUndefined } from '../contract/without-undefined.ts'
import { exactFromJson, exactToText, type Exact } from './exact.ts'
import type { CallStep, Expectation, Place, Scenario } from './scenario.ts'

/** What earlier steps saved. */
export type Variables = ReadonlyMap<string, Exact>

/** `${name}`; `$${name}` stands for the text itself. */
const REFERENCE = /(\$?)\$\{([^{}]*)\}/g
const WHOLE = /^\$\{([^{}]*)\}$/

/** A value with the variables in it: a text that is nothing but one becomes what was saved, number or object. */
export function substituted(value: Exact, variables: Variables): Exact {
  if (typeof value === 'string') {
    const whole = WHOLE.exec(value)?.[1]
    if (whole !== undefined) return variables.get(whole) ?? value
    return textWith(value, variables)
  }
  if (Array.isArray(value)) return value.map((part) => substituted(part, variables))
  if (value instanceof Map) {
    return new Map([...value].map(([key, part]) => [textWith(key, variables), substituted(part, variables)]))
  }
  return value
}

/** A text with the variables in it. */
export function textWith(text: string, variables: Variables): string {
  return text.replace(REFERENCE, (reference, escape: string, name: string) => {
    if (escape !== '') return reference.slice(1)
    const saved = variables.get(name)
    return saved === undefined ? reference : exactToText(saved)
  })
}

/** What is expected, with the variables in it. */
export function withVariables(expect: Expectation, variables: Variables): Expectation {
  const { payload, error, event, writes, reads, printed } = expect
  const filled = (value: Exact | undefined) => (value === undefined ? undefined : substituted(value, variables))
  return withoutUndefined({
    ...expect,
    payload: filled(payload),
    error: filled(error),
    event: filled(event),
    writes: filled(writes) as Expectation['writes'],
    reads: reads?.map((key) => textWith(key, variables)),
    printed: printed?.map((text) => substituted(text, variables)),
  })
}

/** Variables that are used before any step has saved them, in order. */
export function undefinedVariables({ steps }: Scenario): ({ name: string; known: string[] } & Place)[] {
  const known = new Set<string>()
  const missing: ({ name: string; known: string[] } & Place)[] = []
  for (const step of steps) {
    const calls = step.kind === 'together' ? step.calls : [step]
    // Those of one block are endorsed before any of them is answered.
    for (const call of calls) {
      for (const name of namesIn(call)) {
        if (!known.has(name)) missing.push({ name, known: [...known], line: call.line, column: call.column })
      }
    }
    for (const call of calls) for (const name of Object.keys(call.save)) known.add(name)
  }
  return missing
}

function namesIn({ function: name, args, as, transient, expect }: CallStep): Set<string> {
  const expected = Object.values(expect) as (Exact | undefined)[]
  const values: (Exact | undefined)[] = [name, ...args, as, transient, ...expected]
  return new Set(values.flatMap((value) => referencesIn(value ?? null)))
}

function referencesIn(value: Exact): string[] {
  if (typeof value === 'string') {
    return [...value.matchAll(REFERENCE)].flatMap(([, escape, name = '']) => (escape === '' ? [name] : []))
  }
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (value instanceof Map) return [...value].flatMap(([key, part]) => [...referencesIn(key), ...referencesIn(part)])
  return []
}

/**
 * A part of an answer, by its path: `payload.items[0].id`. A text that is JSON is looked into.
 * Undefined if there is no such part.
 */
export function partAt(answer: ReadonlyMap<string, Exact>, path: string): Exact | undefined {
  const [first = '', ...rest] = path.split(/[.[\]]+/).filter((part) => part !== '')
  let value = answer.get(first)
  for (const part of rest) {
    if (typeof value === 'string') value = exactFromJson(value)
    if (Array.isArray(value)) value = /^\d+$/.test(part) ? value[Number(part)] : undefined
    else value = value instanceof Map ? value.get(part) : undefined
    if (value === undefined) return undefined
  }
  return value
}
