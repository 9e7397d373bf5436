import { randomBytes } from 'node:crypto'
import { headerBytes } from '../ledger/block.ts'
import type { BlockWriter } from '../ledger/next-block.ts'
import type { SigningIdentity } from '../msp/identity.ts'
import { SignatureHeader } from '../protos/index.ts'
import { LastConfig, Metadata, MetadataSignature, OrdererBlockMetadata } from '../protos/config.ts'

const NONCE_BYTES = 24

/** Signs blocks as an orderer does (Fabric orderer/common/multichannel/blockwriter.go, commitBlock, v3.1). */
export function blockWriter(orderer: SigningIdentity): BlockWriter {
  return (header, lastConfig) => {
    const signatureHeader = new SignatureHeader()
    signatureHeader.setCreator(orderer.serialize())
    signatureHeader.setNonce(randomBytes(NONCE_BYTES))
    const signatureHeaderBytes = signatureHeader.serializeBinary()
    const orderedBlock = ordererMetadata(lastConfig)
    // A consensus without state of its own: an empty message.
    orderedBlock.setConsenterMetadata(new Metadata().serializeBinary())
    const value = orderedBlock.serializeBinary()

    const signature = new MetadataSignature()
    signature.setSignatureHeader(signatureHeaderBytes)
    signature.setSignature(orderer.sign(Buffer.concat([value, signatureHeaderBytes, headerBytes(header)])))
    const metadata = new Metadata()
    metadata.setValue(value)
    metadata.addSignatures(signature)
    return { SIGNATURES: metadata.serializeBinary(), LAST_CONFIG: lastConfigMetadata(lastConfig) }
  }
}

/** The SIGNATURES of a first block, which nobody signs. */
export function unsignedMetadata(lastConfig: number): Uint8Array {
  const metadata = new Metadata()
  metadata.setValue(ordererMetadata(lastConfig).serializeBinary())
  return metadata.serializeBinary()
}

/** The LAST_CONFIG of a block's metadata. */
export function lastConfigMetadata(lastConfig: number): Uint8Array {
  const metadata = new Metadata()
  metadata.setValue(lastConfigOf(lastConfig).serializeBinary())
  return metadata.serializeBinary()
}

function ordererMetadata(lastConfig: number): InstanceType<typeof OrdererBlockMetadata> {
  const metadata = new OrdererBlockMetadata()
  metadata.setLastConfig(lastConfigOf(lastConfig))
  return metadata
}

function lastConfigOf(block: number): InstanceType<typeof LastConfig> {
  const lastConfig = new LastConfig()
  lastConfig.setIndex(block)
  return lastConfig
}
