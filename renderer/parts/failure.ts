import { PeerError, type PeerErrorData } from '../../core/contract/error.ts'

/** What a call threw, as data to show; undefined if it was only cancelled, or if the window asks about it. */
export function failureOf(thrown: unknown): PeerErrorData | undefined {
  const error = PeerError.from(thrown)
  return error.code === 'ABORTED' || error.code === 'NOT_TRUSTED' ? undefined : error.toJSON()
}
