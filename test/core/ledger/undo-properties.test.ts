// @module-tag slow
import fc from 'fast-check'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLedgers, type Ledgers } from '../../../core/ledger/ledgers.ts'
import type { Ledger, TxSimulator } from '../../../core/ledger/ledger.ts'
import { packageCollections } from '../../../core/privdata/collection-config.ts'
import { definitionKey, definitionMetadataKey } from '../../../core/privdata/definition-keys.ts'
import { StateData } from '../../../core/protos/lifecycle.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, commitBlock, NS, prepare } from './envelopes.ts'
import { found, index } from './state-queries-contract.ts'
import { perform, write, type Write } from './undo-writes.ts'
import { allEntries, stateRows } from './whole-store.ts'

/**
 * Any sequence of submits, rewinds, restores, checkpoints and reopens leaves a ledger whose store is the same, entry for
 * entry, as that of a ledger which only ever saw the surviving calls: state, history, private data and their expiry,
 * metadata, blocks and indexes. So is the state that it shows at each earlier height.
 */

const COLLECTIONS = [
  { name: 'both', policy: "OR('Org1MSP.member')" },
  { name: 'brief', policy: "OR('Org1MSP.member')", blockToLive: 1 },
]
const INDEX = index('byN', ['n'])
const QUERY = { selector: { n: { $gte: 0 } }, sort: [{ n: 'asc' }] }

type Step =
  | { do: 'submit'; transactions: Write[][] }
  | { do: 'rewind'; to: number; keep: boolean }
  | { do: 'restore' | 'remove'; which: number }
  | { do: 'set'; to: number }
  | { do: 'go'; which: number; keep: boolean }
  | { do: 'reopen' }

const some = fc.nat({ max: 20 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      transactions: fc.array(fc.array(write, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('rewind' as const), to: some, keep: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('restore' as const, 'restore' as const, 'remove' as const),
      which: some,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('set' as const), to: some }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('go' as const), which: some, keep: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'reopen' as const }) },
)

/** A block as the orderer passed it on, with the private data that came beside it. */
interface Ordered {
  envelopes: Uint8Array[]
  privateData: [txId: string, bytes: Uint8Array][]
}

async function makeBlock(ledger: Ledger, transactions: ((simulator: TxSimulator) => void)[]): Promise<Ordered> {
  const block: Ordered = { envelopes: [], privateData: [] }
  for (const work of transactions) {
    const { txId, envelope } = await prepare(ledger, work)
    block.envelopes.push(envelope)
    const bytes = ledger.persistedPrivate(txId)
    if (bytes !== undefined) block.privateData.push([txId, bytes])
  }
  return block
}

async function commitOrdered(ledger: Ledger, { envelopes, privateData }: Ordered): Promise<void> {
  for (const [txId, bytes] of privateData) ledger.persistPrivate(txId, bytes)
  await commitBlock(ledger, envelopes)
}

function defineCollections(simulator: TxSimulator): void {
  const collections = new StateData()
  collections.setBytes(packageCollections(COLLECTIONS))
  const [at, metadata] = [definitionKey(NS, 'Collections'), definitionMetadataKey(NS)]
  simulator.setState(at.namespace, at.key, collections.serializeBinary())
  simulator.setState(metadata.namespace, metadata.key, Buffer.from('ChaincodeDefinition'))
}

/** The ledger under test, and beside it the blocks that survive, by what the steps mean. */
class Run {
  readonly #folder: string
  #ledgers: Ledgers
  /** The blocks that are left. */
  chain: Ordered[] = []
  /** What each branch and checkpoint stands for. */
  readonly #ends = new Map<string, Ordered[]>()
  #names = 0

  private constructor(folder: string, ledgers: Ledgers) {
    this.#folder = folder
    this.#ledgers = ledgers
  }

  static async start(folder: string): Promise<Run> {
    const run = new Run(folder, await open(folder))
    await run.submit([defineCollections])
    return run
  }

  get ledger(): Ledger {
    return this.#ledgers.ledger(CHANNEL)
  }

  get store() {
    return this.#ledgers.store
  }

  close(): Promise<void> {
    return this.#ledgers.close()
  }

  async submit(transactions: ((simulator: TxSimulator) => void)[]): Promise<void> {
    const block = await makeBlock(this.ledger, transactions)
    await commitOrdered(this.ledger, block)
    this.chain = [...this.chain, block]
  }

  async take(step: Step): Promise<void> {
    const { undo } = this.ledger
    const before = this.chain
    switch (step.do) {
      case 'submit':
        return this.submit(
          step.transactions.map((writes) => (simulator) => writes.forEach((one) => perform(simulator, one))),
        )
      case 'rewind': {
        const height = 1 + (step.to % this.chain.length)
        const { branch } = await undo.rewind(height, { keep: step.keep })
        this.chain = before.slice(0, height)
        if (branch !== undefined) this.#ends.set(branch, before)
        return
      }
      case 'restore':
      case 'remove': {
        const branches = await undo.branches()
        const one = branches[step.which % branches.length]
        if (one === undefined) return
        const end = this.#ends.get(one.id) ?? []
        expect(one.height).toBe(end.length)
        if (step.do === 'remove') return undo.removeBranch(one.id)
        const { branch } = await undo.restore(one.id)
        this.chain = end
        if (branch !== undefined) this.#ends.set(branch, before)
        return
      }
      case 'set': {
        const name = `checkpoint ${this.#names++}`
        const height = 1 + (step.to % before.length)
        await undo.setCheckpoint(name, height)
        this.#ends.set(name, before.slice(0, height))
        return
      }
      case 'go': {
        const checkpoints = await undo.checkpoints()
        const one = checkpoints[step.which % checkpoints.length]
        if (one === undefined) return
        const { branch } = await undo.goTo(one.name, { keep: step.keep })
        this.chain = this.#ends.get(one.name) ?? []
        if (branch !== undefined) this.#ends.set(branch, before)
        return
      }
      case 'reopen':
        await this.#ledgers.close()
        this.#ledgers = await open(this.#folder)
    }
  }
}

async function open(folder: string): Promise<Ledgers> {
  const ledgers = await openLedgers(folder, { organisations: () => ['Org1MSP'], moveBatchBytes: 20_000 })
  ledgers.ledger(CHANNEL).setIndexes(NS, [INDEX])
  return ledgers
}

test('what is left is what a ledger has that only ever saw the surviving calls', async () => {
  const folder = await tempFolder('undo-property')
  let runs = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
      const at = join(folder, `run-${runs++}`)
      await mkdir(join(at, 'replayed'), { recursive: true })
      const run = await Run.start(at)
      const replayed = await open(join(at, 'replayed'))
      try {
        for (const one of steps) {
          await run.take(one)
          // Indexes are built by the first query and kept up to date from then on.
          await found(run.ledger, QUERY)
        }
        for (const [i, block] of run.chain.entries()) {
          await commitOrdered(replayed.ledger(CHANNEL), block)
          // As the ledger under test has it, which is further.
          expect(await stateRows(run.ledger, String(i + 1))).toEqual(await stateRows(replayed.ledger(CHANNEL)))
        }
        expect(run.ledger.height()).toBe(run.chain.length)
        expect(await allEntries(run.store)).toEqual(await allEntries(replayed.store))
        expect(await found(run.ledger, QUERY)).toEqual(await found(replayed.ledger(CHANNEL), QUERY))
      } finally {
        await run.close()
        await replayed.close()
      }
    }),
    { numRuns: Number(process.env['SLIPWAY_RUNS'] ?? 40) },
  )
})
