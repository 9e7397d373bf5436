import type { ContractFunction, ContractMetadata, JsonSchema } from '../contract/contract-metadata.ts'
import { PeerError } from '../contract/error.ts'

/** The function of the contract API that answers with a description of the contracts. */
export const GET_METADATA = 'org.hyperledger.fabric:GetMetadata'

/** A contract that every contract API adds to the author's. */
const SYSTEM_CONTRACT = 'org.hyperledger.fabric'

/**
 * The contracts, read from the answer to GetMetadata; undefined if it describes none, e.g. because the chaincode does
 * not use the contract API.
 * @throws PeerError CLASS_TRANSFORMER if a dependency breaks GetMetadata
 */
export function readContractMetadata(
  name: string,
  answer: { status: number; message: string; payload: string },
): ContractMetadata | undefined {
  if (isClassTransformerFault(answer)) throw new PeerError('CLASS_TRANSFORMER', { name })
  return answer.status === 200 ? parseContractMetadata(answer.payload) : undefined
}

/** fabric-contract-api calls classToPlain, which class-transformer dropped in 0.4.1. */
export function isClassTransformerFault(response: { status: number; message: string }): boolean {
  return response.status >= 500 && response.message.includes('classToPlain is not a function')
}

/**
 * The part of the contract metadata that forms are built from (contract-schema.json of fabric-contract-api; Go and Java
 * write the same). Undefined if the text is anything else.
 */
export function parseContractMetadata(text: string): ContractMetadata | undefined {
  const metadata = parseObject(text)
  const contracts = objectOf(metadata?.contracts)
  if (metadata === undefined || contracts === undefined) return undefined
  const title = textOf(objectOf(metadata.info)?.title)
  const named = Object.entries(contracts)
    .map(([key, value]) => ({ key, contract: objectOf(value) ?? {} }))
    .map(({ key, contract }) => ({ name: textOf(contract.name) ?? key, contract }))
    .filter(({ name }) => name !== SYSTEM_CONTRACT)
  const marked = named.some(({ contract }) => contract.default === true)
  const read: ContractMetadata = {
    contracts: named.map(({ name, contract }, i) => ({
      name,
      // If none is marked as default, the first answers calls without a contract's name.
      isDefault: marked ? contract.default === true : i === 0,
      functions: listOf(contract.transactions).flatMap(functionOf),
    })),
    schemas: schemasOf(objectOf(objectOf(metadata.components)?.schemas) ?? {}),
  }
  if (title !== undefined && title !== '') read.title = title
  return read
}

function functionOf(transaction: JsonSchema): ContractFunction[] {
  const name = textOf(transaction.name)
  if (name === undefined) return []
  const read: ContractFunction = { name, parameters: listOf(transaction.parameters).map(parameterOf) }
  const intent = intentOf(transaction)
  const returns = returnsOf(transaction.returns)
  if (intent !== undefined) read.intent = intent
  if (returns !== undefined) read.returns = returns
  return [read]
}

function parameterOf(parameter: JsonSchema, i: number): ContractFunction['parameters'][number] {
  const name = textOf(parameter.name) ?? `param${i}`
  const schema = objectOf(parameter.schema) ?? {}
  const description = textOf(parameter.description)
  return description === undefined ? { name, schema } : { name, schema, description }
}

/**
 * Node writes SUBMIT and submitTx, or EVALUATE (before 2.2: nothing); Java and Go submit or evaluate. The key is `tag`,
 * but `tags` for a Node contract without decorators, whose functions are all SUBMIT.
 */
function intentOf(transaction: JsonSchema): ContractFunction['intent'] {
  const { tag, tags } = transaction
  const texts = [tag, tags].flat().filter((value): value is string => typeof value === 'string')
  const lower = texts.map((text) => text.toLowerCase())
  if (lower.includes('submit') || lower.includes('submittx')) return 'submit'
  if (lower.includes('evaluate') || lower.includes('evaluatetx')) return 'evaluate'
  return Array.isArray(tag) && tag.length === 0 ? 'evaluate' : undefined
}

/** A schema, a list of `{ name, schema }` (Node), or nothing. */
function returnsOf(returns: unknown): JsonSchema | undefined {
  const first: unknown = Array.isArray(returns) ? returns[0] : returns
  const value = objectOf(first)
  return value === undefined ? undefined : (objectOf(value.schema) ?? value)
}

function schemasOf(schemas: JsonSchema): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, objectOf(schema) ?? {}]))
}

function parseObject(text: string): JsonSchema | undefined {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    // A chaincode may answer anything; without JSON, the answer has no metadata.
    return undefined
  }
}

function objectOf(value: unknown): JsonSchema | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : undefined
}

function listOf(value: unknown): JsonSchema[] {
  const list: unknown[] = Array.isArray(value) ? value : []
  return list.map(objectOf).filter((item) => item !== undefined)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
