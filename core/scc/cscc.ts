import { messageOf } from '../contract/error-message.ts'
import type { InprocChaincode } from '../container/inproc/shim.ts'
import type { InprocStub } from '../container/inproc/stub.ts'
import { Block, ChannelHeader, Envelope, HeaderType, Payload } from '../protos/index.ts'
import { setOrdererAddress } from '../channelconfig/orderer-addresses.ts'
import { ConfigEnvelope } from '../protos/config.ts'
import { namesOf } from '../protos/enum-names.ts'
import { ChannelInfo, ChannelQueryResponse, JoinBySnapshotStatus } from '../protos/system.ts'
import { invokedChaincodeName, text } from './invocation.ts'

const NAME = 'cscc'

/** What cscc needs of the peer. */
export interface CsccParts {
  channels(): string[]
  /** The channel's newest configuration block; undefined without one. */
  configBlock(channel: string): Block | undefined
  /** Where the orderer listens now; undefined if nowhere. */
  ordererAddress(): string | undefined
  /** Create a channel from its first block. */
  join(channel: string, genesis: Uint8Array): Promise<void>
}

/**
 * The system chaincode for channels and their configuration (Fabric v2.5.16 core/scc/cscc/configure.go). Joining by
 * snapshot is not supported, and access control lists are not enforced.
 */
export function cscc(parts: CsccParts): InprocChaincode {
  return {
    async invoke(stub) {
      const { args } = stub
      const [fn, arg] = [text(args[0]), args[1]]
      checkInvocation(stub, fn)
      switch (fn) {
        case 'JoinChain':
          await join(parts, arg ?? new Uint8Array())
          return new Uint8Array()
        case 'JoinChainBySnapshot':
          if (text(arg) === '') throw new Error('Cannot join the channel, no snapshot directory provided')
          throw new Error(`cannot create ledger from snapshot ${text(arg)}: a development peer reads no snapshots`)
        case 'JoinBySnapshotStatus':
          return new JoinBySnapshotStatus().serializeBinary()
        case 'GetConfigBlock':
          if (!parts.channels().includes(text(arg))) throw new Error(`Unknown channel ID, ${text(arg)}`)
          return configBlock(parts, text(arg)).serializeBinary()
        case 'GetChannelConfig':
          if (text(arg) === '') throw new Error('empty channel name provided')
          if (!parts.channels().includes(text(arg))) throw new Error(`unknown channel ID, ${text(arg)}`)
          return channelConfig(configBlock(parts, text(arg)), parts.ordererAddress())
        case 'GetChannels':
          return channels(parts.channels())
        default:
          throw new Error(`Requested function ${fn} not found.`)
      }
    },
  }
}

function checkInvocation(stub: InprocStub, fn: string): void {
  const { length } = stub.args
  if (length < 1 || (fn !== 'GetChannels' && fn !== 'JoinBySnapshotStatus' && length < 2)) {
    throw new Error(`Incorrect number of arguments, ${length}`)
  }
  const invoked = invokedChaincodeName(stub)
  if (invoked !== NAME) {
    throw new Error(`Rejecting invoke of CSCC from another chaincode, original invocation for '${invoked}'`)
  }
}

async function join(parts: CsccParts, bytes: Uint8Array): Promise<void> {
  const channel = channelToJoin(bytes)
  if (parts.channels().includes(channel)) {
    throw new Error(`cannot create ledger from genesis block: ledger [${channel}] already exists with state [ACTIVE]`)
  }
  await parts.join(channel, bytes)
}

/** The channel of the first block that a client gives. Throws in Fabric's words where it is no such block. */
export function channelToJoin(bytes: Uint8Array): string {
  let block: Block
  try {
    block = Block.deserializeBinary(bytes)
  } catch (error) {
    throw new Error(`Failed to reconstruct the genesis block, ${messageOf(error)}`, { cause: error })
  }
  let channel: string
  try {
    channel = firstEnvelope(block).channel
    if (channel === '') throw new Error('no channel id in its header')
  } catch (error) {
    const text = `"JoinChain" request failed to extract channel id from the block due to [${messageOf(error)}]`
    throw new Error(text, { cause: error })
  }
  try {
    validate(block)
  } catch (error) {
    throw new Error(
      `"JoinChain" for channelID = ${channel} failed because of validation of configuration block, because of ${messageOf(error)}`,
      { cause: error },
    )
  }
  return channel
}

/** Throws in the words of Fabric's validateConfigBlock; doesn't check capabilities. */
function validate(block: Block): void {
  const { type, data } = firstEnvelope(block)
  if (type !== HeaderType.CONFIG) {
    throw new Error(`Bad configuration envelope: invalid type ${namesOf(HeaderType)(type)}, expected CONFIG`)
  }
  const config = ConfigEnvelope.deserializeBinary(data).getConfig()
  if (config === undefined) throw new Error('Nil config envelope Config')
  const groups = config.getChannelGroup()?.getGroupsMap()
  if (groups === undefined) throw new Error('Nil channel group')
  if (groups.getLength() === 0) throw new Error('No channel configuration groups are available')
  if (!groups.has('Application')) {
    throw new Error('Invalid configuration block, missing Application configuration group')
  }
}

/** Throws without one, or if it can't be read. */
export function firstEnvelope(block: Block): { channel: string; type: number; data: Uint8Array } {
  const [envelope] = block.getData()?.getDataList_asU8() ?? []
  if (envelope === undefined) throw new Error('envelope index out of bounds')
  const payload = Payload.deserializeBinary(Envelope.deserializeBinary(envelope).getPayload_asU8())
  const header = ChannelHeader.deserializeBinary(payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array())
  return { channel: header.getChannelId(), type: header.getType(), data: payload.getData_asU8() }
}

function configBlock(parts: CsccParts, channel: string): Block {
  const block = parts.configBlock(channel)
  if (block === undefined) throw new Error(`channel ${channel} has no configuration block`)
  return block
}

/**
 * With the orderer's address of now: the `peer` command line asks for it here. The configuration itself has the one that
 * was asked for, which may have been in use.
 */
function channelConfig(block: Block, ordererAddress: string | undefined): Uint8Array {
  const config = ConfigEnvelope.deserializeBinary(firstEnvelope(block).data).getConfig()
  const root = config?.getChannelGroup()
  if (root !== undefined && ordererAddress !== undefined) setOrdererAddress(root, ordererAddress)
  return config?.serializeBinary() ?? new Uint8Array()
}

function channels(names: string[]): Uint8Array {
  const response = new ChannelQueryResponse()
  response.setChannelsList(
    names.map((name) => {
      const info = new ChannelInfo()
      info.setChannelId(name)
      return info
    }),
  )
  return response.serializeBinary()
}
