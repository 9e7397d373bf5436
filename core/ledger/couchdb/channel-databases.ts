import { PeerError } from '../../contract/error.ts'
import { isObject, type JsonObject } from '../../mango/json.ts'
import { parseDerived } from '../../privdata/namespaces.ts'
import type { NamespaceUpdate, QueriedChannel } from '../state-queries.ts'
import type { CouchClient } from './couch-client.ts'
import { couchDatabase, type CouchDatabase } from './couch-database.ts'
import { toDocument, validateKeyValue } from './couch-document.ts'
import { metadataDatabase, namespaceDatabase } from './database-names.ts'
import type { DocumentWrite } from './document-writes.ts'

const SAVEPOINT = 'statedb_savepoint'
const CHANNEL_METADATA = 'channel_metadata'

/** A channel's databases: documents that copy the ledger's state, and a savepoint that says how far they go. */
export interface ChannelDatabases {
  database(namespace: string): Promise<CouchDatabase>
  /**
   * Number of blocks that the documents show; 0 if they weren't this ledger's, after dropping them, or if the ledger has
   * been taken to another block since, when any of them may differ. @throws PeerError COUCHDB_FOREIGN
   */
  open(moves: number): Promise<{ height: number; moves: number }>
  /** Write the documents of one or more blocks, but not the savepoint. */
  apply(updates: Iterable<NamespaceUpdate>): Promise<void>
  /** Delete documents that are no longer in the state. */
  sweep(has: (namespace: string, key: string) => boolean): Promise<void>
  /** `moves`: how often the ledger had been taken to another block. */
  recordSavepoint(height: number, moves: number): Promise<void>
}

export function channelDatabases(client: CouchClient, channel: QueriedChannel, owner: string): ChannelDatabases {
  const metadata = couchDatabase(client, metadataDatabase(channel.name))
  const databases = new ListedDatabases(client, channel.name, metadata)
  return {
    database: (namespace) => databases.get(namespace),
    async open(moves) {
      const savepoint = await metadata.read(SAVEPOINT)
      const namespaces = await databases.listed()
      const dataDir = savepoint?.['DataDir']
      if (dataDir !== owner && (savepoint !== undefined || namespaces.length > 0)) {
        const details = { address: client.address, channel: channel.name, database: metadata.name }
        throw new PeerError('COUCHDB_FOREIGN', typeof dataDir === 'string' ? { ...details, owner: dataDir } : details)
      }
      databases.adopt(namespaces)
      const height = Number(savepoint?.['BlockNum'] ?? -1) + 1
      const shown = Number(savepoint?.['Moves'] ?? 0)
      if (savepoint !== undefined && shown !== moves) return { height: 0, moves: shown }
      if (savepoint !== undefined && savepoint['HeaderHash'] === channel.headerHash(height - 1)) {
        return { height, moves: shown }
      }
      // The ledger was deleted, or started over with other blocks: none of these documents show its state.
      await databases.drop()
      await metadata.drop()
      await metadata.create()
      await metadata.write([ownDocument(SAVEPOINT, { BlockNum: -1, DataDir: owner, HeaderHash: '' })])
      return { height: 0, moves }
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
      for (const [namespace, documents] of writes) await (await databases.get(namespace)).write(documents)
    },
    async sweep(has) {
      for (const [namespace, database] of databases.entries()) {
        for await (const ids of database.ids()) {
          const gone = ids.filter((id) => !has(namespace, id))
          await database.write(gone.map((key) => ({ key, size: 0, make: undefined })))
        }
      }
    },
    recordSavepoint(height, moves) {
      const HeaderHash = channel.headerHash(height - 1) ?? ''
      return metadata.write([
        ownDocument(SAVEPOINT, { BlockNum: height - 1, DataDir: owner, HeaderHash, Moves: moves }),
      ])
    },
  }
}

/** The databases of a channel's namespaces, and the list of them in its metadata. */
class ListedDatabases {
  readonly #client: CouchClient
  readonly #channel: string
  readonly #metadata: CouchDatabase
  /** Databases known to exist, by namespace. */
  #existing = new Map<string, CouchDatabase>()
  /** Those being created, so that each is created once. */
  readonly #creating = new Map<string, Promise<CouchDatabase>>()

  constructor(client: CouchClient, channel: string, metadata: CouchDatabase) {
    this.#client = client
    this.#channel = channel
    this.#metadata = metadata
  }

  /** Creates the database if it doesn't exist. */
  async get(namespace: string): Promise<CouchDatabase> {
    const existing = this.#existing.get(namespace)
    if (existing !== undefined) return existing
    // One after another, since each writes the whole list.
    const before = [...this.#creating.values()]
    const creating =
      this.#creating.get(namespace) ??
      Promise.allSettled(before).then(() => this.#existing.get(namespace) ?? this.#create(namespace))
    this.#creating.set(namespace, creating)
    try {
      return await creating
    } finally {
      this.#creating.delete(namespace)
    }
  }

  entries(): Iterable<[namespace: string, database: CouchDatabase]> {
    return this.#existing
  }

  /** The namespaces in the list. */
  async listed(): Promise<string[]> {
    const info = (await this.#metadata.read(CHANNEL_METADATA))?.['NamespaceDBsInfo']
    return isObject(info) ? Object.keys(info) : []
  }

  /** Takes the databases of these namespaces for existing ones. */
  adopt(namespaces: readonly string[]): void {
    this.#existing = new Map(namespaces.map((namespace) => [namespace, this.#databaseOf(namespace)]))
  }

  async drop(): Promise<void> {
    for (const database of this.#existing.values()) await database.drop()
    this.#existing = new Map()
  }

  async #create(namespace: string): Promise<CouchDatabase> {
    const database = this.#databaseOf(namespace)
    // Listed before it exists, as in Fabric: a database in the list can be found and dropped.
    await this.#writeList([...this.#existing.keys(), namespace])
    await database.create()
    this.#existing.set(namespace, database)
    return database
  }

  async #writeList(namespaces: readonly string[]): Promise<void> {
    const info = Object.fromEntries(
      namespaces.map((namespace) => [
        namespace,
        { Namespace: namespace, DBName: namespaceDatabase(this.#channel, namespace) },
      ]),
    )
    await this.#metadata.write([ownDocument(CHANNEL_METADATA, { ChannelName: this.#channel, NamespaceDBsInfo: info })])
  }

  #databaseOf(namespace: string): CouchDatabase {
    return couchDatabase(this.#client, namespaceDatabase(this.#channel, namespace))
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

/** Keys and values from before CouchDB became the state database may be ones that it refuses. */
function isAllowed(key: string, value: Uint8Array | undefined): boolean {
  try {
    validateKeyValue(key, value)
    return true
  } catch {
    return false
  }
}

/** A document of the channel's own metadata. */
function ownDocument(id: string, content: JsonObject): DocumentWrite {
  return {
    key: id,
    size: 0,
    make: (rev) => (rev === undefined ? { _id: id, ...content } : { _id: id, _rev: rev, ...content }),
  }
}
