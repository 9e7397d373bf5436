import { PeerError, type PeerErrorData } from '../../core/contract/error.ts'

/** What a call threw, as data to show; undefined if the call was only cancelled. */
export function failureOf(thrown: unknown): PeerErrorData | undefined {
  const error = PeerError.from(thrown)
  return error.code === 'ABORTED' ? undefined : error.toJSON()
}
