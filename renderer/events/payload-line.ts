import type { CommittedEvent } from '../../core/contract/blocks.ts'
import { visible } from '../../core/contract/visible.ts'

/** The beginning of an event's payload, for a row. */
export function payloadLine({ payload }: CommittedEvent): string {
  return typeof payload === 'string' ? visible(payload.slice(0, 400)) : `base64: ${payload.base64.slice(0, 200)}`
}
