/** Transactions as peers and clients make them, on a configured channel of two organisations. */
import { onTestFinished } from 'vitest'
import { channelGroup } from '../../../core/channelconfig/channel-group.ts'
import { genesisBlock } from '../../../core/channelconfig/config-block.ts'
import { fabricLines } from '../../../core/config/fabric-line.ts'
import { newCommitter, type CommittedBlock } from '../../../core/committer/committer.ts'
import { endorse } from '../../../core/endorser/endorser.ts'
import { buildProposal } from '../../../core/endorser/proposal.ts'
import { signedEnvelope } from '../../../core/gateway/envelope.ts'
import type { TxSimulator } from '../../../core/ledger/ledger.ts'
import type { ChannelParts } from '../../../core/ledger/channel-ledger.ts'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import { openIdentities } from '../../../core/msp/dev-ca.ts'
import type { SigningIdentity } from '../../../core/msp/identity.ts'
import { blockWriter } from '../../../core/orderer/block-metadata.ts'
import { DEFAULT_BATCH } from '../../../core/orderer/block-cutter.ts'
import { parsePolicy } from '../../../core/policies/policy-dsl.ts'
import { definitionMetadataKey } from '../../../core/privdata/definition-keys.ts'
import { packageCollections, type CollectionConfigJson } from '../../../core/privdata/collection-config.ts'
import { ChaincodeInput, Response } from '../../../core/protos/index.ts'
import { ChaincodeValidationInfo, StateData } from '../../../core/protos/lifecycle.ts'
import { ApplicationPolicy } from '../../../core/protos/policies.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, NS } from '../ledger/envelopes.ts'

export const LIFECYCLE = '_lifecycle'

/** What a chaincode is defined with. */
export interface Defined {
  /** In the language of policies, or the path of one of the channel's. */
  policy?: string
  collections?: CollectionConfigJson[]
}

export interface Said {
  chaincode?: string
  creator?: SigningIdentity
  /** Signs the envelope in the creator's name. */
  sender?: SigningIdentity
  endorsers?: readonly SigningIdentity[]
  channel?: string
  version?: string
  /** The chaincode that is said to have answered. */
  answered?: string
  work?: (simulator: TxSimulator) => void
}

/** A channel whose chaincode any organisation may endorse, unless it is defined otherwise. */
export async function openScene(organisations: readonly string[] = ['Org2MSP'], parts: Partial<ChannelParts> = {}) {
  const dataDir = await tempFolder('committer')
  const identities = await openIdentities(dataDir, 'Org1MSP', organisations)
  const ledgers = await openLedgers(dataDir, {
    organisations: () => identities.organisations(),
    blockWriter: blockWriter(identities.orderer.node),
    ...parts,
  })
  onTestFinished(() => ledgers.close())
  const ledger = ledgers.ledger(CHANNEL)
  const committer = newCommitter(ledger, identities.msps)
  const settings = {
    organisations: identities.organisations().map((mspId) => identities.organisation(mspId)),
    orderer: identities.orderer,
    batch: DEFAULT_BATCH,
    capabilities: fabricLines['3.1'].capabilities,
  }
  await ledger.join(genesisBlock(CHANNEL, channelGroup(settings)).serializeBinary())
  const everyone = () => identities.organisations().map((mspId) => identities.peerOf(mspId))

  const envelopeOf = ({
    chaincode = NS,
    creator = identities.client,
    sender = creator,
    endorsers = [identities.peer],
    channel = CHANNEL,
    version = '1.0',
    answered = chaincode,
    work = (simulator) => simulator.setState(chaincode, 'k', Buffer.from('v')),
  }: Said = {}): Uint8Array => {
    const proposal = buildProposal({ channel, chaincode, input: new ChaincodeInput(), transient: new Map() }, creator)
    const simulator = ledger.newTxSimulator(proposal.txId)
    try {
      work(simulator)
      const response = new Response()
      response.setStatus(200)
      const definition = { name: answered, version, channel, systemChaincode: false, initRequired: false }
      const { rwset, privateRwset } = simulator.results()
      if (privateRwset !== undefined) ledger.persistPrivate(proposal.txId, privateRwset())
      const executed = { response, executedAt: 0, chaincodeMs: 0, rwset: rwset() }
      const responses = endorsers.map((endorser) => endorse({ definition, proposal }, executed, endorser))
      return signedEnvelope(proposal, sender, ...responses)
    } finally {
      simulator.done()
    }
  }

  /** Define a chaincode as _lifecycle does, with everyone's consent. */
  const define = async (name: string, { policy = "OR('Org1MSP.peer', 'Org2MSP.peer')", collections }: Defined = {}) => {
    const field = (of: string, bytes: Uint8Array) => (simulator: TxSimulator) => {
      const data = new StateData()
      data.setBytes(bytes)
      simulator.setState(LIFECYCLE, `namespaces/fields/${name}/${of}`, data.serializeBinary())
    }
    const application = new ApplicationPolicy()
    if (policy.startsWith('/')) application.setChannelConfigPolicyReference(policy)
    else application.setSignaturePolicy(parsePolicy(policy))
    const info = new ChaincodeValidationInfo()
    info.setValidationPlugin('vscc')
    info.setValidationParameter(application.serializeBinary())
    const metadata = definitionMetadataKey(name)
    const writes = [
      (simulator: TxSimulator) =>
        simulator.setState(metadata.namespace, metadata.key, Buffer.from('ChaincodeDefinition')),
      field('ValidationInfo', info.serializeBinary()),
    ]
    if (collections !== undefined) writes.push(field('Collections', packageCollections(collections)))
    const work = (simulator: TxSimulator) => writes.forEach((write) => write(simulator))
    await committer.commit([envelopeOf({ chaincode: LIFECYCLE, endorsers: everyone(), work })])
  }

  const commit = async (...envelopes: Uint8Array[]): Promise<CommittedBlock['transactions']> =>
    (await committer.commit(envelopes)).transactions
  const codes = async (...envelopes: Uint8Array[]) =>
    (await commit(...envelopes)).map(({ validationCode }) => validationCode)

  await define(NS)
  return { ledgers, ledger, committer, identities, everyone, envelopeOf, define, commit, codes }
}
