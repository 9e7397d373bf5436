import type { BlockDetail, Signer, TransactionDetail, TransactionRow } from '../../contract/blocks.ts'
import { hashOf } from '../../ledger/block-reads.ts'
import { parseEnvelope } from '../../committer/ordered-transaction.ts'
import { parseCertificate } from '../../msp/certificate.ts'
import { ConfigEnvelope, LastConfig, Metadata } from '../../protos/config.ts'
import {
  BlockMetadataIndex,
  ChaincodeAction,
  ChaincodeActionPayload,
  ChaincodeEvent,
  ChaincodeInvocationSpec,
  ChaincodeProposalPayload,
  ChannelHeader,
  Envelope,
  HeaderType,
  Payload,
  ProposalResponsePayload,
  SerializedIdentity,
  SignatureHeader,
  Transaction,
  TxValidationCode,
  type Block,
} from '../../protos/index.ts'
import { namesOf } from '../../protos/enum-names.ts'
import { configJson } from './config-json.ts'
import { hex, readable, unlessEmpty } from './json-values.ts'

const headerName = namesOf(HeaderType)
const codeName = namesOf(TxValidationCode)

/** A block for people: hashes in hexadecimal, its signers, and what each transaction did. */
export function blockJson(block: Block): BlockDetail {
  const header = block.getHeader()
  const slots = block.getMetadata()?.getMetadataList_asU8() ?? []
  const slot = (index: number) => Metadata.deserializeBinary(slots[index] ?? new Uint8Array())
  const codes = slots[BlockMetadataIndex.TRANSACTIONS_FILTER] ?? new Uint8Array()
  return {
    number: header?.getNumber() ?? 0,
    hash: hex(hashOf(block)),
    previousHash: hex(header?.getPreviousHash_asU8()),
    dataHash: hex(header?.getDataHash_asU8()),
    commitHash: hex(slot(BlockMetadataIndex.COMMIT_HASH).getValue_asU8()),
    lastConfig: LastConfig.deserializeBinary(slot(BlockMetadataIndex.LAST_CONFIG).getValue_asU8()).getIndex(),
    signedBy: slot(BlockMetadataIndex.SIGNATURES)
      .getSignaturesList()
      .map((signature) => signerOf(SignatureHeader.deserializeBinary(signature.getSignatureHeader_asU8()))),
    transactions: (block.getData()?.getDataList_asU8() ?? []).map((envelope, i) =>
      transactionJson(envelope, codes[i] ?? TxValidationCode.NOT_VALIDATED),
    ),
  }
}

/** The transactions of a block as a list shows them. */
export function transactionRows(block: Block): TransactionRow[] {
  const codes = block.getMetadata()?.getMetadataList_asU8()[BlockMetadataIndex.TRANSACTIONS_FILTER] ?? new Uint8Array()
  return (block.getData()?.getDataList_asU8() ?? []).map((bytes, i) => {
    const { row, payload } = opened(bytes, codes[i] ?? TxValidationCode.NOT_VALIDATED)
    // Arguments may be megabytes, which a list doesn't show.
    const { chaincode, function: name } = calledIn(payload, false)
    return { ...row, chaincode, function: name }
  })
}

/** @param code a TxValidationCode */
export function transactionJson(bytes: Uint8Array, code: number): TransactionDetail {
  const { row, payload, channelHeader } = opened(bytes, code)
  const timestamp = row.at === undefined ? undefined : new Date(row.at).toISOString()
  const common = { ...row, channel: channelHeader.getChannelId(), timestamp }
  if (channelHeader.getType() === HeaderType.CONFIG) {
    const config = ConfigEnvelope.deserializeBinary(payload.getData_asU8()).getConfig()
    return { ...common, config: config && configJson(config) }
  }
  return { ...common, ...calledIn(payload), ...endorsedJson(bytes) }
}

/** An envelope's headers. */
function opened(bytes: Uint8Array, code: number) {
  const payload = Payload.deserializeBinary(Envelope.deserializeBinary(bytes).getPayload_asU8())
  const header = payload.getHeader()
  const channelHeader = ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? new Uint8Array())
  const signatureHeader = SignatureHeader.deserializeBinary(header?.getSignatureHeader_asU8() ?? new Uint8Array())
  const row: TransactionRow = {
    txId: channelHeader.getTxId(),
    type: headerName(channelHeader.getType()),
    validationCode: codeName(code),
    at: channelHeader.getTimestamp()?.toDate().getTime(),
    creator: signatureHeader.getCreator_asU8().length === 0 ? undefined : signerOf(signatureHeader),
  }
  return { row, payload, channelHeader }
}

