import { onTestFinished } from 'vitest'
import { channelGroup } from '../../../core/channelconfig/channel-group.ts'
import { genesisBlock } from '../../../core/channelconfig/config-block.ts'
import { TransactionContext } from '../../../core/chaincode/transaction-context.ts'
import { newCommitter, type Committer } from '../../../core/committer/committer.ts'
import { fabricLines } from '../../../core/config/fabric-line.ts'
import { endorse, simulate, type Execution, type Simulated } from '../../../core/endorser/endorser.ts'
import { buildProposal, type BuiltProposal } from '../../../core/endorser/proposal.ts'
import { signedEnvelope } from '../../../core/gateway/envelope.ts'
import type { Ledger, TxSimulator } from '../../../core/ledger/ledger.ts'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import { openIdentities, type Identities } from '../../../core/msp/dev-ca.ts'
import { blockWriter } from '../../../core/orderer/block-metadata.ts'
import { DEFAULT_BATCH } from '../../../core/orderer/block-cutter.ts'
import { parsePolicy } from '../../../core/policies/policy-dsl.ts'
import { packageCollections } from '../../../core/privdata/collection-config.ts'
import {
  ChaincodeAction,
  ChaincodeEvent,
  ChaincodeInput,
  ProposalResponsePayload,
  Response,
} from '../../../core/protos/index.ts'
import {
  ChaincodeEndorsementInfo,
  ChaincodeValidationInfo,
  StateData,
  StateMetadata,
} from '../../../core/protos/lifecycle.ts'
import { ApplicationPolicy } from '../../../core/protos/policies.ts'
import { tempFolder } from '../../support/temp.ts'
import { perform } from './perform.ts'
import { readPlainSet, type PlainSet } from './plain-set.ts'
import { COLLECTIONS, type Operation } from './program.ts'

export const NS = 'cc'

export interface RealTransaction {
  txId: string
  answers: string[]
  set: PlainSet
  /** The chaincode's event as it is endorsed. */
  event: { name: string; payload: string } | undefined
  envelope: Uint8Array
}

export interface RealChannel {
  ledger: Ledger
  /** Endorsed by the peer of Org1MSP alone. `named`: the transaction's id, as soon as it has one. */
  run(operations: readonly Operation[]): Promise<RealTransaction>
  /** Validate and store the next block; resolves with its codes. */
  commit(envelopes: Uint8Array[]): Promise<string[]>
}

/** The parts of a real peer below its streams: requests' handlers, simulator, endorser, committer and LevelDB. */
export async function realChannels(): Promise<() => Promise<RealChannel>> {
  const dataDir = await tempFolder('random')
  const identities = await openIdentities(dataDir, 'Org1MSP', ['Org1MSP', 'Org2MSP'])
  const ledgers = await openLedgers(dataDir, {
    organisations: () => identities.organisations(),
    blockWriter: blockWriter(identities.orderer.node),
    // The model is that of a peer with LevelDB.
    queries: undefined,
  })
  onTestFinished(() => ledgers.close())
  const group = channelGroup({
    organisations: identities.organisations().map((mspId) => identities.organisation(mspId)),
    orderer: identities.orderer,
    batch: DEFAULT_BATCH,
    capabilities: fabricLines['3.1'].capabilities,
  })
  let opened = 0
  return async () => {
    const ledger = ledgers.ledger(`random${opened++}`)
    await ledger.join(genesisBlock(ledger.channel, group).serializeBinary())
    const committer = newCommitter(ledger, identities.msps)
    await define({ ledger, committer, identities })
    return {
      ledger,
      run: (operations) => run({ ledger, identities }, operations),
      async commit(envelopes) {
        const { transactions } = await committer.commit(envelopes)
        return transactions.map(({ validationCode }) => validationCode)
      },
    }
  }
}

interface Scene {
  ledger: Ledger
  identities: Identities
}

