/**
 * `node build/results-schema.mjs`: writes build/results.schema.json, the JSON Schema of what the command line prints,
 * from the types in main/cli/terminal/documents.ts; with `--check` it fails where the file isn't what it would write.
 *
 * The type checker itself resolves the types: the generators there are follow the syntax, and stop at
 * `keyof typeof errorTable`, or need a newer Node than we do.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import prettier from 'prettier'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))
const SOURCE = join(root, 'main/cli/terminal/documents.ts')
const FILE = join(root, 'build/results.schema.json')

/** @typedef {Record<string, unknown>} Schema */

/**
 * Definitions by name, as they are met.
 * @type {Map<string, Schema>}
 */
const definitions = new Map()
/**
 * Two types of one name would be one definition.
 * @type {Map<string, ts.Symbol>}
 */
const named = new Map()

const config = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => readFileSync(file, 'utf8'))
const { options } = ts.convertCompilerOptionsFromJson(config.config.compilerOptions, root)
const program = ts.createProgram([SOURCE], { ...options, types: [] })
const checker = program.getTypeChecker()

const text = await prettier.format(JSON.stringify(resultsSchema()), {
  ...(await prettier.resolveConfig(FILE)),
  parser: 'json',
})
if (!process.argv.includes('--check')) writeFileSync(FILE, text)
else if (readFileSync(FILE, 'utf8') !== text) {
  console.error('build/results.schema.json is out of date: run `node build/results-schema.mjs`')
  process.exitCode = 1
}

/** @returns {Schema} */
function resultsSchema() {
  const source = program.getSourceFile(SOURCE)
  const module = source && checker.getSymbolAtLocation(source)
  const commands = module && checker.getExportsOfModule(module).find(({ name }) => name === 'CommandDocuments')
  if (commands === undefined) throw new Error(`${SOURCE} has no CommandDocuments`)
  const perCommand = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(commands)).map((property) => {
    return /** @type {const} */ ([property.name.replaceAll(' ', '-'), schemaOf(checker.getTypeOfSymbol(property))])
  })
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'slipway-results',
    title: 'What the command line of Slipway prints on stdout',
    description:
      'A document of any command of this version. `definitions` has one for each command, by its name: `#/definitions/submit`, `#/definitions/identity-list`. Made from main/cli/terminal/documents.ts.',
    anyOf: perCommand.map(([name]) => ({ $ref: `#/definitions/${name}` })),
    definitions: { ...Object.fromEntries(perCommand), ...Object.fromEntries(definitions) },
  }
}

/**
 * A type as it is in JSON: undefined is absence.
 * @param {ts.Type} type
 * @returns {Schema}
 */
function schemaOf(type) {
  const symbol = type.aliasSymbol ?? (type.getFlags() & ts.TypeFlags.Object ? type.getSymbol() : undefined)
  const isOurs = symbol?.declarations?.some(
    (declaration) =>
      declaration.getSourceFile().fileName.startsWith(root + 'core/contract') ||
      declaration.getSourceFile().fileName === SOURCE,
  )
  const generic = type.aliasTypeArguments ?? (checker.isArrayType(type) ? [type] : undefined)
  if (symbol === undefined || isOurs !== true || generic !== undefined || /^__/.test(symbol.name)) return shapeOf(type)
  const { name } = symbol
  if (named.has(name) && named.get(name) !== symbol) throw new Error(`two types are called ${name}`)
  if (!named.has(name)) {
    named.set(name, symbol)
    // In place before its own parts are looked at, which may name it.
    const definition = {}
    definitions.set(name, definition)
    const description = descriptionOf(symbol)
    Object.assign(definition, description === undefined ? {} : { description }, shapeOf(type))
  }
  return { $ref: `#/definitions/${name}` }
}

/**
 * @param {ts.Type} type
 * @returns {Schema}
 */
function shapeOf(type) {
  const flags = type.getFlags()
  if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) {
    return flags & ts.TypeFlags.NonPrimitive ? { type: 'object' } : {}
  }
  if (type.isUnion()) return unionOf(type)
  if (flags & ts.TypeFlags.Null) return { type: 'null' }
  if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value }
  if (flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === 'true' }
  if (flags & ts.TypeFlags.String) return { type: 'string' }
  if (flags & ts.TypeFlags.Number) return { type: 'number' }
  if (flags & ts.TypeFlags.Boolean) return { type: 'boolean' }
  if (checker.isArrayType(type)) {
    const [items] = checker.getTypeArguments(/** @type {ts.TypeReference} */ (type))
    return { type: 'array', ...(items && { items: schemaOf(items) }) }
  }
  if (flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return objectOf(type)
  throw new Error(`${checker.typeToString(type)} has no form in JSON`)
}

/**
 * @param {ts.UnionType} union
 * @returns {Schema}
 */
function unionOf(union) {
  const types = union.types.filter((type) => !(type.getFlags() & ts.TypeFlags.Undefined))
  const schemas = types.map(schemaOf)
  const constants = schemas.filter((schema) => 'const' in schema).map((schema) => schema['const'])
  const others = schemas.filter((schema) => !('const' in schema))
  // `true | false` is how the checker has boolean.
  const isBoolean = constants.includes(true) && constants.includes(false)
  const literals = isBoolean ? constants.filter((value) => typeof value !== 'boolean') : constants
  const parts = [
    ...(isBoolean ? [{ type: 'boolean' }] : []),
    ...(literals.length === 0 ? [] : [literals.length === 1 ? { const: literals[0] } : { enum: literals.sort() }]),
    ...others,
  ]
  return parts.length === 1 ? /** @type {Schema} */ (parts[0]) : { anyOf: parts }
}

/**
 * @param {ts.Type} type
 * @returns {Schema}
 */
function objectOf(type) {
  /** @type {Record<string, Schema>} */
  const properties = {}
  const required = []
  for (const property of checker.getPropertiesOfType(type)) {
    const of = checker.getTypeOfSymbol(property)
    const description = descriptionOf(property)
    const schema = schemaOf(of)
    // Beside a $ref, draft 7 looks at nothing else.
    properties[property.name] = description === undefined || '$ref' in schema ? schema : { description, ...schema }
    if (!mayBeAbsent(property, of)) required.push(property.name)
  }
  const index = checker.getIndexInfoOfType(type, ts.IndexKind.String)
  return {
    type: 'object',
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: index === undefined ? false : schemaOf(index.type),
  }
}

/**
 * @param {ts.Symbol} property
 * @param {ts.Type} type
 */
function mayBeAbsent(property, type) {
  const isUndefined = (/** @type {ts.Type} */ part) =>
    (part.getFlags() & (ts.TypeFlags.Undefined | ts.TypeFlags.Unknown)) !== 0
  return (
    (property.flags & ts.SymbolFlags.Optional) !== 0 ||
    (type.isUnion() ? type.types.some(isUndefined) : isUndefined(type))
  )
}

/** @param {ts.Symbol} symbol */
function descriptionOf(symbol) {
  const words = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll(/\s+/g, ' ').trim()
  return words === '' ? undefined : words
}
