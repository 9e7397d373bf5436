import { expect, onTestFinished, test } from 'vitest'
import { newTxValidator } from '../../../core/committer/tx-validator.ts'
import { endorse } from '../../../core/endorser/endorser.ts'
import { buildProposal } from '../../../core/endorser/proposal.ts'
import { signedEnvelope } from '../../../core/gateway/envelope.ts'
import { ledgerKeys } from '../../../core/ledger/ledger-keys.ts'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import { openIdentities } from '../../../core/msp/dev-ca.ts'
import type { SigningIdentity } from '../../../core/msp/identity.ts'
import {
  Block,
  BlockMetadataIndex,
  ChaincodeActionPayload,
  ChaincodeInput,
  ChannelHeader,
  Envelope,
  HeaderType,
  Payload,
  Response,
  Transaction,
  TxValidationCode,
} from '../../../core/protos/index.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, NS, read } from '../ledger/envelopes.ts'

async function open() {
  const dataDir = await tempFolder('committer')
  const identities = await openIdentities(dataDir, 'Org1MSP', ['Org2MSP'])
  const ledgers = await openLedgers(dataDir, { validator: newTxValidator(identities.msps) })
  onTestFinished(() => ledgers.close())
  const strangers = await openIdentities(await tempFolder('strangers'), 'Org1MSP')
  return { ledgers, ledger: ledgers.ledger(CHANNEL), identities, strangers }
}

type Scene = Awaited<ReturnType<typeof open>>
interface Said {
  creator?: SigningIdentity
  /** Signs the envelope in the creator's name. */
  sender?: SigningIdentity
  endorser?: SigningIdentity
  channel?: string
  version?: string
  /** The chaincode that is said to have answered. */
  answered?: string
}

/** A transaction that writes `k`, as these people make it. */
function envelopeOf({ ledger, identities }: Scene, said: Said): Uint8Array {
  const { creator = identities.client, sender = creator, endorser = identities.peer } = said
  const { channel = CHANNEL, version = '1.0', answered = NS } = said
  const proposal = buildProposal({ channel, chaincode: NS, input: new ChaincodeInput(), transient: new Map() }, creator)
  const simulator = ledger.newTxSimulator(proposal.txId)
  try {
    simulator.setState(NS, 'k', Buffer.from('v'))
    const response = new Response()
    response.setStatus(200)
    const definition = { name: answered, version, channel, initRequired: false }
    const executed = { response, executedAt: 0, chaincodeMs: 0, rwset: simulator.results().rwset() }
    return signedEnvelope(proposal, endorse({ definition, proposal }, executed, endorser), sender)
  } finally {
    simulator.done()
  }
}

/** Change the payload and sign it anew. */
function changed(envelope: Uint8Array, signer: SigningIdentity, change: (payload: Payload) => void): Uint8Array {
  const message = Envelope.deserializeBinary(envelope)
  const payload = Payload.deserializeBinary(message.getPayload_asU8())
  change(payload)
  message.setPayload(payload.serializeBinary())
  message.setSignature(signer.sign(message.getPayload_asU8()))
  return message.serializeBinary()
}

function withChannelHeader(payload: Payload, change: (header: ChannelHeader) => void): void {
  const header = ChannelHeader.deserializeBinary(payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array())
  change(header)
  payload.getHeader()?.setChannelHeader(header.serializeBinary())
}

function withAction(payload: Payload, change: (action: ChaincodeActionPayload) => void): void {
  const transaction = Transaction.deserializeBinary(payload.getData_asU8())
  const [action] = transaction.getActionsList()
  const message = ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? new Uint8Array())
  change(message)
  action?.setPayload(message.serializeBinary())
  payload.setData(transaction.serializeBinary())
}

const rewritten = (change: (payload: Payload) => void) => (scene: Scene) =>
  changed(envelopeOf(scene, {}), scene.identities.client, change)
const said = (of: (scene: Scene) => Said) => (scene: Scene) => envelopeOf(scene, of(scene))

