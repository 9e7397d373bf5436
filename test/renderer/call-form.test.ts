import { describe, expect, test } from 'vitest'
import type { JsonSchema } from '../../core/contract/contract-metadata.ts'
import { argumentList, argumentListProblem, fieldProblem } from '../../renderer/call/field-problem.ts'
import { callableFunctions } from '../../renderer/call/functions.ts'
import { fieldKind, firstText, typeName } from '../../renderer/call/schema.ts'
import { contract } from './preview/contract.ts'

const asset: JsonSchema = { $ref: '#/components/schemas/Asset' }
const { schemas } = contract

describe('the schema of a parameter decides its field', () => {
  test.each([
    [{ type: 'string' }, 'string'],
    [{ type: 'integer', format: 'int32' }, 'integer'],
    [{ type: 'number' }, 'number'],
    [{ type: 'boolean' }, 'boolean'],
    [{ type: 'string', enum: ['car', 'boat'] }, 'choice'],
    [{ type: 'array', items: { type: 'string' } }, 'json'],
    [asset, 'json'],
    [{}, 'string'],
    // A struct of Go's contract API, in a parameter and inside of another schema.
    [{ $ref: '#/components/schemas/GoAsset' }, 'json'],
    [{ $ref: 'GoAsset' }, 'json'],
  ] as const)('%j is a %s field', (schema, kind) => {
    const goAsset = {
      $id: 'GoAsset',
      properties: { id: { type: 'string' } },
      required: ['id'],
      additionalProperties: false,
    }
    expect(fieldKind(schema, { ...schemas, GoAsset: goAsset })).toBe(kind)
  })

  test('its type has the name an author would use', () => {
    expect(typeName(asset)).toBe('Asset')
    expect(typeName({ type: 'array', items: asset })).toBe('Asset[]')
    expect(typeName({ type: 'integer', format: 'int32' })).toBe('integer')
  })

  test('an object starts with every property, and matches its own schema', () => {
    const text = firstText(asset, schemas)
    expect(JSON.parse(text)).toEqual({ ID: '', Color: '', Size: 0, Owner: '', AppraisedValue: 0 })
    expect(fieldProblem(text, asset, schemas)).toBeUndefined()
  })

  test('a schema that refers to itself ends', () => {
    const tree = { Tree: { type: 'object', properties: { left: { $ref: '#/components/schemas/Tree' } } } }
    expect(firstText({ $ref: '#/components/schemas/Tree' }, tree)).toContain('left')
  })
})

describe('invalid values are reported before sending', () => {
  test.each([
    ['1.5', { type: 'integer' }],
    ['', { type: 'integer' }],
    ['', { type: 'number' }],
    ['one', { type: 'number' }],
    ['{', asset],
    ['[]', asset],
    ['{"ID":"a"}', asset],
    ['{"ID":"a","Owner":7}', asset],
    ['[1,"two"]', { type: 'array', items: { type: 'integer' } }],
  ])('%j does not fit %j', (text, schema) => {
    expect(fieldProblem(text, schema, schemas)).toBeDefined()
  })

  test.each([
    ['-12', { type: 'integer' }],
    ['1e3', { type: 'number' }],
    ['', { type: 'string' }],
    ['{"ID":"a","Owner":"Ada"}', asset],
    ['[1,2]', { type: 'array', items: { type: 'integer' } }],
  ])('%j fits %j', (text, schema) => {
    expect(fieldProblem(text, schema, schemas)).toBeUndefined()
  })

  test('a list of arguments is a JSON array; other values than strings are passed as JSON', () => {
    expect(argumentListProblem('{}')).toBeDefined()
    expect(argumentListProblem('["a"')).toBeDefined()
    expect(argumentListProblem('[]')).toBeUndefined()
    expect(argumentList('["a", 1, {"b": [true]}]')).toEqual(['a', '1', '{"b": [true]}'])
    expect(argumentList('[9007199254740993, 1.10, 1e400]')).toEqual(['9007199254740993', '1.10', '1e400'])
  })
})

test('functions are called by name alone only in the default contract; the system contract is left out', () => {
  const other = { name: 'Admin', isDefault: false, functions: [{ name: 'Purge', parameters: [] }] }
  const names = callableFunctions({ ...contract, contracts: [...contract.contracts, other] }).map((fn) => fn.callName)
  expect(names).toContain('TransferAsset')
  expect(names).toContain('Admin:Purge')
  expect(names.some((name) => name.includes('GetMetadata'))).toBe(false)
})
