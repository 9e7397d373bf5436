import { PeerError } from '../../contract/error.ts'
import { waitFor } from '../../facts/wait.ts'
import type { FindAnswer } from '../../mango/find.ts'
import { isObject, type Json } from '../../mango/json.ts'
import { MangoError } from '../../mango/mango-error.ts'
import type { Version } from '../results.ts'
import type { QueriedChannel, StateQueries } from '../state-queries.ts'
import { channelDatabases } from './channel-databases.ts'
import { couchClient, refusal, type CouchAnswer } from './couch-client.ts'
import type { CouchDBConfig } from './couch-config.ts'
import { nameOfIndex, type CouchDatabase } from './couch-database.ts'
import { fromDocument, validateKeyValue } from './couch-document.ts'
import { lastBookmark } from './last-bookmark.ts'
import { CouchMirror } from './couch-mirror.ts'
import { newHolds } from './holds.ts'
import { checkServer } from './server-check.ts'

/** Rich queries of a peer's channels through one CouchDB. */
export interface CouchQueries {
  queries(channel: QueriedChannel): StateQueries
  /** Ends the copying. Idempotent. */
  close(): void
}

/**
 * The ledger stays where it is; CouchDB gets a copy of its documents to query. While CouchDB isn't running, rich
 * queries fail and everything else works. `owner` is written into the databases, so that two ledgers don't share them
 * unnoticed; `report` is called with errors the author must know, and with undefined when they are over.
 */
export function couchQueries(
  config: CouchDBConfig,
  owner: string,
  report: (error: PeerError | undefined) => void,
): CouchQueries {
  const client = couchClient(config)
  const closed = new AbortController()
  let checked: Promise<void> | undefined
  const connect = () =>
    (checked ??= checkServer(client).catch((error: unknown) => {
      checked = undefined
      throw error
    }))

  return {
    queries(channel) {
      const databases = channelDatabases(client, channel, owner)
      const holds = newHolds(closed.signal)
      const mirror = new CouchMirror({ channel, databases, connect, holds, report })
      const ms = config.requestTimeout
      const reach = (height: number) =>
        waitFor(mirror.reach(height), {
          signal: closed.signal,
          deadlineMs: ms,
          onDeadline: () => new PeerError('COUCHDB_BEHIND', { address: client.address, ms }),
          onAbort: () => new PeerError('LEDGER_CLOSED', {}),
        })
      return {
        internalQueryLimit: config.internalQueryLimit,
        validateKeyValue,
        lastBookmark,
        setIndexes: (namespace, indexes) => mirror.setIndexes(namespace, indexes),
        view(state, heightOf) {
          const height = heightOf()
          const release = holds.hold(height)
          const { jumps } = mirror
          return {
            async find(namespace, body) {
              await reach(height)
              if (mirror.jumps !== jumps || mirror.changedAfter(namespace, height))
                throw new PeerError('COUCHDB_OVERTAKEN', { namespace })
              return ask(await databases.database(namespace), body, (key) => state.get(namespace, key)?.value)
            },
            close: release,
          }
        },
        prepare(height, updates) {
          const copied = [...updates]
          return {
            done: () => mirror.committed(height, copied),
            dropped: () => undefined,
          }
        },
        jump(height, updates) {
          mirror.jumping()
          return {
            done: () => mirror.jumped(height, updates, channel.moves()),
            dropped: () => mirror.stayed(),
          }
        },
      }
    },
    close() {
      closed.abort()
      client.close()
    },
  }
}

/** `_find`, and `_explain` for the index that served it. `valueOf` looks up values that CouchDB holds as attachments. */
async function ask(
  database: CouchDatabase,
  body: Json,
  valueOf: (key: string) => Uint8Array | undefined,
): Promise<FindAnswer<Version>> {
  const takesStats = isObject(body) && typeof (body['execution_stats'] ?? true) === 'boolean'
  const [answer, explained] = await Promise.all([
    database.ask('_find', takesStats ? { ...body, execution_stats: true } : body),
    database.ask('_explain', body),
  ])
  if (answer.status >= 400 || !isObject(answer.body)) {
    const { error, reason, status } = refusal(answer)
    throw new MangoError(error, reason, status)
  }
  const { docs, bookmark, warning, execution_stats: stats } = answer.body
  const examined = isObject(stats) ? stats['total_docs_examined'] : undefined
  const documents = (Array.isArray(docs) ? docs : []).flatMap((document) => {
    const { key, version, value } = fromDocument(document)
    const bytes = value ?? valueOf(key)
    return bytes === undefined ? [] : [{ id: key, version, value: bytes }]
  })
  return {
    documents,
    bookmark: typeof bookmark === 'string' ? bookmark : '',
    warnings: typeof warning === 'string' ? warning.split('\n') : [],
    index: indexOf(explained),
    examined: typeof examined === 'number' ? examined : 0,
  }
}

/** `ddoc/name`; undefined if the query went through all documents. */
function indexOf({ body }: CouchAnswer): string | undefined {
  const description = isObject(body) ? body['index'] : undefined
  if (!isObject(description) || description['type'] !== 'json') return undefined
  const { design, index } = nameOfIndex(description)
  return `${design}/${index}`
}
