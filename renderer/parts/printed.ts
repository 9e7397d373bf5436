import type { Printed } from '../../core/contract/cause.ts'
import type { PeerErrorData } from '../../core/contract/error.ts'

/** What was printed until this error, where it is about a tool or a process. */
export function printedOf({ details }: Pick<PeerErrorData, 'details'>): Printed | undefined {
  const { output, causeAt, cause } = details as Partial<Printed>
  return Array.isArray(output) ? { output, causeAt, cause } : undefined
}
