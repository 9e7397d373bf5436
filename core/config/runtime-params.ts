import { ChaincodeAdditionalParams } from '../protos/shim-requests.ts'

/** `chaincode.runtimeParams` of core.yaml (3.1): what the peer offers to shims that know of it. */
export interface RuntimeParams {
  /** Whether a shim may send its writes in batches. */
  useWriteBatch: boolean
  /** Records in one batch at the most; a shim takes 100 at least. */
  maxSizeWriteBatch: number
  /** Whether a shim may ask for many keys at once. */
  useGetMultipleKeys: boolean
  /** Keys in one such request at the most. */
  maxSizeGetMultipleKeys: number
}

/**
 * The payload of READY. Where nothing is offered it is empty, as of a peer older than 3.1. Shims of that time do not
 * look at it.
 */
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
