import type { JsonSchema } from '../../core/contract/contract-metadata.ts'

/** The kind of field for a parameter. */
export type FieldKind = 'string' | 'integer' | 'number' | 'boolean' | 'choice' | 'json'

type Schemas = Record<string, JsonSchema>

const REF = '#/components/schemas/'
const DEEPEST = 6

/** The schema that a `$ref` points to, or the schema itself. */
export function resolve(schema: JsonSchema, schemas: Schemas): JsonSchema {
  const ref = schema['$ref']
  if (typeof ref !== 'string' || !ref.startsWith(REF)) return schema
  return schemas[ref.slice(REF.length)] ?? {}
}

export function fieldKind(schema: JsonSchema, schemas: Schemas): FieldKind {
  const { type, enum: choices } = resolve(schema, schemas)
  if (Array.isArray(choices)) return 'choice'
  if (type === 'string' || type === 'integer' || type === 'number' || type === 'boolean') return type
  return type === undefined ? 'string' : 'json'
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

/** Why a value doesn't match its schema; undefined if it does. */
export function misfit(value: unknown, schema: JsonSchema, schemas: Schemas, path = ''): string | undefined {
  const { type, properties, required, items, enum: allowed } = resolve(schema, schemas)
  const where = path === '' ? '' : `${path}: `
  if (Array.isArray(allowed) && !allowed.includes(value)) return `${where}must be one of ${allowed.join(', ')}`
  if (typeof type === 'string' && !isOfType(value, type)) return `${where}must be ${article(type)}`
  if (Array.isArray(value) && isSchema(items)) {
    return firstOf((value as unknown[]).map((item, index) => misfit(item, items, schemas, `${path}[${index}]`)))
  }
  if (!isSchema(value)) return undefined
  const object = value
  const missing = Array.isArray(required)
    ? required.find((name): name is string => typeof name === 'string' && !(name in object))
    : undefined
  if (missing !== undefined) return `${where}${missing} is missing`
  if (!isSchema(properties)) return undefined
  return firstOf(
    Object.entries(properties).map(([name, inner]) =>
      name in object && isSchema(inner)
        ? misfit(object[name], inner, schemas, path === '' ? name : `${path}.${name}`)
        : undefined,
    ),
  )
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isSchema(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'null') return value === null
  return typeof value === type
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
