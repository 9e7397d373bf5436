import type { KeyVersionRef, ReadWriteSet } from '../../../core/contract/call.ts'

interface Kept {
  value: string
  block: number
  /** Unknown for those that share a block. */
  tx: number | undefined
}

/**
 * What the state must be after these commits, without a ledger: a write makes a version of its block, a policy does
 * where there is a value, and what has lived its blocks in a collection is gone
 * (Fabric core/ledger/kvledger/txmgmt/validation/tx_ops.go and core/ledger/pvtdatapolicy/btlpolicy.go, v2.5).
 */
export class ExpectedState {
  readonly #kept = new Map<string, Map<string, Kept>>()

  readonly #blocksToLive: Readonly<Record<string, number>>

  /** @param blocksToLive by the name of a collection; 0 for ever */
  constructor(blocksToLive: Readonly<Record<string, number>>) {
    this.#blocksToLive = blocksToLive
  }

  commit({ namespaces }: ReadWriteSet, block: number, tx: number | undefined): void {
    for (const { namespace, writes, metadataWrites, collections = [] } of namespaces) {
      const all = [
        { name: '', writes, policies: metadataWrites.map(({ key }) => key) },
        ...collections.map(({ name, writes: own, metadataWrites: policies }) => ({ name, writes: own, policies })),
      ]
      for (const { name, writes: own, policies } of all) {
        const entries = this.entries(namespace, name)
        for (const { key, isDelete, value } of own) {
          if (isDelete) entries.delete(key)
          else entries.set(key, { value, block, tx })
        }
        for (const key of policies) {
          const kept = entries.get(key)
          if (kept !== undefined) entries.set(key, { ...kept, block, tx })
        }
      }
    }
    this.#expire(block)
  }

  /** In which something was ever written; '' for the public state. */
  collections(namespace: string): string[] {
    return [...this.#kept.keys()]
      .filter((at) => at.startsWith(`${namespace}\0`))
      .map((at) => at.slice(namespace.length + 1))
  }

  /** By key. `collection` '' for the public state. */
  entries(namespace: string, collection: string): Map<string, Kept> {
    const at = `${namespace}\0${collection}`
    let entries = this.#kept.get(at)
    if (entries === undefined) this.#kept.set(at, (entries = new Map()))
    return entries
  }

  /** Whether that is the version of a key. */
  isVersion(namespace: string, collection: string, key: string, version: KeyVersionRef | null): boolean {
    const kept = this.entries(namespace, collection).get(key)
    if (kept === undefined || version === null) return kept === undefined && version === null
    return kept.block === version.block && (kept.tx ?? version.tx) === version.tx
  }

  #expire(block: number): void {
    for (const [at, entries] of this.#kept) {
      const lives = this.#blocksToLive[at.slice(at.indexOf('\0') + 1)] ?? 0
      if (lives === 0) continue
      for (const [key, kept] of entries) if (kept.block + lives + 1 <= block) entries.delete(key)
    }
  }
}
