import type { CallRequest, CallResult, Hint } from '../contract/call.ts'
import type { ContractMetadata } from '../contract/contract-metadata.ts'
import { GET_METADATA } from '../endorser/contract-metadata.ts'
import { isUnknownFunction, nearestFunction } from '../endorser/nearest-function.ts'
import { replacedEvent } from '../platforms/events-set.ts'
import { goMetadataFile } from '../platforms/golang/metadata-file.ts'
import type { Project } from '../project/project.ts'

/** What advice about a call is taken from, beside its result. */
export interface AdviceParts {
  contract(name: string, signal?: AbortSignal): Promise<ContractMetadata | undefined>
  /** Undefined for a system chaincode. */
  project(name: string): Project | undefined
}

/** The result with hints that take more than the call itself: the contract's metadata, or its source. */
export async function withAdvice(
  request: CallRequest,
  result: CallResult,
  parts: AdviceParts,
  signal?: AbortSignal,
): Promise<CallResult> {
  const found = await advice(request, result, parts, signal)
  return found.length === 0 ? result : { ...result, hints: [...result.hints, ...found] }
}

async function advice(
  request: CallRequest,
  result: CallResult,
  { contract, project }: AdviceParts,
  signal?: AbortSignal,
): Promise<Hint[]> {
  if (isUnknownFunction(result)) {
    // A contract that doesn't describe itself names none.
    const metadata = await contract(request.chaincode, signal).catch(() => undefined)
    const nearest = metadata && nearestFunction(metadata, request.function)
    if (nearest === undefined) return []
    return [
      { name: 'nearest-function', words: `It has no function ${request.function}. The nearest one is ${nearest}.` },
    ]
  }
  const source = project(request.chaincode)
  if (source === undefined) return []
  if (result.events.length > 0) {
    const replaced = await replacedEvent(source, request.function)
    if (replaced === undefined) return []
    const { file, first, last } = replaced
    const where =
      first === last ? `in a loop, in ${file}:${first}` : `in ${file}:${first}, and again in ${file}:${last}`
    const words = `${request.function} sets an event ${where}. A transaction has one event: the last one set replaces those before it. Put all of it into one payload.`
    return [{ name: 'event-replaced', words }]
  }
  if (request.function !== GET_METADATA) return []
  const file = await goMetadataFile(source)
  return file === undefined ? [] : [{ name: 'metadata-unread', words: unreadWords(file) }]
}

export function unreadWords(file: string): string {
  return `${file} has no effect: Go's contract API looks for it beside the program, and a peer builds the program elsewhere and takes it alone. Say it in the source: the contract's Info, GetEvaluateTransactions, and struct tags.`
}
