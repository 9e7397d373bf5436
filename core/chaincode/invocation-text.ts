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

/**
 * The text of the ERROR that Fabric takes for the chaincode's own; undefined where the error is none of that kind. Of a
 * message that is too large its handler makes one itself (handler.go, serialSendAsync).
 */
export function errorText(error: PeerError): string | undefined {
  const details = error.details as Record<string, string | number | undefined>
  if (error.code === 'TRANSACTION_FAILED') return String(details['message'])
  if (error.code !== 'MESSAGE_TOO_LARGE') return undefined
  const sizes = `(${String(details['bytes'])} vs. ${String(details['limit'])})`
  return `error sending TRANSACTION: rpc error: code = ResourceExhausted desc = trying to send message larger than max ${sizes}`
}

function nameIn({ details }: PeerError): string {
  const { canonicalName = '' } = details as { canonicalName?: string }
  return canonicalName
}
