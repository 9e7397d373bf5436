import type { CallRecord } from '../../core/contract/call.ts'
import { visible } from '../../core/contract/visible.ts'

const SHOWN = 120

/** What a call was answered, in a line: the payload, the chaincode's message, or what failed. */
export function shortAnswer(outcome: CallRecord['outcome']): string {
  if (outcome.state === 'running') return ''
  if (outcome.state === 'failed') return outcome.error.what
  const { status, message, payload, payloadEncoding } = outcome.result
  if (status >= 400) return visible(message.slice(0, SHOWN))
  if (payload === '') return 'empty response'
  return `${payloadEncoding === 'base64' ? 'base64: ' : ''}${visible(payload.slice(0, SHOWN))}`
}
