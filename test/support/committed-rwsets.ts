import { ledgerKeys } from '../../core/ledger/ledger-keys.ts'
import { openLedgers } from '../../core/ledger/ledgers.ts'
import {
  Block,
  ChaincodeAction,
  ChaincodeActionPayload,
  ChannelHeader,
  Envelope,
  HeaderType,
  Payload,
  ProposalResponsePayload,
  Transaction,
} from '../../core/protos/index.ts'

/**
 * The marshalled TxReadWriteSet of every transaction of a channel, in hexadecimal, by block; configurations have none.
 * No peer may have the folder open.
 */
export async function committedReadWriteSets(dataDir: string, channel: string): Promise<string[][]> {
  const ledgers = await openLedgers(dataDir)
  try {
    const height = ledgers.ledger(channel).height()
    return Array.from({ length: height }, (_, number) => {
      const bytes = ledgers.store.get(ledgerKeys(channel).block(number)) ?? new Uint8Array()
      const envelopes = Block.deserializeBinary(bytes).getData()?.getDataList_asU8() ?? []
      return envelopes.flatMap((envelope) => {
        const results = resultsOf(envelope)
        return results === undefined ? [] : [Buffer.from(results).toString('hex')]
      })
    })
  } finally {
    await ledgers.close()
  }
}

/** undefined for what no chaincode has done. */
function resultsOf(envelope: Uint8Array): Uint8Array | undefined {
  const payload = Payload.deserializeBinary(Envelope.deserializeBinary(envelope).getPayload_asU8())
  const header = ChannelHeader.deserializeBinary(payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array())
  if (header.getType() !== HeaderType.ENDORSER_TRANSACTION) return undefined
  const [action] = Transaction.deserializeBinary(payload.getData_asU8()).getActionsList()
  if (action === undefined) return undefined
  const endorsed = ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8()).getAction()
  const response = ProposalResponsePayload.deserializeBinary(
    endorsed?.getProposalResponsePayload_asU8() ?? new Uint8Array(),
  )
  return ChaincodeAction.deserializeBinary(response.getExtension_asU8()).getResults_asU8()
}