const table: [name: string, make: (scene: Scene) => Uint8Array, code: keyof typeof TxValidationCode][] = [
  ['what a client and its peer signed', said(() => ({})), 'VALID'],
  [
    'the peer of another organisation of the channel endorses',
    said(({ identities }) => ({ endorser: identities.peerOf('Org2MSP') })),
    'VALID',
  ],
  ['no message at all', () => Buffer.from('\xff\xff', 'latin1'), 'BAD_PAYLOAD'],
  ['an envelope without headers', rewritten((payload) => payload.clearHeader()), 'BAD_COMMON_HEADER'],
  ['an epoch', rewritten((payload) => withChannelHeader(payload, (header) => header.setEpoch(1))), 'BAD_COMMON_HEADER'],
  [
    'a type that peers do not know',
    rewritten((payload) => withChannelHeader(payload, (header) => header.setType(HeaderType.MESSAGE))),
    'BAD_COMMON_HEADER',
  ],
  [
    'nobody named as its creator',
    rewritten((payload) => payload.getHeader()?.setSignatureHeader('')),
    'BAD_COMMON_HEADER',
  ],
  [
    'a config update',
    rewritten((payload) => withChannelHeader(payload, (header) => header.setType(HeaderType.CONFIG_UPDATE))),
    'UNSUPPORTED_TX_PAYLOAD',
  ],
  ['a signature in another’s name', said(({ identities }) => ({ sender: identities.peer })), 'BAD_CREATOR_SIGNATURE'],
  [
    'a creator of an unknown CA under the organisation’s name',
    said(({ strangers }) => ({ creator: strangers.client })),
    'BAD_CREATOR_SIGNATURE',
  ],
  [
    'an id that is not of its nonce',
    rewritten((payload) => withChannelHeader(payload, (header) => header.setTxId('ab'.repeat(32)))),
    'BAD_PROPOSAL_TXID',
  ],
  ['no action', rewritten((payload) => payload.setData('')), 'INVALID_ENDORSER_TRANSACTION'],
  [
    'arguments that were not endorsed',
    rewritten((payload) => withAction(payload, (action) => action.setChaincodeProposalPayload(Buffer.from('\n\0')))),
    'INVALID_ENDORSER_TRANSACTION',
  ],
  ['another channel', said(() => ({ channel: 'other' })), 'TARGET_CHAIN_NOT_FOUND'],
  ['a chaincode without a version', said(() => ({ version: '' })), 'INVALID_CHAINCODE'],
  ['another chaincode’s answer', said(() => ({ answered: 'other' })), 'INVALID_CHAINCODE'],
  [
    'an endorser of an unknown CA',
    said(({ strangers }) => ({ endorser: strangers.peer })),
    'ENDORSEMENT_POLICY_FAILURE',
  ],
  [
    'no endorsement',
    rewritten((payload) => withAction(payload, (action) => action.getAction()?.clearEndorsementsList())),
    'ENDORSEMENT_POLICY_FAILURE',
  ],
  [
    'an endorsement of something else',
    rewritten((payload) =>
      withAction(payload, (action) => action.getAction()?.getEndorsementsList()[0]?.setSignature(Buffer.from('no'))),
    ),
    'ENDORSEMENT_POLICY_FAILURE',
  ],
]

test.each(table)('%s', async (_name, make, code) => {
  const scene = await open()
  const { transactions } = await scene.ledger.commit([make(scene)])
  expect(transactions.map(({ validationCode }) => validationCode)).toEqual([code])
  expect(read(scene.ledger, 'k')).toBe(code === 'VALID' ? 'v' : undefined)
  const block = Block.deserializeBinary(scene.ledgers.store.get(ledgerKeys(CHANNEL).block(0)) ?? new Uint8Array())
  const filter = block.getMetadata()?.getMetadataList_asU8()[BlockMetadataIndex.TRANSACTIONS_FILTER]
  expect([...(filter ?? [])]).toEqual([TxValidationCode[code]])
})

test('what nobody endorsed does not stand in the way of its neighbours, and its id is taken', async () => {
  const scene = await open()
  const bad = envelopeOf(scene, { endorser: scene.strangers.peer })
  const codes = async (envelopes: Uint8Array[]) =>
    (await scene.ledger.commit(envelopes)).transactions.map(({ validationCode }) => validationCode)
  expect(await codes([bad, envelopeOf(scene, {})])).toEqual(['ENDORSEMENT_POLICY_FAILURE', 'VALID'])
  expect(await codes([bad])).toEqual(['DUPLICATE_TXID'])
})
