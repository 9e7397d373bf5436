import type { PeerError } from '../contract/error.ts'

/**
 * Fabric's own text for an invocation without an answer, as the calling chaincode reads it
 * (core/chaincode/chaincode_support.go, Invoke; handler.go, Execute). The error itself tells a person more.
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
      return `could not launch chaincode ${nameIn(error)}: ${launchText(error)}`
  }
}

/** runtime_launcher.go, Launch; an error that Fabric doesn't know has Slipway's words. */
function launchText(error: PeerError): string {
  const ccid = nameIn(error)
  switch (error.code) {
    case 'NOT_CONNECTED':
    case 'NOT_RUNNING':
      // A peer in dev mode looks for a package of what isn't connected: recorded with v2.5.16, with its default path.
      return `error building chaincode: error building image: failed to get chaincode package for external build: could not get legacy chaincode package '${ccid}': open /var/hyperledger/production/chaincodes/${ccid.replace(':', '.')}: no such file or directory`
    case 'STARTUP_TIMEOUT':
      return `timeout expired while starting chaincode ${ccid} for transaction`
    default:
      return error.message
  }
}

/**
 * The text of an ERROR that Fabric attributes to the chaincode; undefined for other errors. If a message is too large,
 * Fabric's handler makes up such an ERROR (handler.go, serialSendAsync).
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
