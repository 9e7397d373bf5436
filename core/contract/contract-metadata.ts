/** The part of a contract's metadata that forms are built from (fabric-contract-api, contract-schema.json). */
export interface ContractMetadata {
  title?: string
  contracts: { name: string; isDefault: boolean; functions: ContractFunction[] }[]
  /** Schemas that `$ref: '#/components/schemas/X'` points to. */
  schemas: Record<string, JsonSchema>
  /** What its author wrote to describe it and nobody reads, for a person. */
  unread?: string
}

export interface ContractFunction {
  name: string
  parameters: { name: string; schema: JsonSchema; description?: string }[]
  /** `evaluate` if the author marked it so. */
  intent?: 'submit' | 'evaluate'
  returns?: JsonSchema
}

export type JsonSchema = { [keyword: string]: unknown }
