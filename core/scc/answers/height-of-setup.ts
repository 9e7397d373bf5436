import type { Ledger } from '../../ledger/ledger.ts'
import { LIFECYCLE } from '../lifecycle/lifecycle.ts'
import { transactionRows } from './block-json.ts'

/** Number of blocks before the first transaction of a chaincode. */
export function heightOfSetup(ledger: Pick<Ledger, 'height' | 'blocks'>): number {
  const height = ledger.height()
  for (let number = 1; number < height; number++) {
    const rows = transactionRows(ledger.blocks.byNumber(BigInt(number)))
    if (!rows.every(({ type, chaincode }) => type === 'CONFIG' || chaincode === LIFECYCLE)) return number
  }
  return height
}
