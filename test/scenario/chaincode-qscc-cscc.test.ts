import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  Block,
  BlockData,
  BlockHeader,
  BlockMetadata,
  ChaincodeMessage,
  ChannelHeader,
  Envelope,
  Header,
  HeaderType,
  Payload,
  Response,
} from '../../core/protos/index.ts'
import { Config, ConfigEnvelope, ConfigGroup } from '../../core/protos/config.ts'
import { BlockchainInfo, ChannelQueryResponse, ProcessedTransaction } from '../../core/protos/system.ts'
import { attachedPeer, nextTransaction, openAttached, seed } from '../support/attached.ts'
import { testPeer } from '../support/peer.ts'
import { requests } from '../support/requests.ts'
import { bytesOf, systemChaincode } from '../support/system-chaincode.ts'

/** The hash of a header as ASN.1, of numbers below 128. */
function headerHash(block: Block): string {
  const header = block.getHeader() ?? new BlockHeader()
  const octets = (bytes: Uint8Array) => Buffer.concat([Buffer.of(0x04, bytes.length), bytes])
  const content = Buffer.concat([
    Buffer.of(0x02, 1, header.getNumber()),
    octets(header.getPreviousHash_asU8()),
    octets(header.getDataHash_asU8()),
  ])
  const sequence = Buffer.concat([Buffer.of(0x30, content.length), content])
  return createHash('sha256').update(sequence).digest('hex')
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('qscc', () => {
  test('tells a chain of blocks, each found by number, by hash and by what is in it', async () => {
    const { peer, attached, chaincode } = await attachedPeer()
    await seed(attached, chaincode, [['a', '1']])
    const call = attached.submit('last')
    await (await nextTransaction(chaincode)).complete()
    const { txId } = await call.result
    const qscc = systemChaincode(peer, 'qscc')
    const info = BlockchainInfo.deserializeBinary(bytesOf(await qscc.evaluate('GetChainInfo', 'mychannel')))
    expect(info.getHeight()).toBe(peer.state().channels['mychannel']?.height)
    let previous = ''
    for (let number = 0; number < info.getHeight(); number++) {
      const bytes = bytesOf(await qscc.evaluate('GetBlockByNumber', 'mychannel', String(number)))
      const block = Block.deserializeBinary(bytes)
      expect(block.getHeader()?.getNumber()).toBe(number)
      expect(hex(block.getHeader()?.getPreviousHash_asU8() ?? new Uint8Array())).toBe(previous)
      const data = Buffer.concat(block.getData()?.getDataList_asU8() ?? [])
      expect(hex(block.getHeader()?.getDataHash_asU8() ?? new Uint8Array())).toBe(
        createHash('sha256').update(data).digest('hex'),
      )
      previous = headerHash(block)
      const byHash = await qscc.evaluate('GetBlockByHash', 'mychannel', Buffer.from(previous, 'hex'))
      expect(hex(bytesOf(byHash))).toBe(hex(bytes))
    }
    expect(hex(info.getCurrentblockhash_asU8())).toBe(previous)
    const last = await qscc.evaluate('GetBlockByNumber', 'mychannel', String(2n ** 64n - 1n))
    const lastBlock = Block.deserializeBinary(bytesOf(last))
    expect(hex(info.getPreviousblockhash_asU8())).toBe(
      hex(lastBlock.getHeader()?.getPreviousHash_asU8() ?? Buffer.of()),
    )

    expect(hex(bytesOf(await qscc.evaluate('GetBlockByTxID', 'mychannel', txId)))).toBe(hex(bytesOf(last)))
    const transaction = ProcessedTransaction.deserializeBinary(
      bytesOf(await qscc.evaluate('GetTransactionByID', 'mychannel', txId)),
    )
    expect(transaction.getValidationcode()).toBe(0)
    const envelope = transaction.getTransactionenvelope()?.serializeBinary() ?? new Uint8Array()
    expect(hex(envelope)).toBe(hex(lastBlock.getData()?.getDataList_asU8()[0] ?? new Uint8Array()))
  })

  test('is the same after a restart', async () => {
    const first = await testPeer()
    await openAttached(first)
    const ask = async (peer: typeof first) =>
      bytesOf(await systemChaincode(peer, 'qscc').evaluate('GetChainInfo', 'mychannel'))
    const before = await ask(first)
    await first.peer.close()
    const second = await testPeer({ dataDir: first.dataDir })
    expect(hex(await ask(second))).toBe(hex(before))
    const hash = BlockchainInfo.deserializeBinary(before).getCurrentblockhash_asU8()
    expect(await systemChaincode(second, 'qscc').evaluate('GetBlockByHash', 'mychannel', hash)).toMatchObject({
      status: 200,
    })
  })

  test('refuses in Fabric’s words', async () => {
    const peer = await testPeer()
    await openAttached(peer)
    const qscc = systemChaincode(peer, 'qscc', 'mychannel')
    const refusals: [call: [string, ...(string | Uint8Array)[]], message: string][] = [
      [['GetChainInfo'], 'Incorrect number of arguments, 1'],
      [['GetBlockByNumber', 'mychannel'], 'missing 3rd argument for GetBlockByNumber'],
      [['GetChainInfo', 'nosuch'], 'Invalid chain ID, nosuch'],
      [['GetAll', 'mychannel', 'x'], 'access denied for [GetAll][mychannel]: [Unmapped policy for qscc/GetAll]'],
      [
        ['GetBlockByNumber', 'mychannel', '99'],
        'Failed to get block number 99, error no such block number [99] in index',
      ],
      [
        ['GetBlockByNumber', 'mychannel', '-1'],
        'Failed to parse block number with error strconv.ParseUint: parsing "-1": invalid syntax',
      ],
      [
        ['GetBlockByNumber', 'mychannel', '18446744073709551616'],
        'Failed to parse block number with error strconv.ParseUint: parsing "18446744073709551616": value out of range',
      ],
      [['GetBlockByHash', 'mychannel', 'ab'], 'Failed to get block hash ab, error no such block hash [6162] in index'],
      [
        ['GetTransactionByID', 'mychannel', 'no'],
        'Failed to get transaction with id no, error no such transaction ID [no] in index',
      ],
      [
        ['GetBlockByTxID', 'mychannel', 'no'],
        'Failed to get block for txID no, error no such transaction ID [no] in index',
      ],
    ]
    for (const [call, message] of refusals) {
      expect(await qscc.evaluate(...call)).toMatchObject({ status: 500, message })
    }
  })
})

test.each([
  [
    'qscc',
    "Rejecting invoke of QSCC from another chaincode because of potential for deadlocks, original invocation for 'raw'",
  ],
  ['cscc', "Rejecting invoke of CSCC from another chaincode, original invocation for 'raw'"],
  ['_lifecycle', 'lifecycle scc operations require exactly two arguments but received 3'],
])('%s answers a chaincode as recorded', async (name, message) => {
  // Recorded: cc2cc-qscc, cc2cc-lifecycle.
  const { attached, chaincode } = await attachedPeer()
  const call = attached.submit('outer')
  const outer = await nextTransaction(chaincode)
  const answer = await outer.ask('INVOKE_CHAINCODE', requests.invoke(name, 'GetChainInfo', 'mychannel', 'x'))
  const inner = ChaincodeMessage.deserializeBinary(answer.getPayload_asU8())
  const response = Response.deserializeBinary(inner.getPayload_asU8())
  expect([response.getStatus(), response.getMessage()]).toEqual([500, message])
  await outer.complete('told')
  expect(await call.result).toMatchObject({ payload: 'told' })
})

describe('cscc', () => {
  /** A first block, as a tool that configures channels makes it. */
  function genesis(channel: string, type: number = HeaderType.CONFIG): Block {
    const group = new ConfigGroup()
    group.getGroupsMap().set('Application', new ConfigGroup())
    const config = new Config()
    config.setChannelGroup(group)
    const envelopeOfConfig = new ConfigEnvelope()
    envelopeOfConfig.setConfig(config)
    const channelHeader = new ChannelHeader()
    channelHeader.setType(type)
    channelHeader.setChannelId(channel)
    const header = new Header()
    header.setChannelHeader(channelHeader.serializeBinary())
    const payload = new Payload()
    payload.setHeader(header)
    payload.setData(envelopeOfConfig.serializeBinary())
    const envelope = new Envelope()
    envelope.setPayload(payload.serializeBinary())
    const data = new BlockData()
    data.setDataList([envelope.serializeBinary()])
    const blockHeader = new BlockHeader()
    blockHeader.setDataHash(createHash('sha256').update(envelope.serializeBinary()).digest())
    const block = new Block()
    block.setHeader(blockHeader)
    block.setData(data)
    block.setMetadata(new BlockMetadata())
    return block
  }

  const channelsIn = (bytes: Uint8Array) =>
    ChannelQueryResponse.deserializeBinary(bytes)
      .getChannelsList()
      .map((channel) => channel.getChannelId())
      .sort()

  test('joins a channel by its first block, tells its configuration, and chaincode runs there', async () => {
    const peer = await testPeer()
    await openAttached(peer)
    const cscc = systemChaincode(peer, 'cscc')
    expect(await cscc.evaluate('JoinChain', genesis('joined').serializeBinary())).toMatchObject({ status: 200 })
    expect(channelsIn(bytesOf(await cscc.evaluate('GetChannels')))).toEqual(['joined', 'mychannel'])
    const block = Block.deserializeBinary(bytesOf(await cscc.evaluate('GetConfigBlock', 'joined')))
    expect(headerHash(block)).toBe(headerHash(genesis('joined')))
    const config = Config.deserializeBinary(bytesOf(await cscc.evaluate('GetChannelConfig', 'joined')))
    expect(config.getChannelGroup()?.getGroupsMap().has('Application')).toBe(true)

    // Whoever runs chaincode there configures it as this peer is set up.
    await openAttached(peer, { name: 'there', channel: 'joined' })
    const next = bytesOf(await cscc.evaluate('GetConfigBlock', 'joined'))
    const header = Block.deserializeBinary(next).getHeader()
    expect(header?.getNumber()).toBe(1)
    expect(hex(header?.getPreviousHash_asU8() ?? Buffer.of())).toBe(headerHash(block))
    await peer.peer.close()
    const again = await testPeer({ dataDir: peer.dataDir })
    const kept = await systemChaincode(again, 'cscc').evaluate('GetConfigBlock', 'joined')
    expect(hex(bytesOf(kept))).toBe(hex(next))
  })

  test('refuses in Fabric’s words', async () => {
    const peer = await testPeer()
    await openAttached(peer)
    const cscc = systemChaincode(peer, 'cscc')
    const refusals: [call: [string, ...(string | Uint8Array)[]], message: string][] = [
      [['GetConfigBlock'], 'Incorrect number of arguments, 1'],
      [['GetConfigBlock', 'nosuch'], 'Unknown channel ID, nosuch'],
      [['GetChannelConfig', ''], 'empty channel name provided'],
      [['GetChannelConfig', 'nosuch'], 'unknown channel ID, nosuch'],
      [['JoinChainBySnapshot', ''], 'Cannot join the channel, no snapshot directory provided'],
      [['Frobnicate', 'x'], 'Requested function Frobnicate not found.'],
      [
        ['JoinChain', genesis('mychannel').serializeBinary()],
        'cannot create ledger from genesis block: ledger [mychannel] already exists with state [ACTIVE]',
      ],
      [
        ['JoinChain', genesis('other', HeaderType.MESSAGE).serializeBinary()],
        '"JoinChain" for channelID = other failed because of validation of configuration block, because of Bad configuration envelope: invalid type MESSAGE, expected CONFIG',
      ],
    ]
    for (const [call, message] of refusals) {
      expect(await cscc.evaluate(...call)).toMatchObject({ status: 500, message })
    }
    for (const none of [new Uint8Array(), Buffer.from('no block')]) {
      expect(await cscc.evaluate('JoinChain', none)).toMatchObject({ status: 500 })
    }
    expect(channelsIn(bytesOf(await cscc.evaluate('GetChannels')))).toEqual(['mychannel'])
    expect(await cscc.evaluate('JoinBySnapshotStatus')).toMatchObject({ status: 200 })
  })
})
