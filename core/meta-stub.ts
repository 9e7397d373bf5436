import type { ContractMetadata } from './contract/api.ts'
export const parseContractMetadata = (_text: string): ContractMetadata | undefined => undefined
