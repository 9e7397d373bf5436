import type { PeerErrorData } from '../../core/contract/error.ts'
import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'

/** The version in the error, if a process registered with this chaincode's name but another version. */
export function otherVersion(error: PeerErrorData, chaincode: ChaincodeState): string | undefined {
  if (error.code !== 'REGISTER_UNKNOWN_NAME' || chaincode.registration.state === 'ready') return undefined
  const name = error.details['name']
  if (typeof name !== 'string' || !name.startsWith(`${chaincode.name}:`)) return undefined
  const version = name.slice(chaincode.name.length + 1)
  return version === '' || version === chaincode.version ? undefined : version
}
