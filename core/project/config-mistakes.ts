import { Ajv, type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv'
import schema from '../../build/slipway.schema.json' with { type: 'json' }
import { policyFault } from './endorsement-policy.ts'
import { globFault } from './glob.ts'
import { capabilityFault, securityOptFault } from './host-config-demands.ts'
import { nearestWord } from './nearest-word.ts'

/** A value, or a key, that the schema of slipway.yaml doesn't allow. */
export interface ConfigMistake {
  /** Keys and indices from the top of the file. */
  path: string[]
  /** Whether the key is at fault, not its value. */
  atKey: boolean
  /** What follows the path in a sentence: `must be true or false`. */
  message: string
}

/** The schema's own formats: what is wrong with a value, in words that follow its path. */
const formatFault: Record<string, (value: string) => string | undefined> = {
  glob(pattern) {
    const fault = globFault(pattern)
    return fault === undefined ? undefined : `isn't a valid pattern: ${fault}`
  },
  endorsementPolicy: policyFault,
  capability: capabilityFault,
  securityOpt: securityOptFault,
}

/** All mistakes in the content of a slipway.yaml, in no particular order. */
export const findMistakes = mistakeFinder(schema, {
  'under `peer`': schema.properties.peer.properties,
  'at the top level': schema.properties,
})

/**
 * Finds all mistakes of a file's content, in no particular order, by its schema. `places`: where else a key may belong,
 * with the keys of that place.
 */
export function mistakeFinder(
  of: AnySchemaObject,
  places: Record<string, object>,
): (content: unknown) => ConfigMistake[] {
  let compiled: ValidateFunction | undefined
  return (content) => {
    const validate = (compiled ??= validator(of))
    if (validate(content)) return []
    // The known keys of one place are listed once, however many unknown ones are there.
    const listed = new Set<unknown>()
    // What a condition demands is a mistake of its own; that the condition isn't met says nothing more.
    const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if')
    return errors.map((error) => explain(error, places, listed))
  }
}

/**
 * Compiled when the first file is read: that takes as long as opening a ledger, and most folders have none. Our schemas
 * are valid; a test sees to that.
 */
function validator(of: AnySchemaObject): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true, validateSchema: false })
  // Our schemas' own keywords: a pattern, or why no value is right, in words.
  ajv.addVocabulary(['patternError', 'typeError'])
  for (const [name, fault] of Object.entries(formatFault)) ajv.addFormat(name, (value) => fault(value) === undefined)
  return ajv.compile(of)
}

function explain(error: ErrorObject, places: Record<string, object>, listed: Set<unknown>): ConfigMistake {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (error.keyword === 'additionalProperties') {
    const key = String(paramsOf(error)['additionalProperty'])
    const advice = adviceFor(key, error.parentSchema?.['properties'] as object, places, listed)
    return {
      path: [...path, key],
      atKey: true,
      message: `isn't known here${advice === undefined ? '' : `; ${advice}`}`,
    }
  }
  // `not` is how the schema says that the keys of one chaincode don't go with `chaincodes`.
  if (error.keyword === 'not') {
    const message = "can't be used with name, version, language, build… of a single chaincode: move those into the list"
    return { path: ['chaincodes'], atKey: true, message }
  }
  return { path, atKey: error.keyword === 'false schema', message: messageFor(error, path) }
}

function messageFor(error: ErrorObject, path: readonly string[]): string {
  const params = paramsOf(error)
  const limit = String(params['limit'])
  switch (error.keyword) {
    case 'enum':
      return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`
    case 'type':
      return typeof error.parentSchema?.['typeError'] === 'string'
        ? error.parentSchema['typeError']
        : typeMessage(String(params['type']), error)
    case 'format':
      return formatFault[String(params['format'])]?.(String(error.data)) ?? "isn't valid"
    case 'pattern':
      return String(error.parentSchema?.['patternError'] ?? `must match ${String(params['pattern'])}`)
    // Keys of a network that only go with, or without, `peer`.
    case 'false schema':
      return path.at(-1) === 'profile' ? "can't be used with `peer`" : 'needs the key `peer`: a profile has its own'
    case 'required':
      return `needs the key \`${String(params['missingProperty'])}\``
    case 'minLength':
    case 'minItems':
      return 'must not be empty'
    case 'minimum':
      return `must be ${limit} or more`
    case 'maximum':
      return `must be ${limit} or less`
    case 'uniqueItems':
      return 'lists the same item twice'
    default:
      return error.message ?? "isn't valid"
  }
}

function paramsOf(error: ErrorObject): Record<string, unknown> {
  return error.params
}

const TYPES: Record<string, string> = {
  string: 'a string',
  boolean: 'true or false',
  object: 'a list of `key: value` lines',
  array: 'a list, one `- item` to a line',
  integer: 'a whole number',
  'string,array': 'the name of a file, or a list',
  'integer,string': 'a number of bytes, or a size like 512m or 2g',
}

function typeMessage(type: string, { data, parentSchema }: ErrorObject): string {
  const isUnquoted = type === 'string' && (typeof data === 'number' || typeof data === 'boolean')
  if (!isUnquoted) return `must be ${TYPES[type] ?? type}`
  const { pattern = '', patternError } = (parentSchema ?? {}) as { pattern?: string; patternError?: string }
  return patternError === undefined || new RegExp(pattern).test(String(data))
    ? 'must be a string: put it in quotes'
    : patternError
}

/** The key that was meant, the place where this one belongs, or the keys that are known. */
function adviceFor(
  key: string,
  properties: object,
  places: Record<string, object>,
  listed: Set<unknown>,
): string | undefined {
  const knownKeys = Object.keys(properties)
  const near = nearestWord(key, knownKeys)
  if (near !== undefined) return `did you mean \`${near}\`?`
  const [elsewhere] = Object.entries(places).find(([, keys]) => Object.hasOwn(keys, key)) ?? []
  if (elsewhere !== undefined) return `it belongs ${elsewhere}`
  if (listed.has(properties)) return undefined
  listed.add(properties)
  return `known keys are ${knownKeys.join(', ')}`
}
