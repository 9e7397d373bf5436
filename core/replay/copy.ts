import type { CallLog } from '../calls/call-log.ts'
import { newCommitters, type Committer } from '../committer/committer.ts'
import { createGateway, type Gateway } from '../gateway/gateway.ts'
import type { GatewayParts } from '../gateway/gateway-parts.ts'
import { newSystemCalls } from '../gateway/system-calls.ts'
import { copiedStore } from '../ledger/copied-store.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Ledgers } from '../ledger/ledgers.ts'
import { noLedger } from '../ledger/no-ledger.ts'
import type { Store } from '../ledger/store.ts'
import type { Identities } from '../msp/dev-ca.ts'
import { DEFAULT_BATCH } from '../orderer/block-cutter.ts'
import { startOrderer, type Orderer } from '../orderer/orderer.ts'
import type { ScenarioStart } from '../scenarios/scenario.ts'
import { heightOfSetup } from '../scc/answers/height-of-setup.ts'
import { lifecycleClient, type Definition } from '../scc/lifecycle/lifecycle-client.ts'
import { importState } from '../seeds/import-state.ts'
import { seedSigners } from '../seeds/seed-transaction.ts'
import { newCopiedCalls } from './copied-calls.ts'
import { newGuests, type Guests } from './guests.ts'

/** What a copy takes from its peer. */
export interface CopyParts {
  store: Store
  /** The ledgers in a store, with the peer's settings. */
  ledgersIn(store: Store): Ledgers
  identities: Identities
  definition: GatewayParts['definition']
  execute: GatewayParts['execute']
  /** Do this while no block is written to a channel and nobody takes it to another block. */
  between<T>(channel: string, work: () => Promise<T>): Promise<T>
  /** Give ledgers the CouchDB indexes of all chaincodes that are open on a channel. */
  setIndexes(ledgers: Ledgers, channel: string): Promise<void>
  /** How the chaincodes that are open on a channel are to be defined there. */
  definitionsOnCopy(channel: string): Definition[]
}

/** Where a copy begins: as a scenario does, or with so many blocks. */
export type Start = ScenarioStart | { kind: 'height'; height: number }

/** A copy of a peer's ledgers, and a gateway to it: the same chaincode runs, and the peer's own ledgers never change. */
export interface Copy {
  gateway: Gateway
  /** Number of blocks of its channel where it began. */
  height: number
  /** The calls made on it. */
  calls: Pick<CallLog, 'readOne'>
  /** Identities that exist on this copy alone. */
  guests: Guests
  /** Drops it. Idempotent. */
  close(): Promise<void>
}

/**
 * Throws LEDGER_*, CHECKPOINT_UNKNOWN, REWIND_TOO_FAR, LIFECYCLE, STATE_*; between its stages, the signal's reason. What
 * was opened is closed then.
 */
export async function openCopy(channel: string, start: Start, parts: CopyParts, signal: AbortSignal): Promise<Copy> {
  const store = await parts.between(channel, async () => copiedStore(parts.store))
  const ledgers = parts.ledgersIn(store)
  const { msps } = parts.identities
  const committer = newCommitters((name) => ledgers.ledger(name), msps)
  const orderers = new Map<string, Orderer>()
  const close = async () => {
    for (const orderer of orderers.values()) await orderer.close()
    await store.close()
  }
  const ledger = (name: string) => (name === '' ? noLedger : ledgers.ledger(name))
  const guests = newGuests(parts.identities)
  const calls = newCopiedCalls()
  const gateway = createGateway({
    definition: parts.definition,
    execute: parts.execute,
    ledger,
    committer: (name) => committer(name),
    orderer(name) {
      let orderer = orderers.get(name)
      // Nobody waits for company here.
      const batch = { ...DEFAULT_BATCH, batchTimeout: 0 }
      if (orderer === undefined) orderers.set(name, (orderer = startOrderer(committer(name), () => undefined, batch)))
      return orderer
    },
    identities: guests.identities,
    calls,
  })
  try {
    signal.throwIfAborted()
    await parts.setIndexes(ledgers, channel)
    signal.throwIfAborted()
    await begin(ledgers.ledger(channel), start)
    signal.throwIfAborted()
    await define(channel, gateway, parts)
    signal.throwIfAborted()
    if (start.kind === 'seed') await seed(start.file, ledgers.ledger(channel), committer(channel), parts)
  } catch (error) {
    await close()
    throw error
  }
  return { gateway, height: ledgers.ledger(channel).height(), calls, guests, close }
}

async function begin(ledger: Ledger, start: Start): Promise<void> {
  const keep = { keep: false }
  if (start.kind === 'empty' || start.kind === 'seed') await ledger.undo.rewind(heightOfSetup(ledger), keep)
  else if (start.kind === 'checkpoint') await ledger.undo.goTo(start.name, keep)
  else if (start.kind === 'height') await ledger.undo.rewind(start.height, keep)
}

/** What a file of state holds, endorsed by all organisations. */
async function seed(file: string, ledger: Ledger, committer: Committer, { identities }: CopyParts): Promise<void> {
  const signers = seedSigners(identities)
  await importState(file, { ledger, committer, signers, committed: () => undefined })
}

/** As they are defined now, which may be otherwise than it was there. */
async function define(channel: string, gateway: Gateway, { definitionsOnCopy }: CopyParts): Promise<void> {
  const calls = newSystemCalls()
  calls.connect(gateway)
  for (const definition of definitionsOnCopy(channel)) await lifecycleClient(calls).define(channel, definition)
}
