import type { CallRecord } from '../../core/contract/call.ts'
import type { ContractFunction, ContractMetadata } from '../../core/contract/contract-metadata.ts'

/** A function and the name to call it by: its own in the default contract, else `Contract:function`. */
export interface CallableFunction extends ContractFunction {
  callName: string
  contract: string
}

/** The contract that the contract API adds to every chaincode to describe it. */
const SYSTEM_CONTRACT = 'org.hyperledger.fabric'

/** The author's own functions, in metadata order. */
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

/** Whether the newest of a function's submits that succeeded wrote nothing. */
export function wroteNothing(calls: readonly CallRecord[], name: string): boolean {
  for (const { kind, request, outcome } of calls) {
    if (kind !== 'submit' || request.function !== name || outcome.state !== 'done') continue
    if (outcome.result.status < 400) return outcome.result.hints.some((hint) => hint.name === 'wrote-nothing')
  }
  return false
}

/** The newest call of each function that was called but isn't in the metadata. */
export function learnedFunctions(calls: CallRecord[], known: CallableFunction[]): CallRecord[] {
  const names = new Set(known.flatMap((fn) => [fn.callName, `${fn.contract}:${fn.name}`]))
  const learned = new Map<string, CallRecord>()
  for (const call of calls) {
    const name = call.request.function
    const failed = call.outcome.state === 'done' && call.outcome.result.status >= 400
    if (!names.has(name) && !learned.has(name) && !failed) learned.set(name, call)
  }
  return [...learned.values()].sort((a, b) => a.request.function.localeCompare(b.request.function))
}
