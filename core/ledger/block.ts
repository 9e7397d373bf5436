import { createHash } from 'node:crypto'
import { Block, BlockData, BlockHeader, BlockMetadata, BlockMetadataIndex } from '../protos/index.ts'

/** Made of the envelopes in their order; `codes` is TxValidationCode by transaction. */
export interface NewBlock {
  number: number
  previousHash: Uint8Array
  envelopes: Uint8Array[]
  codes: number[]
}

const METADATA_SLOTS = 5

/** common.Block with its header computed as Fabric does (protoutil/blockutils.go) and the hash of that header. */
export function makeBlock(block: NewBlock): { bytes: Uint8Array; headerHash: Uint8Array } {
  const dataHash = createHash('sha256')
  for (const envelope of block.envelopes) dataHash.update(envelope)

  const header = new BlockHeader()
  header.setNumber(block.number)
  header.setPreviousHash(block.previousHash)
  header.setDataHash(dataHash.digest())

  const data = new BlockData()
  data.setDataList(block.envelopes)

  const slots = Array.from({ length: METADATA_SLOTS }, () => new Uint8Array())
  slots[BlockMetadataIndex.TRANSACTIONS_FILTER] = Uint8Array.from(block.codes)
  const metadata = new BlockMetadata()
  metadata.setMetadataList(slots)

  const message = new Block()
  message.setHeader(header)
  message.setData(data)
  message.setMetadata(metadata)
  return { bytes: message.serializeBinary(), headerHash: headerHash(header) }
}

/** sha256 of the header as ASN.1 DER: SEQUENCE { INTEGER number, OCTET STRING previous_hash, OCTET STRING data_hash }. */
export function headerHash(header: BlockHeader): Uint8Array {
  const content = Buffer.concat([
    derInteger(header.getNumber()),
    der(0x04, header.getPreviousHash_asU8()),
    der(0x04, header.getDataHash_asU8()),
  ])
  return createHash('sha256').update(der(0x30, content)).digest()
}

function derInteger(number: number): Uint8Array {
  const digits = number.toString(16)
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  // A first bit of 1 would make it negative.
  const positive = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
  return der(0x02, positive)
}

/** Tag, length, content; all we hash is shorter than 128 bytes. */
function der(tag: number, content: Uint8Array): Uint8Array {
  if (content.length > 127) throw new RangeError(`DER content of ${content.length} bytes`)
  return Buffer.concat([Buffer.of(tag, content.length), content])
}
