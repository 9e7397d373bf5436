import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newCommitter } from '../../../core/committer/committer.ts'
import { ChannelLedger } from '../../../core/ledger/channel-ledger.ts'
import { openStore, type Store } from '../../../core/ledger/store.ts'
import type { StoreOperation } from '../../../core/ledger/store-entries.ts'
import { endorse } from '../../../core/endorser/endorser.ts'
import { buildProposal } from '../../../core/endorser/proposal.ts'
import { signedEnvelope } from '../../../core/gateway/envelope.ts'
import { openIdentities } from '../../../core/msp/dev-ca.ts'
import { ChaincodeInput, Response } from '../../../core/protos/index.ts'
import { inFlight, median, oneAtATime, takeTurns } from '../measure.ts'
import { atLeast, atMost, ms, perSecond, sides, type Row } from '../row.ts'
import type { Scope } from '../scope.ts'
import { startOurs } from '../sides.ts'
import { bothSides, javascript, times, WARM_UP } from '../subjects.ts'

const CALLS = 40

/** A submit is an evaluate, and then what it costs to have it on the disk. */
const oneByOne: Row = {
  name: 'submit',
  what: 'submit, one at a time, p50, durable',
  why: 'Beside the one sync it signs twice more, the endorsement and the envelope (110 µs), and marshals, reads back and hashes the block as Fabric does (150 µs).',
  async run(scope, { rounds = 15, against }) {
    const { ours, other } = await bothSides(scope, javascript, against)
    const sync = await syncedBatch(scope)
    let asset = 0
    const next = () => javascript.put(`one-${asset++}`)
    const synced: number[] = []
    const pair = await takeTurns(
      rounds,
      async () => {
        const evaluated = await oneAtATime(CALLS, () => ours.evaluate(...next()))
        synced.push(await oneAtATime(CALLS, sync))
        return evaluated + 2 * (synced.at(-1) ?? 0)
      },
      () => oneAtATime(CALLS, () => ours.submit(...next())),
      other && (() => other.take({ kind: 'submit', width: 1, calls: times(CALLS, next) })),
    )
    const floor = `${ms(pair.floor)} (one batch ${ms(median(synced))})`
    const goal = 'at most evaluate + 2 × one synced LevelDB batch of the same size'
    return [{ what: this.what, goal, ...atMost(1, pair.ratio), ...sides(pair, ms), floor }]
  },
}

const together: Row = {
  name: 'submit-32',
  what: 'submit, 32 in flight',
  why: 'Concurrent commits share a sync; what is left are two more signatures and the block, on the one thread that also answers the chaincode.',
  async run(scope, { rounds = 9, against }) {
    const { ours, other } = await bothSides(scope, javascript, against)
    let asset = 0
    const next = () => javascript.put(`many-${asset++}`)
    const pair = await takeTurns(
      rounds,
      () => inFlight(32, 800, () => ours.evaluate(...next())),
      () => inFlight(32, 800, () => ours.submit(...next())),
      other && (() => other.take({ kind: 'submit', width: 32, calls: times(800, next) })),
    )
    const goal = 'at least 0.75 × evaluate'
    return [{ what: this.what, goal, ...atLeast(0.75, pair.ratio), ...sides(pair, perSecond) }]
  },
}

const ORGANISATIONS = ['Org1MSP', 'Org2MSP']

/** Each organisation's peer has a chaincode process of its own. */
const endorsedByTwo: Row = {
  name: 'endorse-two',
  what: 'submit, one at a time, p50, endorsed by two organisations',
  why: 'Both execute at once. What is left is one after the other: a second signature made and one verified (200 µs), and the second chaincode’s messages on the one thread; with fewer cores than processes they also wait for each other.',
  async run(scope, { rounds = 15 }) {
    const { folder } = await javascript.prepare(scope)
    await writeFile(join(folder, 'slipway.yaml'), `endorsementPolicy: "OR('Org1MSP.peer', 'Org2MSP.peer')"\n`)
    const ours = await startOurs(scope, folder, { watch: false, organisations: ORGANISATIONS })
    let asset = 0
    const submit = (endorsers: string[]) => ours.submit(...javascript.put(`two-${asset++}`), endorsers)
    await inFlight(32, WARM_UP, () => submit(ORGANISATIONS))
    const pair = await takeTurns(
      rounds,
      () => oneAtATime(CALLS, () => submit(['Org1MSP'])),
      () => oneAtATime(CALLS, () => submit(ORGANISATIONS)),
    )
    const figures = { floor: ms(pair.floor), ours: ms(pair.ours) }
    return [{ what: this.what, goal: 'at most 1.3 × endorsed by one', ...atMost(1.3, pair.ratio), ...figures }]
  },
}

export const submitRows: Row[] = [oneByOne, together, endorsedByTwo]

/** Writes what the block of one Put writes, with nothing else around it, to a LevelDB of its own. */
async function syncedBatch(scope: Scope): Promise<() => Promise<void>> {
  const store = await openStore(await scope.folder('sync'))
  scope.defer(() => store.close())
  let operations: StoreOperation[] = []
  const spied: Store = {
    get: (...args) => store.get(...args),
    getMany: (...args) => store.getMany(...args),
    iterate: (range) => store.iterate(range),
    iterateTexts: (range) => store.iterateTexts(range),
    snapshot: () => store.snapshot(),
    write: async (written) => void (operations = written),
    close: () => store.close(),
  }
  const ledger = new ChannelLedger('channel', spied, { queries: undefined, organisations: () => [] })
  const committer = newCommitter(ledger)
  await committer.commit([await envelopeOfPut(ledger, scope)])
  // As in a real ledger each batch writes new keys.
  let batch = 0
  return () => {
    batch += 1
    const suffix = Buffer.from(String(batch))
    const fresh = operations.map((operation) => ({ ...operation, key: Buffer.concat([operation.key, suffix]) }))
    return store.write(fresh, { sync: true })
  }
}

/** What the chaincode's Put comes to, signed by identities of the usual size. */
async function envelopeOfPut(ledger: ChannelLedger, scope: Scope): Promise<Uint8Array> {
  const { client, peer } = await openIdentities(await scope.folder('identity'), 'Org1MSP')
  const [fn, args] = javascript.put('one-1')
  const input = new ChaincodeInput()
  input.setArgsList([fn, ...args].map((arg) => Buffer.from(arg)))
  const name = 'javascript-contract'
  const proposal = buildProposal({ channel: ledger.channel, chaincode: name, input, transient: new Map() }, client)
  const simulator = ledger.newTxSimulator(proposal.txId)
  simulator.setState(name, args[0] ?? '', Buffer.from(args[1] ?? ''))
  const { rwset } = simulator.results()
  const response = new Response()
  response.setStatus(200)
  const definition = { name, version: '1.0.0', channel: ledger.channel, systemChaincode: false, initRequired: false }
  const executed = { response, chaincodeMs: 0, executedAt: 0, rwset: rwset() }
  simulator.done()
  return signedEnvelope(proposal, client, endorse({ definition, proposal }, executed, peer))
}
