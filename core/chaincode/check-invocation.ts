import { PeerError } from '../contract/error.ts'
import type { TxSimulator } from '../ledger/ledger.ts'
import { definitionKey, legacyDefinitionKey } from '../privdata/definition-keys.ts'

/** What a chaincode's definition says of its invocations. */
export interface Invocable {
  name: string
  version: string
  /** It runs inside the peer and has no definition on a channel. */
  systemChaincode: boolean
  initRequired: boolean
}

/** Key of the version that was initialized, in the chaincode's own namespace (Fabric, InitializedKeyName). */
export const INITIALIZED_KEY = '\u0000\u{10FFFF}initialized'

/**
 * Reads the definition of a chaincode as a peer does before it invokes it, on behalf of a client or of another chaincode
 * (Fabric v2.5.16 core/chaincode/lifecycle/endorsement_info.go, CachedChaincodeInfo): that puts its sequence into the
 * read set, so a call that races with a redefinition is invalidated. Returns whether there is one.
 */
export function readDefinition(name: string, simulator: TxSimulator): boolean {
  const { namespace, key } = definitionKey(name, 'Sequence')
  if (simulator.getState(namespace, key) !== undefined) return true
  const legacy = legacyDefinitionKey(name)
  return simulator.getState(legacy.namespace, legacy.key) !== undefined
}

/**
 * Whether a chaincode may be invoked, by clients and other chaincode alike (Fabric core/chaincode/chaincode_support.go,
 * CheckInvocation): the rules of init-required chaincode. Reading the marker puts it into the read set, as in Fabric: a
 * call that raced with an init is invalidated.
 * @throws PeerError INIT_REQUIRED, INIT_DONE, INIT_NOT_REQUIRED; each quotes Fabric's own text
 */
export function checkInvocation(chaincode: Invocable, isInit: boolean, simulator: TxSimulator): void {
  const { name, version, systemChaincode, initRequired } = chaincode
  if (!systemChaincode) readDefinition(name, simulator)
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
