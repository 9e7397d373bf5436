import type { Committer } from '../committer/committer.ts'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import type { StateCopy } from '../contract/seed.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { StateRow } from '../ledger/whole-state.ts'
import { definedVersion } from './defined-version.ts'
import { mustBeRegular, readRows, placed, type NumberedRow } from './read-lines.ts'
import { seedTransaction, type SeedSigners } from './seed-transaction.ts'
import { LineMistake } from './state-lines.ts'

export interface ImportParts {
  ledger: Ledger
  committer: Pick<Committer, 'commit'>
  signers: SeedSigners
  /** Called after each block. */
  committed: (height: number) => void
}

/** Of a transaction. A block holds one. */
const MOST_KEYS = 1000
const MOST_BYTES = 1 << 20

/**
 * Write what a file of state holds to a channel, as transactions that all organisations endorse. The file is checked as
 * a whole first; what is refused nevertheless takes everything back. Nothing else may be committed meanwhile.
 * @throws PeerError STATE_FILE_READ, STATE_LINE, STATE_REFUSED, LEDGER_WRITE
 */
export async function importState(file: string, parts: ImportParts): Promise<StateCopy> {
  const { ledger } = parts
  await mustBeRegular(file)
  const copy: StateCopy = { file, keys: 0, privateKeys: 0, height: ledger.height() }
  const check = newRowCheck(ledger)
  for await (const { line, row } of readRows(file)) {
    placed(file, line, () => check(row))
    if (row.collection === undefined) copy.keys++
    else copy.privateKeys++
  }
  if (copy.keys + copy.privateKeys === 0) return copy
  await ledger.undo.allOrNothing(async () => {
    for await (const batch of batchesOf(readRows(file))) await commitBatch(file, batch, parts)
  })
  return { ...copy, height: ledger.height() }
}

/** @throws LineMistake */
function newRowCheck(ledger: Ledger): (row: StateRow) => void {
  const seen = new Set<string>()
  const collections = new Map<string, string[]>()
  const collectionsOf = (chaincode: string): string[] => {
    let known = collections.get(chaincode)
    if (known === undefined) {
      if (definedVersion(ledger.state, chaincode) === undefined)
        throw new LineMistake(`No chaincode ${JSON.stringify(chaincode)} is defined on ${ledger.channel}.`)
      collections.set(chaincode, (known = ledger.collections(chaincode).map(({ name }) => name)))
    }
    return known
  }
  return ({ namespace, collection, key, value }) => {
    const known = collectionsOf(namespace)
    if (collection !== undefined && !known.includes(collection)) {
      const has = known.length === 0 ? 'It has none.' : `It has ${known.join(', ')}.`
      throw new LineMistake(`${namespace} has no collection ${JSON.stringify(collection)}. ${has}`)
    }
    const id = JSON.stringify([namespace, collection, key])
    if (seen.has(id)) throw new LineMistake(`An earlier line has the key ${JSON.stringify(key)} too.`)
    seen.add(id)
    try {
      ledger.validateKeyValue(key, value)
    } catch (error) {
      throw new LineMistake(messageOf(error))
    }
  }
}

/** Keys of one chaincode each. */
async function* batchesOf(rows: AsyncIterable<NumberedRow>): AsyncGenerator<NumberedRow[]> {
  let batch: NumberedRow[] = []
  let bytes = 0
  for await (const numbered of rows) {
    const { namespace, key, value } = numbered.row
    const size = key.length + value.length
    const isFull = batch.length === MOST_KEYS || bytes + size > MOST_BYTES || batch[0]?.row.namespace !== namespace
    if (batch.length > 0 && isFull) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(numbered)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

async function commitBatch(file: string, batch: NumberedRow[], { ledger, committer, signers, committed }: ImportParts) {
  const rows = batch.map(({ row }) => row)
  const { txId, envelope, privateRwset } = seedTransaction(rows, ledger, signers)
  if (privateRwset !== undefined) ledger.persistPrivate(txId, privateRwset)
  const { transactions } = await committer.commit([envelope])
  committed(ledger.height())
  const [transaction] = transactions
  if (transaction === undefined || transaction.validationCode === 'VALID') return
  const { validationCode: code, endorsementFailure } = transaction
  const message =
    endorsementFailure?.words ?? 'What this peer and its organisations endorse is not enough for these keys.'
  throw new PeerError('STATE_REFUSED', { file, line: batch[0]?.line ?? 1, code, message })
}
