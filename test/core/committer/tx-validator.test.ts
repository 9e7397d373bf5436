// @module-tag slow
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { ledgerKeys } from '../../../core/ledger/ledger-keys.ts'
import { embeddedQueries } from '../../../core/ledger/embedded-queries.ts'
import { openIdentities } from '../../../core/msp/dev-ca.ts'
import type { SigningIdentity } from '../../../core/msp/identity.ts'
import { ConfigEnvelope } from '../../../core/protos/config.ts'
import {
  Block,
  BlockMetadataIndex,
  ChaincodeAction,
  ChaincodeActionPayload,
  ChaincodeEvent,
  ChannelHeader,
  Envelope,
  HeaderType,
  Payload,
  ProposalResponsePayload,
  Transaction,
  TxReadWriteSet,
  TxValidationCode,
} from '../../../core/protos/index.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, NS, read } from '../ledger/envelopes.ts'
import { openScene, type Said } from './committing.ts'

async function open() {
  const strangers = await openIdentities(await tempFolder('strangers'), 'Org1MSP')
  return { ...(await openScene()), strangers }
}

type Scene = Awaited<ReturnType<typeof open>>

/** Change the payload and sign it again. */
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
  changed(scene.envelopeOf(), scene.identities.client, change)
const said = (of: (scene: Scene) => Said) => (scene: Scene) => scene.envelopeOf(of(scene))

/** Change what the chaincode is said to have done; nobody has endorsed that. */
const results = (change: (action: ChaincodeAction) => void) =>
  rewritten((payload) =>
    withAction(payload, (action) => {
      const endorsed = action.getAction()
      const response = ProposalResponsePayload.deserializeBinary(
        endorsed?.getProposalResponsePayload_asU8() ?? new Uint8Array(),
      )
      const done = ChaincodeAction.deserializeBinary(response.getExtension_asU8())
      change(done)
      response.setExtension$(done.serializeBinary())
      endorsed?.setProposalResponsePayload(response.serializeBinary())
    }),
  )

const NO_MESSAGE = Buffer.from('\xff\xff', 'latin1')

/** As a config transaction with this payload, of someone whom the channel knows. */
const config = (data: Uint8Array) =>
  rewritten((payload) => {
    withChannelHeader(payload, (header) => header.setType(HeaderType.CONFIG))
    payload.setData(data)
  })

const table: [name: string, make: (scene: Scene) => Uint8Array, code: keyof typeof TxValidationCode][] = [
  ['what a client and its peer signed', said(() => ({})), 'VALID'],
  [
    'the peer of another organisation of the channel endorses',
    said(({ identities }) => ({ endorsers: [identities.peerOf('Org2MSP')] })),
    'VALID',
  ],
  ['no message at all', () => NO_MESSAGE, 'INVALID_OTHER_REASON'],
  ['nothing', () => new Uint8Array(), 'BAD_COMMON_HEADER'],
  [
    'a payload that isn’t a message',
    () => {
      const envelope = new Envelope()
      envelope.setPayload(NO_MESSAGE)
      return envelope.serializeBinary()
    },
    'BAD_PAYLOAD',
  ],
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
    said(({ strangers }) => ({ endorsers: [strangers.peer] })),
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
  ['a configuration that is none', config(NO_MESSAGE), 'INVALID_CONFIG_TRANSACTION'],
  ['a configuration without its root', config(new ConfigEnvelope().serializeBinary()), 'INVALID_CONFIG_TRANSACTION'],
  [
    'a response that isn’t a message',
    rewritten((payload) =>
      withAction(payload, (action) => {
        const bytes = action.getAction()?.getProposalResponsePayload_asU8() ?? new Uint8Array()
        const response = ProposalResponsePayload.deserializeBinary(bytes)
        response.setExtension$(NO_MESSAGE)
        action.getAction()?.setProposalResponsePayload(response.serializeBinary())
      }),
    ),
    'BAD_RESPONSE_PAYLOAD',
  ],
  ['a read-write set that isn’t a message', results((action) => action.setResults(NO_MESSAGE)), 'BAD_RWSET'],
  [
    'a namespace twice',
    results((action) => {
      const set = TxReadWriteSet.deserializeBinary(action.getResults_asU8())
      set.setNsRwsetList([...set.getNsRwsetList(), ...set.getNsRwsetList()])
      action.setResults(set.serializeBinary())
    }),
    'ILLEGAL_WRITESET',
  ],
  [
    'an event of another chaincode',
    results((action) => {
      const event = new ChaincodeEvent()
      event.setChaincodeId('other')
      action.setEvents(event.serializeBinary())
    }),
    'INVALID_OTHER_REASON',
  ],
  ['no chaincode in the answer', results((action) => action.clearChaincodeId()), 'INVALID_OTHER_REASON'],
  ['a chaincode that is not defined', said(() => ({ chaincode: 'nosuch' })), 'INVALID_CHAINCODE'],
  [
    'a write to a chaincode that is not defined',
    said(() => ({
      work: (simulator) => {
        simulator.setState(NS, 'k', Buffer.from('v'))
        simulator.setState('nosuch', 'k', Buffer.from('v'))
      },
    })),
    'INVALID_CHAINCODE',
  ],
]

