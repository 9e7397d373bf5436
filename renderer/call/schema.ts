import type { Node } from 'jsonc-parser'
import type { JsonSchema } from '../../core/contract/contract-metadata.ts'
import { written } from '../parts/json.ts'

/** The kind of field for a parameter. */
export type FieldKind = 'string' | 'integer' | 'number' | 'boolean' | 'choice' | 'json'

type Schemas = Record<string, JsonSchema>

const REF = '#/components/schemas/'
const DEEPEST = 6

/**
 * The schema that a `$ref` points to, or the schema itself. Go's contract API refers to `#/components/schemas/Asset` in
 * parameters, and to plain `Asset` inside of other schemas (metadata/schema.go).
 */
export function resolve(schema: JsonSchema, schemas: Schemas): JsonSchema {
  let resolved = schema
  for (let hops = 0; hops < DEEPEST; hops += 1) {
    const ref = resolved['$ref']
    if (typeof ref !== 'string') return resolved
    resolved = schemas[ref.startsWith(REF) ? ref.slice(REF.length) : ref] ?? {}
  }
  return resolved
}

export function fieldKind(schema: JsonSchema, schemas: Schemas): FieldKind {
  const resolved = resolve(schema, schemas)
  const { type, enum: choices } = resolved
  if (Array.isArray(choices)) return 'choice'
  if (type === 'string' || type === 'integer' || type === 'number' || type === 'boolean') return type
  return type === undefined && !isComposite(resolved) ? 'string' : 'json'
}

/** Whether a schema without a type describes an object or array. Go's contract API writes no type for a struct. */
function isComposite(schema: JsonSchema): boolean {
  return ['properties', 'additionalProperties', 'required', 'items'].some((keyword) => keyword in schema)
}

/** The values of a choice, as text. */
export function choices(schema: JsonSchema, schemas: Schemas): string[] {
  const values = resolve(schema, schemas)['enum']
  return Array.isArray(values) ? values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))) : []
}

/** The type in a word: `string`, `Asset`, `Asset[]`. */
export function typeName(schema: JsonSchema): string {
  const ref = schema['$ref']
  if (typeof ref === 'string') return ref.slice(ref.lastIndexOf('/') + 1)
  const { type, items, format } = schema
  if (type === 'array') return `${isSchema(items) ? typeName(items) : 'any'}[]`
  if (typeof format === 'string' && type !== 'integer') return `${String(type)} (${format})`
  return typeof type === 'string' ? type : 'any'
}

/** A first value of the right shape, as text. */
export function firstText(schema: JsonSchema, schemas: Schemas): string {
  const kind = fieldKind(schema, schemas)
  if (kind === 'boolean') return 'false'
  if (kind === 'choice') return choices(schema, schemas)[0] ?? ''
  return kind === 'json' ? JSON.stringify(example(schema, schemas, 0), undefined, 2) : ''
}

function example(schema: JsonSchema, schemas: Schemas, depth: number): unknown {
  const { type, properties, items, enum: allowed } = resolve(schema, schemas)
  if (Array.isArray(allowed)) return allowed[0]
  if (type === 'array') return isSchema(items) && depth < 2 ? [example(items, schemas, depth + 1)] : []
  if (type === 'integer' || type === 'number') return 0
  if (type === 'boolean') return false
  if (type === 'string') return ''
  if (!isSchema(properties) || depth > DEEPEST) return {}
  return Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [
      name,
      isSchema(inner) ? example(inner, schemas, depth + 1) : null,
    ]),
  )
}

/** A value in a JSON text, which is looked at where it stands: a number there may be longer than a double holds. */
export interface JsonValue {
  text: string
  node: Node
}

/** Why a value doesn't match its schema; undefined if it does. */
export function misfit(value: JsonValue, schema: JsonSchema, schemas: Schemas, path = ''): string | undefined {
  const resolved = resolve(schema, schemas)
  const { type, items, enum: allowed } = resolved
  const where = path === '' ? '' : `${path}: `
  if (Array.isArray(allowed) && !allowed.includes(value.node.value))
    return `${where}must be one of ${allowed.join(', ')}`
  if (typeof type === 'string' && !isOfType(value, type)) return `${where}must be ${article(type)}`
  if (value.node.type === 'array' && isSchema(items)) {
    const elements = value.node.children ?? []
    return firstOf(elements.map((node, index) => misfit({ ...value, node }, items, schemas, `${path}[${index}]`)))
  }
  return value.node.type === 'object' ? objectMisfit(value, resolved, schemas, path) : undefined
}

function objectMisfit(
  { text, node }: JsonValue,
  { properties, required, additionalProperties }: JsonSchema,
  schemas: Schemas,
  path: string,
): string | undefined {
  const where = path === '' ? '' : `${path}: `
  const fields = new Map(
    (node.children ?? []).map(({ children: [name, value] = [] }) => [String(name?.value), value] as const),
  )
  const names = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []
  const missing = names.find((name) => !fields.has(name))
  if (missing !== undefined) return `${where}${missing} is missing`
  const known = isSchema(properties) ? properties : {}
  return firstOf(
    [...fields].map(([name, value]) => {
      const inner = known[name] ?? additionalProperties
      if (inner === false) return `${where}${name} isn’t one of its properties`
      if (!isSchema(inner) || value === undefined) return undefined
      return misfit({ text, node: value }, inner, schemas, path === '' ? name : `${path}.${name}`)
    }),
  )
}

function isOfType({ text, node }: JsonValue, type: string): boolean {
  if (type === 'integer') return node.type === 'number' && isWhole(written(text, node))
  return node.type === type
}

/** 1e2 and 1.0 are whole numbers too (JSON Schema, "integer"). */
function isWhole(number: string): boolean {
  return /^-?\d+$/.test(number) || Number.isInteger(Number(number))
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}

function firstOf(problems: (string | undefined)[]): string | undefined {
  return problems.find((problem) => problem !== undefined)
}
