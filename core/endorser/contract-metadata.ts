import type { ContractFunction, ContractMetadata, JsonSchema } from '../contract/contract-metadata.ts'
import { PeerError } from '../contract/error.ts'

/** The function of the contract API that answers with a description of the contracts. */
export const GET_METADATA = 'org.hyperledger.fabric:GetMetadata'

/** Every contract API adds this contract of its own; it is not the author's. */
const SYSTEM_CONTRACT = 'org.hyperledger.fabric'

/**
 * What the answer to GetMetadata says of the contracts; undefined where the chaincode has nothing to say, e.g. because
 * it does not use the contract API.
 * @throws PeerError CLASS_TRANSFORMER where it would, but for a dependency that breaks it
 */
export function readContractMetadata(
  name: string,
  answer: { status: number; message: string; payload: string },
): ContractMetadata | undefined {
  if (isClassTransformerFault(answer)) throw new PeerError('CLASS_TRANSFORMER', { name })
  return answer.status === 200 ? parseContractMetadata(answer.payload) : undefined
}

/** fabric-contract-api calls classToPlain, which class-transformer 0.4.1 no longer has. */
export function isClassTransformerFault(response: { status: number; message: string }): boolean {
  return response.status >= 500 && response.message.includes('classToPlain is not a function')
}

/**
 * The part of the contract metadata that forms are made of (contract-schema.json of fabric-contract-api; Go and Java
 * write the same). Undefined where the text is not that.
 */
export function parseContractMetadata(text: string): ContractMetadata | undefined {
  const metadata = parseObject(text)
  const contracts = objectOf(metadata?.contracts)
  if (metadata === undefined || contracts === undefined) return undefined
  const title = textOf(objectOf(metadata.info)?.title)
  const found = Object.entries(contracts)
    .map(([key, value]) => ({ key, contract: objectOf(value) ?? {} }))
    .map(({ key, contract }) => ({ name: textOf(contract.name) ?? key, contract }))
    .filter(({ name }) => name !== SYSTEM_CONTRACT)
  const marked = found.some(({ contract }) => contract.default === true)
  return {
    ...(title === undefined || title === '' ? {} : { title }),
    contracts: found.map(({ name, contract }, i) => ({
      name,
      // Where none is marked, the first answers calls without a contract's name.
      isDefault: marked ? contract.default === true : i === 0,
      functions: listOf(contract.transactions).flatMap(functionOf),
    })),
    schemas: schemasOf(objectOf(objectOf(metadata.components)?.schemas) ?? {}),
  }
}

function functionOf(transaction: JsonSchema): ContractFunction[] {
  const name = textOf(transaction.name)
  if (name === undefined) return []
  const intent = intentOf(transaction)
  const returns = returnsOf(transaction.returns)
  return [
    {
      name,
      parameters: listOf(transaction.parameters).map((parameter, i) => {
        const description = textOf(parameter.description)
        return {
          name: textOf(parameter.name) ?? `param${i}`,
          schema: objectOf(parameter.schema) ?? {},
          ...(description === undefined ? {} : { description }),
        }
      }),
      ...(intent === undefined ? {} : { intent }),
      ...(returns === undefined ? {} : { returns }),
    },
  ]
}

/**
 * Node writes SUBMIT and submitTx, or EVALUATE (before 2.2: nothing); Java and Go submit or evaluate. The key is `tag`,
 * but `tags` for a Node contract without decorators, whose functions are all SUBMIT.
 */
function intentOf(transaction: JsonSchema): ContractFunction['intent'] {
  const { tag, tags } = transaction
  const all = [tag, tags].flat().filter((each): each is string => typeof each === 'string')
  const lower = all.map((each) => each.toLowerCase())
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
    // Whatever a chaincode answers that is not JSON is no metadata.
    return undefined
  }
}

function objectOf(value: unknown): JsonSchema | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : undefined
}

function listOf(value: unknown): JsonSchema[] {
  const list: unknown[] = Array.isArray(value) ? value : []
  return list.map(objectOf).filter((each) => each !== undefined)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
