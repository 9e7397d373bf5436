import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { readDataFormat } from './data-format.ts'

/**
 * Create the data folder, with a .gitignore: it is safe to delete, and not meant to be committed. A newer Slipway's
 * folder is left untouched. Returns the format of the data, as readDataFormat.
 * @throws PeerError LEDGER_OPEN, DATA_NEWER
 */
export async function makeDataDir(dataDir: string): Promise<number | undefined> {
  const format = await readDataFormat(dataDir)
  try {
    await mkdir(dataDir, { recursive: true })
    await writeFile(join(dataDir, '.gitignore'), '*\n')
  } catch (error) {
    throw new PeerError('LEDGER_OPEN', { dataDir, message: messageOf(error) }, { cause: error })
  }
  return format
}
