/** A batch of writes that one of them ended. */
export interface RefusedBatch {
  namespace: string
  writes: number
  /** How many of them came before the refused one. */
  made: number
}

/** For hints: what a transaction did that its read and write set doesn't show. */
export interface SimulationNotes {
  /** Batches of writes that ended with a refused one. */
  readonly refusedBatches: RefusedBatch[]
  /** Events that called chaincodes set. */
  readonly calleeEvents: { chaincode: string; event: string }[]
  /** How many keys called chaincodes of other channels wrote. */
  readonly writesElsewhere: { chaincode: string; channel: string; keys: number }[]
  /** Private values that it was told don't exist, although the peer has their hashes. */
  readonly hashesOnly: { namespace: string; collection: string; key: string }[]
  /** Collections that it searched on a peer that has only their hashes. */
  readonly searchedHashes: { namespace: string; collection: string }[]
}

export function newSimulationNotes(): SimulationNotes {
  return { refusedBatches: [], calleeEvents: [], writesElsewhere: [], hashesOnly: [], searchedHashes: [] }
}
