/**
 * The ledger as simply as it can be said: the whole state is copied at every transaction, every range is a filtered
 * and sorted list. What the real one does with snapshots, iterators and batches must come to the same.
 */

export interface ModelValue {
  value: string
  version: string
  metadata: string | undefined
}
export type ModelState = ReadonlyMap<string, ModelValue>

export type Operation =
  | { do: 'get'; key: string }
  | { do: 'put'; key: string; value: string }
  | { do: 'delete'; key: string }
  | { do: 'mark'; key: string; value: string }
  | { do: 'metadata'; key: string }
  /** `take`: how often a result is asked for. */
  | { do: 'range'; start: string; end: string; take: number }

interface ModelRange {
  start: string
  end: string
  /** Last key seen, where the end was not reached. */
  last: string | undefined
  seen: { key: string; version: string }[]
}

export interface ModelTransaction {
  /** What the operations answered, as texts. */
  answers: string[]
  reads: Map<string, string | undefined>
  ranges: ModelRange[]
  /** undefined: deleted. */
  writes: Map<string, string | undefined>
  marks: Map<string, string>
}

export interface ModelChange {
  key: string
  value: string | undefined
  version: string
}

/** Fabric's order: that of the UTF-8 bytes. */
export function inOrder(keys: Iterable<string>): string[] {
  return [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

function within(state: ModelState, start: string, end: string, endIsIn = false): string[] {
  const bytes = (key: string) => Buffer.from(key)
  return inOrder(state.keys()).filter((key) => {
    if (Buffer.compare(bytes(key), bytes(start)) < 0) return false
    if (end === '') return true
    const order = Buffer.compare(bytes(key), bytes(end))
    return endIsIn ? order <= 0 : order < 0
  })
}

/** All reads show the state at the start and never the transaction's own writes. */
export function simulateOnModel(state: ModelState, operations: Operation[]): ModelTransaction {
  const tx: ModelTransaction = { answers: [], reads: new Map(), ranges: [], writes: new Map(), marks: new Map() }
  for (const operation of operations) {
    switch (operation.do) {
      case 'get':
      case 'metadata': {
        const found = state.get(operation.key)
        tx.reads.set(operation.key, found?.version)
        tx.answers.push((operation.do === 'get' ? found?.value : found?.metadata) ?? 'none')
        break
      }
      case 'put':
        // An empty value deletes.
        tx.writes.set(operation.key, operation.value === '' ? undefined : operation.value)
        break
      case 'delete':
        tx.writes.set(operation.key, undefined)
        break
      case 'mark':
        tx.marks.set(operation.key, operation.value)
        break
      case 'range': {
        const { start, end, take } = operation
        const all = within(state, start, end)
        const keys = all.slice(0, take)
        tx.answers.push(keys.map((key) => `${key}=${state.get(key)?.value ?? ''}`).join())
        // Nobody asked: nothing was read.
        if (take === 0) break
        const last = take > all.length ? undefined : keys.at(-1)
        tx.ranges.push({ start, end, last, seen: keys.map((key) => versioned(state, key)) })
      }
    }
  }
  return tx
}

/**
 * The code, and where it is VALID the state after it and what it changed. `written`: the keys that the block's earlier
 * valid transactions wrote, even if they deleted what wasn't there.
 */
export function commitOnModel(
  state: ModelState,
  tx: ModelTransaction,
  version: string,
  written: ReadonlySet<string>,
): { code: string; state: ModelState; changes: ModelChange[] } {
  const refused = (code: string) => ({ code, state, changes: [] })
  for (const [key, seen] of tx.reads) {
    if (written.has(key) || state.get(key)?.version !== seen) return refused('MVCC_READ_CONFLICT')
  }
  for (const { start, end, last, seen } of tx.ranges) {
    const now = within(state, start, last ?? end, last !== undefined).map((key) => versioned(state, key))
    if (JSON.stringify(now) !== JSON.stringify(seen)) return refused('PHANTOM_READ_CONFLICT')
  }
  const next = new Map(state)
  const changes: ModelChange[] = []
  for (const [key, value] of tx.writes) {
    changes.push({ key, value, version })
    if (value === undefined) next.delete(key)
    else next.set(key, { value, version, metadata: state.get(key)?.metadata })
  }
  for (const [key, metadata] of tx.marks) {
    const found = next.get(key)
    if (found !== undefined) next.set(key, { ...found, version, metadata })
  }
  return { code: 'VALID', state: next, changes }
}

function versioned(state: ModelState, key: string): { key: string; version: string } {
  return { key, version: state.get(key)?.version ?? '' }
}
