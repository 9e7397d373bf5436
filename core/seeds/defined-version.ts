import type { WorldState } from '../ledger/world-state.ts'
import { definitionKey } from '../privdata/definition-keys.ts'
import { ChaincodeEndorsementInfo, StateData } from '../protos/lifecycle.ts'

/** The version of a chaincode's definition; undefined: the channel has no chaincode of that name. Throws LEDGER_READ. */
export function definedVersion(state: Pick<WorldState, 'get'>, chaincode: string): string | undefined {
  const { namespace, key } = definitionKey(chaincode, 'EndorsementInfo')
  const bytes = state.get(namespace, key)?.value
  if (bytes === undefined) return undefined
  const info = StateData.deserializeBinary(bytes).getBytes_asU8()
  return ChaincodeEndorsementInfo.deserializeBinary(info).getVersion()
}