/** Its definition as _lifecycle writes it (core/chaincode/lifecycle/serializer.go): a policy either organisation meets. */
async function define({ ledger, committer, identities }: Scene & { committer: Committer }): Promise<void> {
  const policy = new ApplicationPolicy()
  policy.setSignaturePolicy(parsePolicy("OR('Org1MSP.peer', 'Org2MSP.peer')"))
  const info = new ChaincodeValidationInfo()
  info.setValidationPlugin('vscc')
  info.setValidationParameter(policy.serializeBinary())
  const endorsement = new ChaincodeEndorsementInfo()
  endorsement.setVersion('1.0')
  endorsement.setEndorsementPlugin('escc')
  const fields = {
    EndorsementInfo: endorsement.serializeBinary(),
    ValidationInfo: info.serializeBinary(),
    Collections: packageCollections(COLLECTIONS),
  }
  const chaincode = '_lifecycle'
  const proposal = propose({ ledger, identities }, chaincode)
  const simulator = ledger.newTxSimulator(proposal.txId)
  const metadata = new StateMetadata()
  metadata.setDatatype('ChaincodeDefinition')
  metadata.setFieldsList(['Sequence', ...Object.keys(fields)])
  simulator.setState(chaincode, `namespaces/metadata/${NS}`, metadata.serializeBinary())
  const write = (field: string, set: (data: InstanceType<typeof StateData>) => void) => {
    const data = new StateData()
    set(data)
    simulator.setState(chaincode, `namespaces/fields/${NS}/${field}`, data.serializeBinary())
  }
  write('Sequence', (data) => data.setInt64(1))
  for (const [field, bytes] of Object.entries(fields)) write(field, (data) => data.setBytes(bytes))
  const everyone = identities.organisations().map((mspId) => identities.peerOf(mspId))
  const executed = { ...good(undefined), rwset: simulator.results().rwset() }
  simulator.done()
  const definition = definitionOf(chaincode, ledger)
  const responses = everyone.map((peer) => endorse({ definition, proposal }, executed, peer))
  await committer.commit([signedEnvelope(proposal, identities.client, ...responses)])
}

async function run({ ledger, identities }: Scene, operations: readonly Operation[]): Promise<RealTransaction> {
  const proposal = propose({ ledger, identities }, NS)
  const { txId } = proposal
  const answers: string[] = []
  const simulator = ledger.newTxSimulator(txId, 'Org1MSP')
  try {
    const { results, ...execution } = await execute({ ledger, proposal, simulator }, operations, answers)
    const { rwset, privateRwset } = results
    if (privateRwset !== undefined) ledger.persistPrivate(txId, privateRwset())
    const definition = definitionOf(NS, ledger)
    const response = endorse({ definition, proposal }, { ...execution, rwset: rwset() }, identities.peer)
    const payload = ProposalResponsePayload.deserializeBinary(response.getPayload_asU8())
    const action = ChaincodeAction.deserializeBinary(payload.getExtension_asU8())
    return {
      txId,
      answers: answers.map((answer) => answer.replaceAll(`${ledger.channel}/`, 'ch1/')),
      set: readPlainSet(action.getResults_asU8(), NS),
      event: eventOf(action.getEvents_asU8(), txId),
      envelope: signedEnvelope(proposal, identities.client, response),
    }
  } finally {
    simulator.done()
  }
}

function execute(
  { ledger, proposal, simulator }: { ledger: Ledger; proposal: BuiltProposal; simulator: TxSimulator },
  operations: readonly Operation[],
  answers: string[],
): Promise<Simulated> {
  const simulation = {
    definition: definitionOf(NS, ledger),
    proposal,
    input: new ChaincodeInput(),
    isInit: false,
    creatorMspId: 'Org1MSP',
    mspId: 'Org1MSP',
    simulator,
  }
  return simulate(simulation, async (params) => {
    const tx = new TransactionContext(params)
    let event: ChaincodeEvent | undefined
    for (const operation of operations) {
      answers.push(await perform(tx, operation))
      if (operation.do !== 'event') continue
      event = new ChaincodeEvent()
      event.setEventName(operation.name)
      event.setPayload(Buffer.from(operation.payload))
    }
    await tx.end()
    return good(event)
  })
}

function eventOf(bytes: Uint8Array, txId: string): RealTransaction['event'] {
  if (bytes.length === 0) return undefined
  const event = ChaincodeEvent.deserializeBinary(bytes)
  if (event.getTxId() !== txId || event.getChaincodeId() !== NS) throw new Error('the event is of another transaction')
  return { name: event.getEventName(), payload: Buffer.from(event.getPayload_asU8()).toString() }
}

function propose({ ledger, identities }: Scene, chaincode: string): BuiltProposal {
  const call = {
    channel: ledger.channel,
    chaincode,
    input: new ChaincodeInput(),
    transient: new Map<string, Uint8Array>(),
  }
  return buildProposal(call, identities.client)
}

function definitionOf(name: string, { channel }: Ledger) {
  return { name, version: '1.0', channel, initRequired: false, systemChaincode: false }
}

function good(event: ChaincodeEvent | undefined): Execution {
  const response = new Response()
  response.setStatus(200)
  return { response, event, executedAt: 0, chaincodeMs: 0 }
}
