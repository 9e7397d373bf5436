/** When a block is cut, in the words of configtx.yaml. Bytes; milliseconds. */
export interface BatchConfig {
  /** How long the first transaction of a block waits for others; 0: not at all. */
  batchTimeout: number
  maxMessageCount: number
  /** A larger envelope is refused. */
  absoluteMaxBytes: number
  /** A block is cut before it becomes larger; an envelope that is larger by itself has a block of its own. */
  preferredMaxBytes: number
}

/** Fabric's sample configtx.yaml, but for the timeout, which is 2 s there: here an author waits for every call. */
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

/** Collects envelopes into batches by count and size; when time is up is its owner's to say. */
export interface BlockCutter<T> {
  /** The batches that are full now, oldest first. */
  ordered(message: T): T[][]
  /** Cut what is pending; undefined where nothing is. */
  cut(): T[] | undefined
  pending(): number
}

/** orderer/common/blockcutter/blockcutter.go, v3.1. The configuration is asked for each envelope. */
export function newBlockCutter<T extends Sized>(config: () => BatchConfig): BlockCutter<T> {
  let batch: T[] = []
  let bytes = 0
  const cut = (): T[] | undefined => {
    const done = batch
    batch = []
    bytes = 0
    return done.length === 0 ? undefined : done
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
      return batches.filter((one) => one !== undefined)
    },
    cut,
    pending: () => batch.length,
  }
}