test.each(table)('%s', async (_name, make, code) => {
  const scene = await open()
  const number = scene.ledger.height()
  expect(await scene.codes(make(scene))).toEqual([code])
  expect(read(scene.ledger, 'k')).toBe(code === 'VALID' ? 'v' : undefined)
  const block = Block.deserializeBinary(scene.ledgers.store.get(ledgerKeys(CHANNEL).block(number)) ?? new Uint8Array())
  const filter = block.getMetadata()?.getMetadataList_asU8()[BlockMetadataIndex.TRANSACTIONS_FILTER]
  expect([...(filter ?? [])]).toEqual([TxValidationCode[code]])
})

test('what nobody endorsed does not stand in the way of its neighbours, and its id is taken', async () => {
  const scene = await open()
  const bad = scene.envelopeOf({ endorsers: [scene.strangers.peer] })
  expect(await scene.codes(bad, scene.envelopeOf())).toEqual(['ENDORSEMENT_POLICY_FAILURE', 'VALID'])
  expect(await scene.codes(bad)).toEqual(['DUPLICATE_TXID'])
})

test('a header extension that isn’t a message', async () => {
  const scene = await open()
  // What hashes the header must go with it.
  const envelope = changed(scene.envelopeOf(), scene.identities.client, (payload) => {
    withChannelHeader(payload, (header) => header.setExtension$(NO_MESSAGE))
    const header = payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array()
    withAction(payload, (action) => {
      const response = ProposalResponsePayload.deserializeBinary(
        action.getAction()?.getProposalResponsePayload_asU8() ?? new Uint8Array(),
      )
      const hash = createHash('sha256')
        .update(header)
        .update(payload.getHeader()?.getSignatureHeader_asU8() ?? new Uint8Array())
        .update(action.getChaincodeProposalPayload_asU8())
      response.setProposalHash(hash.digest())
      action.getAction()?.setProposalResponsePayload(response.serializeBinary())
    })
  })
  expect(await scene.codes(envelope)).toEqual(['BAD_HEADER_EXTENSION'])
})

test('a write that the state database does not take', async () => {
  let taken = true
  const scene = await openScene([], {
    queries: (channel) => ({
      ...embeddedQueries(channel),
      validateKeyValue(key) {
        if (!taken) throw new Error(`invalid key [${key}]`)
      },
    }),
  })
  const envelope = scene.envelopeOf()
  taken = false
  expect(await scene.codes(envelope)).toEqual(['INVALID_WRITESET'])
  taken = true
  expect(read(scene.ledger, 'k')).toBeUndefined()
})
