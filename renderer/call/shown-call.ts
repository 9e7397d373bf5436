import type { CallClient, CallRecord, CallRequest } from '../../core/contract/call.ts'

/** A call as the window shows it: a recorded one, or one of its own that may not be recorded yet. */
export interface ShownCall {
  /** Set once it is known to be recorded. */
  id?: number | undefined
  request: CallRequest
  kind: 'submit' | 'evaluate'
  at: number
  pinned: boolean
  /** Its block was taken back. */
  takenBack?: true
  /** Who called, once known. */
  identity?: string
  /** The application that made it; absent from calls made in Slipway. */
  client?: CallClient | undefined
  /** The build it waits for before it is sent. */
  awaits?: number | undefined
  outcome: CallRecord['outcome']
}

/** What tells it from all others. */
export function keyOfCall({ id, request }: ShownCall): string {
  return request.mark ?? String(id)
}

const MARK_BYTES = 16

/** By which a window knows its own call again. Unlike randomUUID, it needs no secure context. */
export function newMark(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(MARK_BYTES)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}
