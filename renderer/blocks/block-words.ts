import type { Signer, TransactionRow } from '../../core/contract/blocks.ts'
import type { Tone } from '../parts/status.ts'

/** What the transactions of a block called, in a line: `CreateAsset`, `Transfer ×3, Burn`. */
export function callsIn(transactions: TransactionRow[]): string {
  const names = new Map<string, number>()
  for (const transaction of transactions) {
    const name = calledBy(transaction)
    names.set(name, (names.get(name) ?? 0) + 1)
  }
  return [...names].map(([name, times]) => (times === 1 ? name : `${name} ×${times}`)).join(', ')
}

/** What a transaction called; a configuration calls nothing. */
export function calledBy({ type, chaincode, function: name }: TransactionRow): string {
  if (type === 'CONFIG') return 'channel configuration'
  return name === undefined || name === '' ? (chaincode ?? type) : name
}

/** Who sent the transactions of a block. */
export function signersIn(transactions: TransactionRow[]): string {
  return [...new Set(transactions.map(({ creator }) => (creator === undefined ? '' : shortName(creator))))].join(', ')
}

/** `User1@Org1MSP`, without the domain that a certificate may have. */
export function shortName({ name, mspId }: Signer): string {
  return `${name.split('@')[0] ?? name}@${mspId}`
}

/** The validation codes of a block: one if all are the same, else how many are valid. */
export function codesIn(transactions: TransactionRow[]): { text: string; title: string; tone: Tone } {
  const codes = transactions.map(({ validationCode }) => validationCode)
  const valid = codes.filter((code) => code === 'VALID').length
  const title = codes.join(', ')
  if (valid === codes.length) return { text: 'VALID', title, tone: 'ready' }
  const [first = ''] = codes
  if (codes.every((code) => code === first)) return { text: first, title, tone: 'fail' }
  return { text: `${valid} of ${codes.length} valid`, title, tone: 'wait' }
}
