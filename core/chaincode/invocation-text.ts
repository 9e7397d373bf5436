import type { PeerError } from '../contract/error.ts'

/**
 * What Fabric says of an invocation that did not come to an answer, for the chaincode that asked for it
 * (core/chaincode/chaincode_support.go, Invoke; handler.go, Execute). A person is told more by the error itself.
 */
export function invocationText(error: PeerError): string {
  switch (error.code) {
    case 'INIT_REQUIRED':
    case 'INIT_DONE':
    case 'INIT_NOT_REQUIRED':
      return `invalid invocation: ${error.parts.what}`
    case 'TXID_EXISTS':
      return `error sending: ${error.parts.what}`
    case 'EXECUTE_TIMEOUT':
      return 'error sending: timeout expired while executing transaction'
    case 'CHAINCODE_STOPPED':
    case 'STREAM_MALFORMED':
    case 'STREAM_PROTOCOL':
    case 'STREAM_REPLACED':
    case 'STREAM_TERMINATED':
      return 'error sending: chaincode stream terminated'
    default:
      return `could not launch chaincode ${nameIn(error)}: ${error.message}`
  }
}

function nameIn({ details }: PeerError): string {
  const { canonicalName = '' } = details as { canonicalName?: string }
  return canonicalName
}
