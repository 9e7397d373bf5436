import type { NamespaceUpdate } from '../state-queries.ts'

/** Stands for moves whose changes aren't known. */
export const UNKNOWN = -1

/** Changes of the state that CouchDB doesn't show yet. */
export interface Waiting {
  height: number
  updates: readonly NamespaceUpdate[]
  /** It isn't a block but takes the channel to another one: the number of such moves so far. */
  moves?: number
}

export function bytesOf({ updates }: Waiting): number {
  return updates.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0), 0)
}
