import { ChannelLedger, type ChannelParts } from './channel-ledger.ts'
import { embeddedQueries } from './embedded-queries.ts'
import { savepointPrefix } from './ledger-keys.ts'
import type { Ledger } from './ledger.ts'
import { openStore, type Store } from './store.ts'
import { finishMoves } from './undo/finish-moves.ts'

/** The ledgers of all channels of a peer, in one store. */
export interface Ledgers extends AsyncDisposable {
  /** The channel's ledger, empty if the channel has no block yet. Throws LEDGER_READ. */
  ledger(channel: string): Ledger
  /** Channels that have blocks. */
  channels(): Promise<string[]>
  /** The store itself, for other records, under keys of their own. */
  readonly store: Store
  /** Waits for commits under way. Idempotent. */
  close(): Promise<void>
}

/**
 * Opens `<dataDir>/ledger`, creating it if it doesn't exist; by default with rich queries and without organisations,
 * so without implicit collections. Throws LEDGER_LOCKED or LEDGER_OPEN.
 */
export async function openLedgers(dataDir: string, parts: Partial<ChannelParts> = {}): Promise<Ledgers> {
  const store = await openStore(dataDir)
  await finishMoves(store)
  return ledgersIn(store, parts)
}

/** The ledgers in a store that is open already; they close it. Defaults as for `openLedgers`. */
export function ledgersIn(store: Store, parts: Partial<ChannelParts> = {}): Ledgers {
  const open = new Map<string, Ledger>()
  const close = () => store.close()
  const channelParts = { queries: embeddedQueries, organisations: () => [], ...parts }
  return {
    store,
    ledger(channel) {
      let ledger = open.get(channel)
      if (ledger === undefined) open.set(channel, (ledger = new ChannelLedger(channel, store, channelParts)))
      return ledger
    },
    async channels() {
      const from = Buffer.from(savepointPrefix)
      const iterator = store.iterate({ from, to: Buffer.from('c\x01') })
      const channels: string[] = []
      try {
        for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) {
          channels.push(Buffer.from(entry[0]).toString('utf8', from.length))
        }
        return channels
      } finally {
        await iterator.close()
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
