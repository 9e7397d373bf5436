import { mkdir } from 'node:fs/promises'
import { newCommitter } from '../../core/committer/committer.ts'
import { ledgerKeys } from '../../core/ledger/ledger-keys.ts'
import { openLedgers } from '../../core/ledger/ledgers.ts'
import { encodeVersioned } from '../../core/ledger/versioned-value.ts'

export const CHANNEL = 'mychannel'
const BATCH = 20_000

/**
 * Put keys into the world state that a peer will find in this data folder. They are written past the ledger, since a
 * million of them in blocks would take minutes; what is read of them is the same.
 */
export async function fillState(
  dataDir: string,
  namespace: string,
  entries: Iterable<[key: string, value: Uint8Array]>,
  channel = CHANNEL,
): Promise<void> {
  await mkdir(dataDir, { recursive: true })
  const ledgers = await openLedgers(dataDir)
  try {
    await newCommitter(ledgers.ledger(channel)).commit([])
    const keys = ledgerKeys(channel)
    let batch: Parameters<typeof ledgers.store.write>[0] = []
    const flush = async () => {
      await ledgers.store.write(batch, { sync: false })
      batch = []
    }
    for (const [key, value] of entries) {
      const versioned = encodeVersioned({ version: { block: 0, tx: 0 }, value, metadata: new Uint8Array() })
      batch.push({ type: 'put', key: keys.state(namespace, key), value: versioned })
      if (batch.length === BATCH) await flush()
    }
    await flush()
  } finally {
    await ledgers.close()
  }
}