/** What its client asked for; empty if that can't be read, as in a transaction that was refused for it. */
function calledIn(payload: Payload, withArgs = true): Pick<TransactionDetail, 'chaincode' | 'function' | 'args'> {
  try {
    const [action] = Transaction.deserializeBinary(payload.getData_asU8()).getActionsList()
    if (action === undefined) return {}
    const proposal = ChaincodeProposalPayload.deserializeBinary(
      ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8()).getChaincodeProposalPayload_asU8(),
    )
    const spec = ChaincodeInvocationSpec.deserializeBinary(proposal.getInput_asU8()).getChaincodeSpec()
    const [name, ...args] = spec?.getInput()?.getArgsList_asU8() ?? []
    return {
      chaincode: spec?.getChaincodeId()?.getName(),
      function: name === undefined ? undefined : Buffer.from(name).toString(),
      ...(withArgs ? { args: args.map(readable) } : {}),
    }
  } catch {
    return {}
  }
}

/** The parts of a transaction that its validation reads; empty if it can't be read. */
function endorsedJson(envelope: Uint8Array): Partial<TransactionDetail> {
  const transaction = parseEnvelope(envelope)
  if ('code' in transaction || transaction.type === 'config') return {}
  const { chaincode, readWriteSet, endorsed } = transaction
  const { payload, endorsements } = endorsed
  const action = ChaincodeAction.deserializeBinary(
    ProposalResponsePayload.deserializeBinary(payload).getExtension_asU8(),
  )
  const response = action.getResponse()
  const event = action.getEvents_asU8()
  return {
    chaincode,
    event: event.length === 0 ? undefined : eventJson(ChaincodeEvent.deserializeBinary(event)),
    response: { status: response?.getStatus() ?? 0, payload: readable(response?.getPayload_asU8()) },
    endorsers: endorsements.map(({ endorser }) => identityOf(endorser)),
    readWriteSet: readWriteSet.map(({ namespace, reads, rangeQueries, writes, metadataWrites, collections }) => ({
      namespace,
      reads,
      rangeQueries: unlessEmpty(rangeQueries),
      writes: writes.map(({ key, isDelete, value }) =>
        isDelete ? { key, isDelete } : { key, value: readable(value) },
      ),
      metadataWrites: unlessEmpty(metadataWrites.map(({ key, metadata }) => ({ key, names: [...metadata.keys()] }))),
      collections: unlessEmpty(
        collections.map((collection) => ({
          name: collection.name,
          reads: collection.reads.map(({ keyHash, version }) => ({ keyHash: hex(keyHash), version })),
          writes: collection.writes.map(({ keyHash, isDelete, valueHash }) =>
            isDelete ? { keyHash: hex(keyHash), isDelete } : { keyHash: hex(keyHash), valueHash: hex(valueHash) },
          ),
        })),
      ),
    })),
  }
}

function eventJson(event: ChaincodeEvent): TransactionDetail['event'] {
  return { name: event.getEventName(), payload: readable(event.getPayload_asU8()) }
}

function signerOf(header: InstanceType<typeof SignatureHeader>): Signer {
  return identityOf(header.getCreator_asU8())
}

/** Reading a certificate takes longer than all the rest of a block, and a chain has few signers. */
const MOST_SIGNERS = 200
const signers = new Map<string, Signer>()

function identityOf(serialized: Uint8Array): Signer {
  const key = Buffer.from(serialized).toString('latin1')
  const known = signers.get(key)
  if (known !== undefined) return known
  const signer = readIdentity(serialized)
  if (signers.size >= MOST_SIGNERS) signers.clear()
  signers.set(key, signer)
  return signer
}

function readIdentity(serialized: Uint8Array): Signer {
  const message = SerializedIdentity.deserializeBinary(serialized)
  let name = ''
  try {
    name = /CN=([^\n]*)/.exec(parseCertificate(Buffer.from(message.getIdBytes_asU8())).x509.subject)?.[1] ?? ''
  } catch {
    // Its certificate can't be read.
  }
  return { mspId: message.getMspid(), name }
}
