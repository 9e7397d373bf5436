import { PeerError, type PeerErrorData } from '../../core/contract/error.ts'

/** Whatever a call threw, as data to show; undefined where it was only stopped, which needs no telling. */
export function failureOf(thrown: unknown): PeerErrorData | undefined {
  const error = PeerError.from(thrown)
  return error.code === 'ABORTED' ? undefined : error.toJSON()
}
