import type { JsonSchema } from '../../core/contract/contract-metadata.ts'
import { jsonProblem } from '../parts/json.ts'
import { fieldKind, misfit } from './schema.ts'

/** Why a text cannot be sent as an argument of this schema; undefined where it can. */
export function fieldProblem(
  text: string,
  schema: JsonSchema,
  schemas: Record<string, JsonSchema>,
): string | undefined {
  const kind = fieldKind(schema, schemas)
  if (kind === 'integer' && !/^[+-]?\d+$/.test(text.trim())) return 'Needs a whole number.'
  if (kind === 'number' && (text.trim() === '' || Number.isNaN(Number(text)))) return 'Needs a number.'
  if (kind !== 'json') return undefined
  const broken = jsonProblem(text)
  if (broken !== undefined) return `Not JSON: ${broken}`
  const unfit = misfit(JSON.parse(text), schema, schemas)
  return unfit === undefined ? undefined : `Does not fit: ${unfit}.`
}

/** Why a text is not a list of arguments; undefined where it is one. */
export function argumentListProblem(text: string): string | undefined {
  const broken = jsonProblem(text)
  if (broken !== undefined) return `Not JSON: ${broken}`
  return Array.isArray(JSON.parse(text)) ? undefined : 'Needs a JSON array, one element for each argument.'
}

/** A list of arguments written as a JSON array; elements that are no strings are passed as their JSON. */
export function argumentList(text: string): string[] {
  const list: unknown = JSON.parse(text)
  return Array.isArray(list) ? list.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))) : []
}
