/** A chaincode that was started again this often … */
const MOST = 3
/** … in this time isn't started again automatically. */
const WINDOW_MS = 30_000

/** Those of the times in `restarts` that still count. */
export function recentRestarts(restarts: readonly number[], at: number): number[] {
  return restarts.filter((time) => at - time < WINDOW_MS)
}

/** Tells a chaincode that crashed once from one that always does. */
export function keepsCrashing(restarts: readonly number[], at: number): boolean {
  return recentRestarts(restarts, at).length >= MOST
}
