import { PeerError } from '../contract/error.ts'
import type { TxSimulator } from '../ledger/ledger.ts'

/** What a chaincode's definition says about Init. */
export interface InitRule {
  name: string
  version: string
  initRequired: boolean
}

/** Key of the version that was initialized, in the chaincode's own namespace (Fabric, InitializedKeyName). */
export const INITIALIZED_KEY = '\u0000\u{10FFFF}initialized'

/**
 * The rules of init-required chaincode (Fabric, core/chaincode/chaincode_support.go, CheckInvocation), for calls of
 * clients and of other chaincode alike. Reading the marker puts it into the read set, as in Fabric: a call that raced
 * with an init is invalidated.
 * @throws PeerError INIT_REQUIRED, INIT_DONE, INIT_NOT_REQUIRED; each quotes Fabric's own text
 */
export function checkInit(rule: InitRule, isInit: boolean, simulator: TxSimulator): void {
  const { name, version, initRequired } = rule
  if (!initRequired) {
    if (isInit) throw new PeerError('INIT_NOT_REQUIRED', { name })
    return
  }
  const marker = simulator.getState(name, INITIALIZED_KEY)
  const done = marker !== undefined && Buffer.from(marker).toString('utf8') === version
  if (isInit && done) throw new PeerError('INIT_DONE', { name })
  if (!isInit && !done) throw new PeerError('INIT_REQUIRED', { name })
  if (isInit) simulator.setState(name, INITIALIZED_KEY, Buffer.from(version))
}
