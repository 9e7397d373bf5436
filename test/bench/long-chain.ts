import { ledgerKeys } from '../../core/ledger/ledger-keys.ts'
import { openLedgers } from '../../core/ledger/ledgers.ts'
import { decodeSavepoint, encodeSavepoint } from '../../core/ledger/savepoint.ts'
import {
  Block,
  BlockMetadataIndex,
  ChaincodeActionPayload,
  Envelope,
  Payload,
  Transaction,
} from '../../core/protos/index.ts'
import { CHANNEL } from './world-states.ts'

const BATCH = 5_000

/**
 * Make a channel's chain as long as this, by repeating its last block under the numbers that follow. They are written
 * past the ledger, since committing a million would take an hour; what a window reads of them is the same. `whole`:
 * with all that is in the block.
 */
export async function lengthenChain(dataDir: string, height: number, whole = false): Promise<void> {
  const ledgers = await openLedgers(dataDir)
  try {
    // The genesis block and the chaincode's own are already there.
    ledgers.ledger(CHANNEL)
    const keys = ledgerKeys(CHANNEL)
    const savepoint = decodeSavepoint(ledgers.store.get(keys.savepoint))
    const bytes = ledgers.store.get(keys.block(savepoint.height - 1))
    if (bytes === undefined) throw new Error('the chain is empty')
    const block = Block.deserializeBinary(bytes)
    if (!whole) lighten(block)
    let batch: Parameters<typeof ledgers.store.write>[0] = []
    for (let number = savepoint.height; number < height; number++) {
      block.getHeader()?.setNumber(number)
      batch.push({ type: 'put', key: keys.block(number), value: block.serializeBinary() })
      if (batch.length < BATCH) continue
      await ledgers.store.write(batch, { sync: false })
      batch = []
    }
    batch.push({ type: 'put', key: keys.savepoint, value: encodeSavepoint({ ...savepoint, height }) })
    await ledgers.store.write(batch, { sync: true })
  } finally {
    await ledgers.close()
  }
}

/** Leave out what a list of blocks doesn't show: signatures, endorsements and results are two thirds of a block. */
function lighten(block: Block): void {
  block.getMetadata()?.getMetadataList().splice(BlockMetadataIndex.SIGNATURES, 1, new Uint8Array())
  const light = (block.getData()?.getDataList_asU8() ?? []).map((bytes) => {
    const envelope = Envelope.deserializeBinary(bytes)
    const payload = Payload.deserializeBinary(envelope.getPayload_asU8())
    const transaction = Transaction.deserializeBinary(payload.getData_asU8())
    for (const action of transaction.getActionsList()) {
      const proposed = ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8())
      proposed.clearAction()
      action.setHeader(new Uint8Array())
      action.setPayload(proposed.serializeBinary())
    }
    payload.setData(transaction.serializeBinary())
    envelope.setPayload(payload.serializeBinary())
    return envelope.serializeBinary()
  })
  block.getData()?.setDataList(light)
}
