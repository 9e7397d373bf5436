import { createHash, randomBytes } from 'node:crypto'
import { newBlock, setMetadata } from '../ledger/block.ts'
import type { SigningIdentity } from '../msp/identity.ts'
import {
  ChannelHeader,
  Envelope,
  Header,
  HeaderType,
  Payload,
  SignatureHeader,
  Timestamp,
  type Block,
} from '../protos/index.ts'
import { Config, ConfigEnvelope, type ConfigGroup } from '../protos/config.ts'
import { lastConfigMetadata, unsignedMetadata } from '../orderer/block-metadata.ts'

const NONCE_BYTES = 24

/** The first block of a channel (Fabric common/genesis/genesis.go, Block, v3.1). Nobody signs it. */
export function genesisBlock(channel: string, group: ConfigGroup): Block {
  const config = new Config()
  config.setChannelGroup(group)
  const envelope = envelopeOf(channel, config, undefined)

  const block = newBlock(0, new Uint8Array(), [envelope])
  setMetadata(block, { LAST_CONFIG: lastConfigMetadata(0), SIGNATURES: unsignedMetadata(0) })
  return block
}

/** A transaction that gives a channel another configuration, signed by the orderer. */
export function configEnvelope(channel: string, config: Config, orderer: SigningIdentity): Uint8Array {
  return envelopeOf(channel, config, orderer)
}

function envelopeOf(channel: string, config: Config, signer: SigningIdentity | undefined): Uint8Array {
  const creator = signer?.serialize() ?? new Uint8Array()
  const nonce = randomBytes(NONCE_BYTES)
  const timestamp = new Timestamp()
  timestamp.setSeconds(Math.floor(Date.now() / 1000))
  const channelHeader = new ChannelHeader()
  channelHeader.setType(HeaderType.CONFIG)
  channelHeader.setVersion(1)
  channelHeader.setTimestamp(timestamp)
  channelHeader.setChannelId(channel)
  channelHeader.setTxId(createHash('sha256').update(nonce).update(creator).digest('hex'))
  const signatureHeader = new SignatureHeader()
  signatureHeader.setCreator(creator)
  signatureHeader.setNonce(nonce)
  const header = new Header()
  header.setChannelHeader(channelHeader.serializeBinary())
  header.setSignatureHeader(signatureHeader.serializeBinary())

  const configEnvelope = new ConfigEnvelope()
  configEnvelope.setConfig(config)
  const payload = new Payload()
  payload.setHeader(header)
  payload.setData(configEnvelope.serializeBinary())
  const payloadBytes = payload.serializeBinary()
  const envelope = new Envelope()
  envelope.setPayload(payloadBytes)
  if (signer !== undefined) envelope.setSignature(signer.sign(payloadBytes))
  return envelope.serializeBinary()
}
