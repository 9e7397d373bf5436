/** When a block is cut, in the words of configtx.yaml. Bytes; milliseconds. */
export interface BatchConfig {
  /** How long the first transaction of a block waits for others; 0: not at all. */
  batchTimeout: number
  maxMessageCount: number
  /** A larger envelope is refused. */
  absoluteMaxBytes: number
  /** A block is cut before it grows larger; a larger envelope gets a block of its own. */
  preferredMaxBytes: number
}

/** Fabric's sample configtx.yaml, except for the timeout of 2 s: here an author waits for every call. */
export const DEFAULT_BATCH: BatchConfig = {
  batchTimeout: 0,
  maxMessageCount: 500,
  absoluteMaxBytes: 10 * 1024 * 1024,
  preferredMaxBytes: 2 * 1024 * 1024,
}

/** What a batch is made of. */
interface Sized {
  envelope: Uint8Array
}

/** Collects envelopes into batches by count and size; the caller watches the timeout. */
export interface BlockCutter<T> {
  /** Adds a message. Returns the batches that are full now, oldest first. */
  ordered(message: T): T[][]
  /** The pending messages as a batch; undefined if none are pending. */
  cut(): T[] | undefined
  pending(): number
}

/** orderer/common/blockcutter/blockcutter.go, v3.1. `config` is called for each envelope. */
export function newBlockCutter<T extends Sized>(config: () => BatchConfig): BlockCutter<T> {
  let batch: T[] = []
  let bytes = 0
  const cut = (): T[] | undefined => {
    const pending = batch
    batch = []
    bytes = 0
    return pending.length === 0 ? undefined : pending
  }
  return {
    ordered(message) {
      const { preferredMaxBytes, maxMessageCount } = config()
      const size = message.envelope.length
      const batches: (T[] | undefined)[] = []
      if (bytes + size > preferredMaxBytes) batches.push(cut())
      batch.push(message)
      bytes += size
      if (size > preferredMaxBytes || batch.length >= maxMessageCount) batches.push(cut())
      return batches.filter((full) => full !== undefined)
    },
    cut,
    pending: () => batch.length,
  }
}
