import type { CallRecord } from '../../core/contract/call.ts'
import type { Status } from '../parts/status.ts'

const shortCodes: Record<string, string> = {
  MVCC_READ_CONFLICT: 'MVCC',
  PHANTOM_READ_CONFLICT: 'PHANTOM',
  EXECUTE_TIMEOUT: 'timeout',
  ABORTED: 'cancelled',
}

/** The outcome of a call: short in lists, in full on its card. */
export function callStatus(outcome: CallRecord['outcome'], short = false): Status {
  if (outcome.state === 'running') return { tone: 'info', word: 'running' }
  if (outcome.state === 'failed') {
    const { code } = outcome.error
    return { tone: code === 'ABORTED' ? 'plain' : 'fail', word: short ? (shortCodes[code] ?? 'error') : code }
  }
  const { status, validationCode } = outcome.result
  if (status >= 400) return { tone: 'fail', word: String(status) }
  if (validationCode === undefined) return { tone: 'ready', word: String(status) }
  if (validationCode === 'VALID') return { tone: 'ready', word: short ? String(status) : `VALID · ${status}` }
  return { tone: 'wait', word: short ? (shortCodes[validationCode] ?? 'invalid') : validationCode }
}
