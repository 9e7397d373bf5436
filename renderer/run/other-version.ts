import type { PeerErrorData } from '../../core/contract/error.ts'
import type { ChaincodeState } from '../../core/contract/state.ts'

/** The version under which a process registered that has this chaincode's name; undefined where that is not so. */
export function otherVersion(error: PeerErrorData, chaincode: ChaincodeState): string | undefined {
  if (error.code !== 'REGISTER_UNKNOWN_NAME' || chaincode.registration.state === 'ready') return undefined
  const name = error.details['name']
  if (typeof name !== 'string' || !name.startsWith(`${chaincode.name}:`)) return undefined
  const version = name.slice(chaincode.name.length + 1)
  return version === '' || version === chaincode.version ? undefined : version
}
