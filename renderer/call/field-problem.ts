import type { JsonSchema } from '../../core/contract/contract-metadata.ts'
import { jsonProblem, jsonTree, written } from '../parts/json.ts'
import { fieldKind, misfit } from './schema.ts'

/** Why a text can't be sent as an argument of this schema; undefined if it can. */
export function fieldProblem(
  text: string,
  schema: JsonSchema,
  schemas: Record<string, JsonSchema>,
): string | undefined {
  const kind = fieldKind(schema, schemas)
  if (kind === 'integer' && !/^[+-]?\d+$/.test(text.trim())) return 'Enter a whole number.'
  if (kind === 'number' && (text.trim() === '' || Number.isNaN(Number(text)))) return 'Enter a number.'
  if (kind !== 'json') return undefined
  const broken = jsonProblem(text)
  if (broken !== undefined) return `Not valid JSON: ${broken}`
  const tree = jsonTree(text)
  const mismatch = tree === undefined ? undefined : misfit({ text, node: tree }, schema, schemas)
  return mismatch === undefined ? undefined : `Doesn’t match the schema: ${mismatch}.`
}

/** Why a text isn't a list of arguments; undefined if it is. */
export function argumentListProblem(text: string): string | undefined {
  const broken = jsonProblem(text)
  if (broken !== undefined) return `Not valid JSON: ${broken}`
  return text.trimStart().startsWith('[') ? undefined : 'Enter a JSON array with one element per argument.'
}

/** The arguments in a JSON array. Elements that aren't strings are passed as they are written. */
export function argumentList(text: string): string[] {
  const elements = jsonTree(text)?.children ?? []
  return elements.map((element) => (element.type === 'string' ? String(element.value) : written(text, element)))
}
