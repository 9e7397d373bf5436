import { endorse } from '../../../core/endorser/endorser.ts'
import { buildProposal } from '../../../core/endorser/proposal.ts'
import { signedEnvelope } from '../../../core/gateway/envelope.ts'
import { newCommitter } from '../../../core/committer/committer.ts'
import { ChannelLedger } from '../../../core/ledger/channel-ledger.ts'
import { openStore, type Store } from '../../../core/ledger/store.ts'
import type { StoreOperation } from '../../../core/ledger/store-entries.ts'
import { openIdentities, type Identities } from '../../../core/msp/dev-ca.ts'
import { ChaincodeInput, Response } from '../../../core/protos/index.ts'
import { takeTurns, timed } from '../measure.ts'
import { atMost, ms, type Row } from '../row.ts'

const WRITES = 1000
const MOST = 2

/** From the ordered envelope to the disk; the other side has the very same bytes at hand, and only writes them. */
export const commit: Row = {
  name: 'commit',
  what: `commit of a transaction of ${WRITES} writes`,
  async run(scope, { rounds = 25 }) {
    const store = await openStore(await scope.folder('commit'))
    scope.defer(() => store.close())
    const bare = await openStore(await scope.folder('batch'))
    scope.defer(() => bare.close())
    const identities = await openIdentities(await scope.folder('identity'), 'Org1MSP')
    let written: StoreOperation[] = []
    const spied: Store = {
      get: (...args) => store.get(...args),
      getMany: (...args) => store.getMany(...args),
      iterate: (range) => store.iterate(range),
      iterateTexts: (range) => store.iterateTexts(range),
      snapshot: () => store.snapshot(),
      write(operations, options) {
        written = operations
        return store.write(operations, options)
      },
      close: () => store.close(),
    }
    const ledger = new ChannelLedger('channel', spied, { queries: undefined, organisations: () => [] })
    const committer = newCommitter(ledger)
    await committer.commit([envelopeOf(ledger, identities, -1)])
    // The two sides take turns, so each batch is written twice, to a store of its own.
    const pair = await takeTurns(
      rounds,
      () => timed(() => bare.write(written, { sync: true })),
      async (round) => {
        const envelope = envelopeOf(ledger, identities, round)
        return timed(async () => {
          const { transactions } = await committer.commit([envelope])
          if (transactions[0]?.validationCode !== 'VALID') throw new Error('it was not valid')
        })
      },
    )
    const goal = `at most ${MOST} × one synced LevelDB batch of the same writes`
    return [{ what: this.what, goal, ...atMost(MOST, pair.ratio), floor: ms(pair.floor), ours: ms(pair.ours) }]
  },
}

function envelopeOf(ledger: ChannelLedger, { client, peer }: Identities, round: number): Uint8Array {
  const name = 'commit'
  const proposal = buildProposal(
    { channel: ledger.channel, chaincode: name, input: new ChaincodeInput(), transient: new Map() },
    client,
  )
  const simulator = ledger.newTxSimulator(proposal.txId)
  for (let n = 0; n < WRITES; n++) {
    simulator.setState(name, `asset-${round}-${n}`, Buffer.from(`value ${n}`.padEnd(100, '.')))
  }
  const { rwset } = simulator.results()
  const response = new Response()
  response.setStatus(200)
  const definition = { name, version: '1.0.0', channel: ledger.channel, systemChaincode: false, initRequired: false }
  const executed = { response, chaincodeMs: 0, executedAt: 0, rwset: rwset() }
  simulator.done()
  return signedEnvelope(proposal, client, endorse({ definition, proposal }, executed, peer))
}
