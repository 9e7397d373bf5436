import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { systemFault } from '../contract/system-fault.ts'
import { makeFolder } from '../facts/make-folder.ts'
import { readDataFormat } from './data-format.ts'
import { makePrivate } from './private-data.ts'

/**
 * Create the data folder, for its owner alone, with a .gitignore: it is safe to delete, and not meant to be committed. A newer Slipway's
 * folder is left untouched. Returns the format of the data, as readDataFormat.
 * @throws PeerError LEDGER_OPEN, DATA_NEWER
 */
export async function makeDataDir(dataDir: string): Promise<number | undefined> {
  const format = await readDataFormat(dataDir)
  try {
    await makeFolder(dataDir, 0o700)
    await makePrivate(dataDir)
    await writeFile(join(dataDir, '.gitignore'), '*\n', { mode: 0o600 })
  } catch (error) {
    throw new PeerError(
      'LEDGER_OPEN',
      { dataDir, message: messageOf(error), fault: systemFault(error) },
      { cause: error },
    )
  }
  return format
}
