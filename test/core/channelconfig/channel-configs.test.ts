import { expect, onTestFinished, test } from 'vitest'
import { channelConfigs } from '../../../core/channelconfig/channel-configs.ts'
import { newCommitter } from '../../../core/committer/committer.ts'
import { headerBytes, headerHash } from '../../../core/ledger/block.ts'
import { commitHash } from '../../../core/ledger/commit-hash.ts'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import { fabricLines } from '../../../core/config/fabric-line.ts'
import { openIdentities } from '../../../core/msp/dev-ca.ts'
import { DEFAULT_BATCH } from '../../../core/orderer/block-cutter.ts'
import { blockWriter } from '../../../core/orderer/block-metadata.ts'
import { startOrderer } from '../../../core/orderer/orderer.ts'
import { LastConfig, Metadata, OrdererBlockMetadata } from '../../../core/protos/config.ts'
import { BlockHeader, SignatureHeader, type Block } from '../../../core/protos/index.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, commitBlock, prepare } from '../ledger/envelopes.ts'

async function open(dataDir?: string) {
  const folder = dataDir ?? (await tempFolder('configs'))
  const identities = await openIdentities(folder, 'Org1MSP')
  const ledgers = await openLedgers(folder, { blockWriter: blockWriter(identities.orderer.node) })
  onTestFinished(() => ledgers.close())
  const ledger = ledgers.ledger(CHANNEL)
  const orderer = startOrderer(newCommitter(ledger, identities.msps), () => undefined)
  let batch = DEFAULT_BATCH
  const configs = channelConfigs({
    ledger: () => ledger,
    orderer: () => orderer,
    settings: () => ({
      organisations: identities.organisations().map((mspId) => identities.organisation(mspId)),
      orderer: identities.orderer,
      batch,
      capabilities: fabricLines['3.1'].capabilities,
    }),
    signer: () => identities.orderer.node,
  })
  return {
    folder,
    identities,
    ledgers,
    ledger,
    orderer,
    configure: () => configs.configure(CHANNEL),
    setBatch: (maxMessageCount: number) => (batch = { ...batch, maxMessageCount }),
  }
}

const block = ({ ledger }: Awaited<ReturnType<typeof open>>, number: number) => ledger.blocks.byNumber(BigInt(number))
const slotOf = (of: Block, index: number) =>
  Metadata.deserializeBinary(of.getMetadata()?.getMetadataList_asU8()[index] ?? new Uint8Array())
const lastConfigOf = (of: Block) => LastConfig.deserializeBinary(slotOf(of, 1).getValue_asU8()).getIndex()
const commitHashOf = (of: Block) => Buffer.from(slotOf(of, 4).getValue_asU8()).toString('hex')

test('a channel begins with its configuration, once', async () => {
  const scene = await open()
  await Promise.all([scene.configure(), scene.configure()])
  expect(scene.ledger.height()).toBe(1)
  const genesis = block(scene, 0)
  expect(genesis.getHeader()?.getPreviousHash_asU8()).toHaveLength(0)
  expect([...(genesis.getMetadata()?.getMetadataList_asU8()[2] ?? [])]).toEqual([0])
  expect(lastConfigOf(genesis)).toBe(0)
  expect(slotOf(genesis, 0).getSignaturesList()).toEqual([])
  expect(commitHashOf(genesis)).toBe('')
  const organisations = scene.ledger.blocks.config()?.getChannelGroup()?.getGroupsMap().get('Application')
  expect(organisations?.getGroupsMap().has('Org1MSP')).toBe(true)
})

test('follows the peer’s organisations and batches, in blocks of their own', async () => {
  const scene = await open()
  await scene.configure()
  await scene.identities.addOrganisation('Org2MSP')
  await scene.configure()
  scene.setBatch(7)
  await scene.configure()
  await scene.configure()
  expect(scene.ledger.height()).toBe(3)
  expect([0, 1, 2].map((number) => lastConfigOf(block(scene, number)))).toEqual([0, 1, 2])
  const config = scene.ledger.blocks.config()
  expect(config?.getSequence()).toBe(2)
  expect(config?.getChannelGroup()?.getGroupsMap().get('Application')?.getGroupsMap().has('Org2MSP')).toBe(true)
  // It is the same after a restart.
  await scene.orderer.close()
  await scene.ledgers.close()
  const again = await open(scene.folder)
  expect(again.ledger.blocks.config()?.getSequence()).toBe(2)
  expect(again.identities.orderer.node.certificate).toBe(scene.identities.orderer.node.certificate)
})

test('each block is signed by the orderer over its header, and says what configures it', async () => {
  const scene = await open()
  await scene.configure()
  await scene.identities.addOrganisation('Org2MSP')
  await scene.configure()
  const signed = block(scene, 1)
  const header = signed.getHeader() ?? new BlockHeader()
  const metadata = slotOf(signed, 0)
  const [signature] = metadata.getSignaturesList()
  const signatureHeader = SignatureHeader.deserializeBinary(signature?.getSignatureHeader_asU8() ?? new Uint8Array())
  const signer = scene.identities.msps.deserialize(signatureHeader.getCreator_asU8())
  expect(signer.problem).toBeUndefined()
  expect([signer.mspId, signer.certificate.organizationalUnits]).toEqual(['OrdererMSP', ['orderer']])
  const message = Buffer.concat([
    metadata.getValue_asU8(),
    signature?.getSignatureHeader_asU8() ?? new Uint8Array(),
    headerBytes(header),
  ])
  expect(signer.verify(message, signature?.getSignature_asU8() ?? new Uint8Array())).toBe(true)
  expect(signer.verify(message.subarray(1), signature?.getSignature_asU8() ?? new Uint8Array())).toBe(false)
  expect(OrdererBlockMetadata.deserializeBinary(metadata.getValue_asU8()).getLastConfig()?.getIndex()).toBe(1)
  expect(Buffer.from(header.getPreviousHash_asU8())).toEqual(
    Buffer.from(headerHash(block(scene, 0).getHeader() ?? new BlockHeader())),
  )
})

test('the commit hash goes on from block to block, also over a restart', async () => {
  const first = await open()
  await first.configure()
  await first.identities.addOrganisation('Org2MSP')
  await first.configure()
  await first.orderer.close()
  await first.ledgers.close()
  const scene = await open(first.folder)
  scene.setBatch(9)
  await scene.configure()
  const one = commitHash([0], [], new Uint8Array())
  expect(commitHashOf(block(scene, 1))).toBe(Buffer.from(one).toString('hex'))
  expect(commitHashOf(block(scene, 2))).toBe(Buffer.from(commitHash([0], [], one)).toString('hex'))
})

test('a ledger of before there were configurations is given one, and no commit hash, as a real peer has it', async () => {
  const dataDir = await tempFolder('configs')
  const before = await openLedgers(dataDir)
  const made = await prepare(before.ledger(CHANNEL), (simulator) => {
    simulator.setState('cc', 'k', Buffer.from('v'))
  })
  await commitBlock(before.ledger(CHANNEL), [made.envelope])
  await before.close()
  const scene = await open(dataDir)
  expect(scene.ledger.blocks.config()).toBeUndefined()
  await scene.configure()
  expect([scene.ledger.height(), scene.ledger.blocks.config()?.getSequence()]).toEqual([2, 1])
  expect([lastConfigOf(block(scene, 1)), commitHashOf(block(scene, 1))]).toEqual([1, ''])
  await scene.configure()
  expect(scene.ledger.height()).toBe(2)
})
