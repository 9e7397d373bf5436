import { randomUUID } from 'node:crypto'
import { open, rename, rm, stat } from 'node:fs/promises'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import type { StateCopy } from '../contract/seed.ts'
import type { StateRow, WholeState } from '../ledger/whole-state.ts'
import { LIFECYCLE_NAMESPACE, LSCC_NAMESPACE } from '../privdata/definition-keys.ts'
import { encodeHeader, encodeRow } from './state-lines.ts'

/** Characters of a write. */
const CHUNK = 1 << 20

/** Where the state that is written comes from. */
export interface StateSource {
  channel: string
  /** Called once the file can be written. */
  begin(): WholeState | Promise<WholeState>
}

/**
 * Write state to a file, one key a line, of `chaincode` alone or of all; it is complete or not there. It may have private
 * data, so it is for its owner only.
 * @throws PeerError STATE_FILE_EXISTS, STATE_FILE_WRITE, and what reading the rows throws
 */
export async function writeState(
  { channel, begin }: StateSource,
  file: string,
  { force = false, chaincode }: { force?: boolean | undefined; chaincode?: string | undefined },
): Promise<StateCopy> {
  if (!force && (await exists(file))) throw new PeerError('STATE_FILE_EXISTS', { file })
  // Another export to the same file has another one.
  const draft = `${file}.${randomUUID()}.draft`
  const copy: StateCopy = { file, keys: 0, privateKeys: 0, height: 0 }
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      const { height, rows } = await begin()
      copy.height = height
      let text = `${encodeHeader({ channel, height })}\n`
      for await (const row of chaincodeRows(rows, chaincode)) {
        if (row.collection === undefined) copy.keys++
        else copy.privateKeys++
        text += `${encodeRow(row)}\n`
        if (text.length < CHUNK) continue
        await handle.writeFile(text)
        text = ''
      }
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, file)
    return copy
  } catch (error) {
    if (error instanceof PeerError) throw error
    throw new PeerError('STATE_FILE_WRITE', { file, message: messageOf(error) }, { cause: error })
  } finally {
    await rm(draft, { force: true }).catch(() => undefined)
  }
}

/** Definitions belong to the chaincodes' folders: who imports the state has defined them already. */
async function* chaincodeRows(rows: AsyncIterable<StateRow>, chaincode: string | undefined): AsyncGenerator<StateRow> {
  for await (const row of rows) {
    const { namespace } = row
    if (namespace === LIFECYCLE_NAMESPACE || namespace === LSCC_NAMESPACE || namespace === '') continue
    if (chaincode === undefined || chaincode === namespace) yield row
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
