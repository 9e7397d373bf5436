import { openCallLog, type CallLog } from '../calls/call-log.ts'
import { keyRules } from '../config/fabric-line.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import type { PeerError } from '../contract/error.ts'
import { now } from '../facts/clock.ts'
import { peerFacts, type PeerFacts } from '../facts/facts.ts'
import { chaincodeOf, narrate } from '../facts/narration.ts'
import { couchDBConfig } from '../ledger/couchdb/couch-config.ts'
import { couchQueries } from '../ledger/couchdb/couch-queries.ts'
import { embeddedQueries } from '../ledger/embedded-queries.ts'
import { ledgersIn, type Ledgers } from '../ledger/ledgers.ts'
import type { QueriedChannel } from '../ledger/state-queries.ts'
import { openStore, type Store } from '../ledger/store.ts'
import { finishMoves } from '../ledger/undo/finish-moves.ts'
import { newLogStore, type LogStore } from '../logs/log-store.ts'
import { openIdentities, type Identities } from '../msp/dev-ca.ts'
import { blockWriter } from '../orderer/block-metadata.ts'
import { VERSION } from '../version.ts'
import { makeDataDir } from './data-dir.ts'
import { DATA_FORMAT, writeDataFormat } from './data-format.ts'
import { migrateData, migrationNote, type Migration } from './data-migration.ts'
import type { Disposers } from './disposers.ts'
import { initialState } from './initial-state.ts'
import { makePrivate } from './private-data.ts'

/** What a peer keeps: in its data folder, and in memory for whoever watches it. */
export interface Storage {
  identities: Identities
  facts: PeerFacts
  logs: LogStore
  ledgers: Ledgers
  /** The ledgers in another store, with the same settings but for a real CouchDB, which only has the peer's own. */
  ledgersIn(store: Store): Ledgers
  calls: CallLog
}

/**
 * The first stage. The store comes before everything else: its lock keeps a second peer off this data folder.
 * @throws PeerError LEDGER_LOCKED, LEDGER_OPEN, DATA_NEWER, DATA_MIGRATION, IDENTITY_DAMAGED
 */
export async function openStorage(config: PeerConfig, disposers: Disposers): Promise<Storage> {
  const { dataDir, mspId, organisations } = config
  const { store, migration } = await openData(dataDir)
  // LevelDB gives its files the rights that the process's umask leaves.
  disposers.defer(() => makePrivate(dataDir))
  disposers.defer(() => store.close())
  await finishMoves(store)
  const identities = await openIdentities(dataDir, mspId, organisations, keyRules(config))
  await makePrivate(dataDir)

  const facts = peerFacts(initialState(config, identities, VERSION, now()))
  const logs = newLogStore(facts.emit)
  disposers.defer(() => logs.close())
  const narration = narrateInto(logs, facts)
  disposers.defer(() => narration.unsubscribe())
  if (migration !== undefined) logs.append({ at: now(), source: 'peer', text: migrationNote(migration) })

  const { stateDatabase, couchDBConfig: couchDB } = config.ledger.state
  const couch = couchQueries(couchDBConfig(couchDB, process.env), dataDir, couchDBReporter(logs, facts))
  disposers.defer(() => couch.close())
  const engines = {
    embedded: embeddedQueries,
    goleveldb: undefined,
    CouchDB: (channel: QueriedChannel) => couch.queries(channel),
  }
  const channelParts = {
    organisations: () => identities.organisations(),
    blockWriter: blockWriter(identities.orderer.node),
  }
  const ledgers = ledgersIn(store, { ...channelParts, queries: engines[stateDatabase] })
  const queries = stateDatabase === 'goleveldb' ? undefined : embeddedQueries
  const calls = await openCallLog(store, (count) => facts.emit({ type: 'calls', count }))
  disposers.defer(() => calls.close())
  return {
    identities,
    facts,
    logs,
    ledgers,
    ledgersIn: (other) => ledgersIn(other, { ...channelParts, queries }),
    calls,
  }
}

/** Open the data folder's store; data of an older format is migrated first. */
async function openData(dataDir: string): Promise<{ store: Store; migration?: Migration }> {
  const format = await makeDataDir(dataDir)
  if (format !== undefined && format < DATA_FORMAT) {
    const migration = await migrateData(dataDir, format)
    return { store: await openStore(dataDir), migration }
  }
  const store = await openStore(dataDir)
  if (format === undefined) await writeDataFormat(dataDir)
  return { store }
}

function narrateInto(logs: LogStore, facts: PeerFacts): { unsubscribe(): void } {
  return facts.subscribe((event) => {
    const text = narrate(event, facts.state())
    if (text !== undefined) logs.append({ at: now(), source: 'peer', text, chaincode: chaincodeOf(event) })
  })
}

/** Reports CouchDB's trouble, and `undefined` when that is over. */
function couchDBReporter(logs: LogStore, { emit }: PeerFacts): (error: PeerError | undefined) => void {
  return (error) => {
    if (error !== undefined) emit({ type: 'notice', notice: { at: now(), error: error.toJSON() } })
    else logs.append({ at: now(), source: 'peer', text: 'CouchDB holds the newest blocks again.' })
  }
}
