export type TxNames = ReturnType<typeof newTxNames>

/** Transaction ids, by their places: they are others in each run. */
export function newTxNames() {
  const ids = new Map<string, string>()
  return {
    add(txId: string) {
      ids.set(txId, `transaction-${ids.size + 1}`)
    },
    in: (text: string) => (text.length < 64 ? text : text.replace(/[0-9a-f]{64}/g, (id) => ids.get(id) ?? id)),
  }
}
