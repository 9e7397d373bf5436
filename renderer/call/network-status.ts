import type { Status } from '../parts/status.ts'
import type { CallThere } from './network-desk.svelte.ts'

/** How a call on a network ended, as its card says it. */
export function networkStatus(outcome: CallThere['outcome']): Status {
  if (outcome.state === 'running') return { tone: 'info', word: 'running' }
  if (outcome.state === 'failed') {
    const { code } = outcome.error
    return { tone: code === 'ABORTED' ? 'plain' : 'fail', word: code === 'ABORTED' ? 'cancelled' : code }
  }
  const { status, validationCode } = outcome.result
  if (status >= 400) return { tone: 'fail', word: String(status) }
  if (validationCode === undefined) return { tone: 'ready', word: String(status) }
  return validationCode === 'VALID'
    ? { tone: 'ready', word: `VALID · ${status}` }
    : { tone: 'wait', word: validationCode }
}
