/** The part of the contract API's metadata that forms are made of (contract-schema.json of fabric-contract-api). */
export interface ContractMetadata {
  title?: string
  contracts: { name: string; isDefault: boolean; functions: ContractFunction[] }[]
  /** Schemas that `$ref: '#/components/schemas/X'` points to. */
  schemas: Record<string, JsonSchema>
}

export interface ContractFunction {
  name: string
  parameters: { name: string; schema: JsonSchema; description?: string }[]
  /** `evaluate` where the author marked it so. */
  intent?: 'submit' | 'evaluate'
  returns?: JsonSchema
}

export type JsonSchema = { [keyword: string]: unknown }
