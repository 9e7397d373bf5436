import type { CallRecord } from '../../core/contract/call.ts'
import type { ContractFunction, ContractMetadata } from '../../core/contract/contract-metadata.ts'

/** A function with the name it is called by: alone in the default contract, else `Contract:function`. */
export interface CallableFunction extends ContractFunction {
  callName: string
  contract: string
}

/** The contract that every chaincode of the contract API carries to describe itself. */
const SYSTEM_CONTRACT = 'org.hyperledger.fabric'

/** The functions an author wrote, in the order of the metadata. */
export function callableFunctions(metadata: ContractMetadata): CallableFunction[] {
  return metadata.contracts
    .filter((contract) => contract.name !== SYSTEM_CONTRACT)
    .flatMap((contract) =>
      contract.functions.map((fn) => ({
        ...fn,
        contract: contract.name,
        callName: contract.isDefault ? fn.name : `${contract.name}:${fn.name}`,
      })),
    )
}

/** Functions that were called before and that the metadata does not name, each with its newest call. */
export function learnedFunctions(calls: CallRecord[], known: CallableFunction[]): CallRecord[] {
  const names = new Set(known.flatMap((fn) => [fn.callName, `${fn.contract}:${fn.name}`]))
  const learned = new Map<string, CallRecord>()
  for (const call of calls) {
    const name = call.request.function
    const unknown = call.outcome.state === 'done' && call.outcome.result.status >= 400
    if (!names.has(name) && !learned.has(name) && !unknown) learned.set(name, call)
  }
  return [...learned.values()].sort((a, b) => a.request.function.localeCompare(b.request.function))
}
