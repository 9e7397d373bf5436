import { PeerError } from '../contract/error.ts'
import type { StatePage } from '../contract/world-state.ts'
import type { Collection } from '../privdata/collection.ts'
import { hashedNamespace, privateNamespace } from '../privdata/namespaces.ts'
import type { LedgerKeys } from './ledger-keys.ts'
import type { Ledger } from './ledger.ts'
import { hashedPage, readStatePage, type PageQuery } from './state-pages.ts'
import type { Store } from './store.ts'
import { comparePoints } from './undo/compare-points.ts'
import type { MovedChannel } from './undo/move.ts'
import { PastStates } from './undo/past-states.ts'
import { wholeState, type StateRow, type WholeState } from './whole-state.ts'

/** What people read of a channel's state, now and as it was. */
export type StateReads = Pick<Ledger, 'readState' | 'wholeState' | 'compareStates'>

interface ReadParts {
  collections: (namespace: string) => Collection[]
  /** A page of a rich query. */
  query: (page: PageQuery & { query: string }) => Promise<StatePage>
}

type Asked = PageQuery & { query?: string; point?: string }

export function stateReads(channel: MovedChannel & { channel: string }, parts: ReadParts): StateReads {
  const { store, keys } = channel
  const past = new PastStates(channel)

  const pageOf = async ({ query, point, ...page }: Asked, signal: AbortSignal | undefined): Promise<StatePage> => {
    if (query !== undefined) {
      if (point === undefined) return parts.query({ ...page, query })
      const message = 'Rich queries are answered from the state as it is now.'
      throw new PeerError('QUERY_REFUSED', { message, engine: 'past' })
    }
    if (point === undefined) return readStatePage(store, keys, page)
    const then = await past.open(point, signal)
    try {
      return await readStatePage(then.store, keys, page)
    } finally {
      await then.store.close()
    }
  }
  return {
    compareStates: (points) => comparePoints(channel, points),
    async wholeState(point, signal) {
      if (point === undefined) return wholeState(store, keys)
      const then = await past.open(point, signal)
      return { height: then.height, rows: rowsOf(then.store, keys) } satisfies WholeState
    },
    async readState({ collection, mspId, ...query }, signal) {
      if (collection === undefined) return pageOf(query, signal)
      const { namespace } = query
      const collections = parts.collections(namespace)
      const definition = collections.find(({ name }) => name === collection)
      if (definition === undefined) {
        const known = collections.map(({ name }) => name)
        throw new PeerError('COLLECTION_UNKNOWN', { chaincode: namespace, collection, known })
      }
      const isMember = mspId === undefined || definition.members.includes(mspId)
      const at = isMember ? privateNamespace(namespace, collection) : hashedNamespace(namespace, collection)
      if (isMember) return pageOf({ ...query, namespace: at }, signal)
      if (query.query !== undefined) {
        const message = `${mspId} isn't a member of ${collection}, and has only hashes of it.`
        throw new PeerError('QUERY_REFUSED', { message, engine: 'hashes' })
      }
      return hashedPage(await pageOf({ ...query, namespace: at }, signal))
    },
  }
}

/** Whoever asks for them reads them; the store is closed at the end. */
async function* rowsOf(store: Store, keys: LedgerKeys): AsyncGenerator<StateRow> {
  try {
    yield* wholeState(store, keys).rows
  } finally {
    await store.close()
  }
}
