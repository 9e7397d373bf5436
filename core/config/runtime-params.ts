import { ChaincodeAdditionalParams } from '../protos/shim-requests.ts'

/** `chaincode.runtimeParams` of core.yaml (3.1): what the peer offers shims that support it. */
export interface RuntimeParams {
  /** Whether a shim may send its writes in batches. */
  useWriteBatch: boolean
  /** Most records in one batch; a shim takes at least 100. */
  maxSizeWriteBatch: number
  /** Whether a shim may request many keys at once. */
  useGetMultipleKeys: boolean
  /** Most keys in one such request. */
  maxSizeGetMultipleKeys: number
}

/** The payload of READY. If nothing is offered it is empty, as from a peer before 3.1. Shims before 3.1 ignore it. */
export function readyPayload(params: RuntimeParams): Uint8Array {
  const offered = new ChaincodeAdditionalParams()
  if (params.useWriteBatch || params.useGetMultipleKeys) {
    offered.setUseWriteBatch(params.useWriteBatch)
    offered.setMaxSizeWriteBatch(params.maxSizeWriteBatch)
    offered.setUseGetMultipleKeys(params.useGetMultipleKeys)
    offered.setMaxSizeGetMultipleKeys(params.maxSizeGetMultipleKeys)
  }
  return offered.serializeBinary()
}
