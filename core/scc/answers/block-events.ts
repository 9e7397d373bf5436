import type { CommittedEvent, ReadEvents } from '../../contract/blocks.ts'
import type { Block } from '../../protos/index.ts'
import { transactionJson, transactionRows } from './block-json.ts'

/** The events of a block's valid transactions, the last one first: the only ones that a peer tells its clients. */
export function eventsOfBlock(block: Block): CommittedEvent[] {
  const number = block.getHeader()?.getNumber() ?? 0
  const codes = transactionRows(block)
  return (block.getData()?.getDataList_asU8() ?? [])
    .flatMap((envelope, tx) => {
      const row = codes[tx]
      if (row?.validationCode !== 'VALID') return []
      const { event, txId, at, chaincode = '', function: called } = transactionJson(envelope, 0)
      return event === undefined ? [] : [{ block: number, tx, txId, at, chaincode, function: called, ...event }]
    })
    .reverse()
}

/** Whether a reader asked for it. */
export function isWanted(
  event: CommittedEvent,
  { chaincode, name = '' }: Pick<ReadEvents, 'chaincode' | 'name'>,
): boolean {
  if (chaincode !== undefined && event.chaincode !== chaincode) return false
  return event.name.toLowerCase().includes(name.toLowerCase())
}
