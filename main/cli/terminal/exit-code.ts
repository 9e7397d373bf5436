import type { CallResult } from '../../../core/contract/call.ts'
import type { ErrorCode } from '../../../core/contract/error.ts'
import { browserErrors } from '../../../core/contract/errors/browser.ts'
import { callErrors } from '../../../core/contract/errors/call.ts'
import { configErrors } from '../../../core/contract/errors/config.ts'
import { exportErrors } from '../../../core/contract/errors/export.ts'
import { folderErrors } from '../../../core/contract/errors/folder.ts'
import { identityErrors } from '../../../core/contract/errors/identity.ts'
import { seedErrors } from '../../../core/contract/errors/seed.ts'
import { undoErrors } from '../../../core/contract/errors/undo.ts'
import { networkErrors } from '../../../core/contract/errors/network.ts'
import { scenarioErrors } from '../../../core/contract/errors/scenario.ts'

/** What the command line's exit codes mean; scripts rely on them. */
export const exitCode = {
  good: 0,
  /** The chaincode answered with an error. */
  chaincodeError: 1,
  /** Usage or config: the command can't be carried out as given. */
  usage: 2,
  /** Launch or build failed, or the peer itself failed. */
  launch: 3,
  /** The transaction was invalidated, or its peers came to different results. */
  invalidated: 4,
  /** No answer in time. */
  timeout: 5,
} as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

const usageErrors = {
  ...folderErrors,
  ...configErrors,
  ...browserErrors,
  ...callErrors,
  ...identityErrors,
  ...exportErrors,
  ...networkErrors,
  ...scenarioErrors,
  ...undoErrors,
  ...seedErrors,
}

export function exitCodeOfError(code: ErrorCode): ExitCode {
  switch (code) {
    case 'EXECUTE_TIMEOUT':
    case 'NETWORK_TIMEOUT':
    case 'NETWORK_COMMIT_UNKNOWN':
      return exitCode.timeout
    case 'TRANSACTION_FAILED':
    case 'RESPONSE_MALFORMED':
    case 'ENDORSEMENT_FAILED':
      return exitCode.chaincodeError
    case 'RESULTS_DIFFER':
      return exitCode.invalidated
    case 'IDENTITY_WRITE':
    case 'REWIND_STOPPED':
    case 'STATE_FILE_WRITE':
    case 'EXPORT_WRITE':
    case 'DISCONNECTED':
    case 'NO_PEER':
    case 'NETWORK_UNREACHABLE':
      return exitCode.launch
    default:
      return code in usageErrors ? exitCode.usage : exitCode.launch
  }
}

export function exitCodeOfResult(result: Pick<CallResult, 'status' | 'validationCode'>): ExitCode {
  // From 400 Fabric endorses nothing (core/endorser/endorser.go, shim.ERRORTHRESHOLD).
  if (result.status >= 400) return exitCode.chaincodeError
  const valid = result.validationCode === undefined || result.validationCode === 'VALID'
  return valid ? exitCode.good : exitCode.invalidated
}
