import { PeerError } from '../../contract/error.ts'
import { parseDerived } from '../../privdata/namespaces.ts'
import { isObject } from '../../mango/json.ts'
import type { NamespaceUpdate, QueriedChannel } from '../state-queries.ts'
import type { CouchClient } from './couch-client.ts'
import { couchDatabase, type CouchDatabase, type DocumentWrite } from './couch-database.ts'
import { toDocument, validateKeyValue } from './couch-document.ts'
import { metadataDatabase, namespaceDatabase } from './database-names.ts'

const SAVEPOINT = 'statedb_savepoint'
const CHANNEL_METADATA = 'channel_metadata'

/** A channel's databases: its documents, which are a copy of the ledger's state, and how far they go. */
export interface ChannelDatabases {
  database(namespace: string): Promise<CouchDatabase>
  /** Number of blocks that the documents show. They are ours, or made anew. @throws PeerError COUCHDB_FOREIGN */
  open(): Promise<number>
  /** Documents of a block, or of several; not yet the savepoint. */
  apply(updates: Iterable<NamespaceUpdate>): Promise<void>
  /** Delete what is not in the state any more. */
  sweep(has: (namespace: string, key: string) => boolean): Promise<void>
  recordSavepoint(height: number): Promise<void>
}

export function channelDatabases(client: CouchClient, channel: QueriedChannel, owner: string): ChannelDatabases {
  const metadata = couchDatabase(client, metadataDatabase(channel.name))
  /** Databases that are known to be there, by namespace. */
  let known = new Map<string, CouchDatabase>()
  /** Those being made, so that two that want one make it once. */
  const coming = new Map<string, Promise<CouchDatabase>>()

  const writeMetadata = async (namespaces: Iterable<string>) => {
    const info = Object.fromEntries(
      [...namespaces].map((each) => [each, { Namespace: each, DBName: namespaceDatabase(channel.name, each) }]),
    )
    const content = { ChannelName: channel.name, NamespaceDBsInfo: info }
    await metadata.write([plain(CHANNEL_METADATA, content)])
  }
  const make = async (namespace: string): Promise<CouchDatabase> => {
    const database = couchDatabase(client, namespaceDatabase(channel.name, namespace))
    // Listed before it is there, as in Fabric: what is listed can be found and dropped.
    await writeMetadata([...known.keys(), namespace])
    await database.create()
    known.set(namespace, database)
    return database
  }
  const database = async (namespace: string): Promise<CouchDatabase> => {
    const found = known.get(namespace)
    if (found !== undefined) return found
    // One after another: each writes the list of all.
    const before = [...coming.values()]
    const made = coming.get(namespace) ?? Promise.allSettled(before).then(() => known.get(namespace) ?? make(namespace))
    coming.set(namespace, made)
    try {
      return await made
    } finally {
      coming.delete(namespace)
    }
  }

  return {
    database,
    async open() {
      const savepoint = await metadata.read(SAVEPOINT)
      const listed = (await metadata.read(CHANNEL_METADATA))?.['NamespaceDBsInfo']
      const namespaces = isObject(listed) ? Object.keys(listed) : []
      const dataDir = savepoint?.['DataDir']
      if (dataDir !== owner && (savepoint !== undefined || namespaces.length > 0)) {
        const details = { address: client.address, channel: channel.name, database: metadata.name }
        throw new PeerError('COUCHDB_FOREIGN', typeof dataDir === 'string' ? { ...details, owner: dataDir } : details)
      }
      known = new Map(namespaces.map((each) => [each, couchDatabase(client, namespaceDatabase(channel.name, each))]))
      const height = Number(savepoint?.['BlockNum'] ?? -1) + 1
      if (savepoint !== undefined && savepoint['HeaderHash'] === channel.headerHash(height - 1)) return height
      // The ledger was deleted, or begun anew with other blocks: nothing of this is its state.
      for (const each of known.values()) await each.drop()
      known = new Map()
      await metadata.drop()
      await metadata.create()
      await metadata.write([plain(SAVEPOINT, { BlockNum: -1, DataDir: owner, HeaderHash: '' })])
      return 0
    },
    async apply(updates) {
      const writes = new Map<string, DocumentWrite[]>()
      for (const update of updates) {
        const write = documentWrite(update)
        if (write === undefined) continue
        const list = writes.get(update.namespace) ?? []
        list.push(write)
        writes.set(update.namespace, list)
      }
      for (const [namespace, documents] of writes) await (await database(namespace)).write(documents)
    },
    async sweep(has) {
      for (const [namespace, each] of known) {
        for await (const ids of each.ids()) {
          await each.write(ids.filter((id) => !has(namespace, id)).map((key) => ({ key, size: 0, make: undefined })))
        }
      }
    },
    recordSavepoint: (height) =>
      metadata.write([
        plain(SAVEPOINT, { BlockNum: height - 1, DataDir: owner, HeaderHash: channel.headerHash(height - 1) ?? '' }),
      ]),
  }
}

/** Hashes of private data are never queried. */
export function isCopied(namespace: string): boolean {
  return parseDerived(namespace)?.kind !== 'hashed'
}

function documentWrite({ namespace, key, value, version, metadata }: NamespaceUpdate): DocumentWrite | undefined {
  if (!isCopied(namespace) || !isAllowed(key, value)) return undefined
  if (value === undefined) return { key, size: 0, make: undefined }
  return { key, size: value.length, make: (rev) => toDocument(key, { value, version, metadata }, rev) }
}

/** What was written before CouchDB became the state database may be what it does not take. */
function isAllowed(key: string, value: Uint8Array | undefined): boolean {
  try {
    validateKeyValue(key, value)
    return true
  } catch {
    return false
  }
}

function plain(id: string, content: Record<string, unknown>): DocumentWrite {
  return {
    key: id,
    size: 0,
    make: (rev) => ({ _id: id, ...(rev === undefined ? {} : { _rev: rev }), ...(content as object) }),
  }
}
