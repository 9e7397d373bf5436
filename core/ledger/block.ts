import { createHash } from 'node:crypto'
import { Block, BlockData, BlockHeader, BlockMetadata, BlockMetadataIndex } from '../protos/index.ts'

/** A block whose metadata is still empty, with as many slots as Fabric's. */
export function newBlock(number: number, previousHash: Uint8Array, envelopes: Uint8Array[]): Block {
  const dataHash = createHash('sha256')
  for (const envelope of envelopes) dataHash.update(envelope)

  const header = new BlockHeader()
  header.setNumber(number)
  header.setPreviousHash(previousHash)
  header.setDataHash(dataHash.digest())
  const data = new BlockData()
  data.setDataList(envelopes)
  const metadata = new BlockMetadata()
  metadata.setMetadataList(Array.from({ length: METADATA_SLOTS }, () => new Uint8Array()))

  const block = new Block()
  block.setHeader(header)
  block.setData(data)
  block.setMetadata(metadata)
  return block
}

const METADATA_SLOTS = Object.keys(BlockMetadataIndex).length

/** A block's metadata by Fabric's names, without the slot that Kafka's orderers used. */
interface MetadataSlots {
  SIGNATURES?: Uint8Array | undefined
  LAST_CONFIG?: Uint8Array | undefined
  TRANSACTIONS_FILTER?: Uint8Array | undefined
  COMMIT_HASH?: Uint8Array | undefined
}

/** Fills slots of its metadata, adding those that a block from elsewhere may lack. */
export function setMetadata(block: Block, slots: MetadataSlots): void {
  const metadata = block.getMetadata() ?? new BlockMetadata()
  const list = metadata.getMetadataList_asU8()
  while (list.length < METADATA_SLOTS) list.push(new Uint8Array())
  const { SIGNATURES, LAST_CONFIG, TRANSACTIONS_FILTER, COMMIT_HASH } = BlockMetadataIndex
  if (slots.SIGNATURES !== undefined) list[SIGNATURES] = slots.SIGNATURES
  if (slots.LAST_CONFIG !== undefined) list[LAST_CONFIG] = slots.LAST_CONFIG
  if (slots.TRANSACTIONS_FILTER !== undefined) list[TRANSACTIONS_FILTER] = slots.TRANSACTIONS_FILTER
  if (slots.COMMIT_HASH !== undefined) list[COMMIT_HASH] = slots.COMMIT_HASH
  metadata.setMetadataList(list)
  block.setMetadata(metadata)
}

/** sha256 of the header's bytes, by which the next block and the index refer to a block (protoutil/blockutils.go). */
export function headerHash(header: BlockHeader): Uint8Array {
  return createHash('sha256').update(headerBytes(header)).digest()
}

/** A header as ASN.1 DER: SEQUENCE { INTEGER number, OCTET STRING previous_hash, OCTET STRING data_hash }. */
export function headerBytes(header: BlockHeader): Uint8Array {
  const content = Buffer.concat([
    derInteger(header.getNumber()),
    der(0x04, header.getPreviousHash_asU8()),
    der(0x04, header.getDataHash_asU8()),
  ])
  return der(0x30, content)
}

function derInteger(number: number): Uint8Array {
  const digits = number.toString(16)
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  // A first bit of 1 would make it negative.
  const positive = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
  return der(0x02, positive)
}

/** Tag, length, content, which is always shorter than 128 bytes here. */
function der(tag: number, content: Uint8Array): Uint8Array {
  if (content.length > 127) throw new RangeError(`DER content of ${content.length} bytes`)
  return Buffer.concat([Buffer.of(tag, content.length), content])
}
