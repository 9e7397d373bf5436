import { errorText, invocationText } from '../chaincode/invocation-text.ts'
import type { PeerError } from '../contract/error.ts'

/**
 * Fabric's own text for a proposal that a peer could not simulate, as a client reads it (v2.5.16
 * core/endorser/endorser.go, ProcessProposalSuccessfullyOrError; core/chaincode/chaincode_support.go, Execute). The error
 * itself tells a person more.
 */
export function endorserText(error: PeerError, { txId, channel }: { txId: string; channel: string }): string {
  const text = errorText(error)
  if (text !== undefined) return `error in simulation: transaction returned with failure: ${text}`
  const { name, message } = error.details as { name?: string; message?: string }
  switch (error.code) {
    case 'CHAINCODE_UNKNOWN':
    case 'CHAINCODE_NOT_ON_CHANNEL':
    case 'CHAINCODE_AWAITS_DEFINITION':
      return `make sure the chaincode ${name ?? ''} has been successfully defined on channel ${channel} and try again: chaincode ${name ?? ''} not found`
    case 'PRIVATE_DATA_NOT_DISTRIBUTED':
    case 'KEY_POLICY_MALFORMED':
      return `error in simulation: ${error.parts.what}`
    case 'RESPONSE_MALFORMED':
      return `error in simulation: failed to unmarshal response for transaction ${txId}: ${message ?? ''}`
    default:
      return `error in simulation: failed to execute transaction ${txId}: ${invocationText(error)}`
  }
}
