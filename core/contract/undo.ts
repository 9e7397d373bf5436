import type { EncodedBytes } from './call.ts'
import { command } from './command.ts'
import type { Millis } from './time.ts'

/** Where a channel stands after it was taken to another block. */
export interface Moved {
  /** Number of blocks before. */
  from: number
  /** Number of blocks now, with those that define the open chaincodes again if the move took their definitions away. */
  height: number
  /** What was taken back, unless it was nothing or wasn't to be kept. */
  branch?: string | undefined
}

/** Blocks that were taken back, up to the one that was then the newest. */
export interface Branch {
  /** Hash of its last block's header, in hexadecimal. */
  id: string
  /** Number of blocks of the channel once it is restored. */
  height: number
  /** Number of blocks that it has in common with the channel as it is now. */
  fork: number
  /** When it was taken back. */
  at: Millis
}

/** A name for a height of a channel, with the blocks that it had when the name was given. */
export interface Checkpoint {
  name: string
  /** Number of blocks. */
  height: number
  /** Hash of the last block's header, in hexadecimal. */
  id: string
  /** When it was set. */
  at: Millis
  /** Whether its blocks are the channel's now. Otherwise they were taken back, and going to it restores them. */
  isOnChain: boolean
}

/** What differs between the state at two points. */
export interface StateComparison {
  /** Number of blocks of each. */
  from: number
  to: number
  /** Number of keys that differ. */
  total: number
  /** In the order of the state, as many as were asked for. */
  changes: KeyChange[]
}

/** A key that has another value or another policy, or that only one of them has. */
export interface KeyChange {
  namespace: string
  /** A private collection. */
  collection?: string
  key: string
  /** Key (base64) and values (hexadecimal) are hashes: this peer has no values of it. */
  hashed?: true
  /** null: the key isn't there. */
  before: EncodedBytes | null
  after: EncodedBytes | null
  /** Its metadata differs, such as its own endorsement policy. */
  policy?: true
}

/** Taking a channel back to an earlier block and forward again. */
export const undoCommands = {
  /**
   * Take a channel back to a height, after whatever is being committed. What was written since becomes a branch, unless
   * `keep` is false. Open streams of client applications end, as if the peer had restarted. Open chaincodes whose
   * definition is gone are defined again. Throws CHANNEL_UNKNOWN, REWIND_HEIGHT, REWIND_TOO_FAR, LEDGER_WRITE.
   */
  rewind: command<{ channel: string; height: number; keep?: boolean }, Moved>(),
  /** Rewind to just before the first transaction that isn't a configuration or a definition. Otherwise as `rewind`. */
  resetChannel: command<{ channel: string; keep?: boolean }, Moved>(),
  /** Newest first. Restoring the newest is redo. */
  readBranches: command<{ channel: string }, Branch[]>(),
  /** Take a channel to the end of a branch. What it has instead becomes a branch. Otherwise as `rewind`. @throws BRANCH_UNKNOWN */
  restoreBranch: command<{ channel: string; id: string }, Moved>(),
  /** Forget a branch for good; what other branches and checkpoints need is kept. @throws BRANCH_UNKNOWN */
  removeBranch: command<{ channel: string; id: string }>(),
  /** Name a height; default: the present one. @throws CHECKPOINT_NAME, CHECKPOINT_TAKEN, REWIND_HEIGHT, REWIND_TOO_FAR */
  setCheckpoint: command<{ channel: string; name: string; height?: number }, Checkpoint>(),
  /** @throws CHECKPOINT_UNKNOWN */
  removeCheckpoint: command<{ channel: string; name: string }>(),
  /** Newest first. */
  readCheckpoints: command<{ channel: string }, Checkpoint[]>(),
  /** Take a channel to a checkpoint, wherever its blocks are. Otherwise as `rewind`. @throws CHECKPOINT_UNKNOWN */
  restoreCheckpoint: command<{ channel: string; name: string; keep?: boolean }, Moved>(),
  /**
   * What differs between the state at one point and at another; default: as it is now. A point is a number of blocks, the
   * name of a checkpoint or the id of a branch. At most 1,000 changes. Throws CHANNEL_UNKNOWN, REWIND_HEIGHT,
   * REWIND_TOO_FAR, CHECKPOINT_UNKNOWN, BRANCH_UNKNOWN.
   */
  compareStates: command<{ channel: string; from: string; to?: string; limit: number }, StateComparison>(),
}
