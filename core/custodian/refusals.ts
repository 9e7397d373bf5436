import { canonicalName, type CCContext } from '../ccprovider/cc-context.ts'
import { PeerError } from '../contract/error.ts'

export function notRunning(cc: CCContext): PeerError {
  return new PeerError('NOT_RUNNING', { canonicalName: canonicalName(cc) })
}
