import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'

/** Create the data folder, with a .gitignore: it is safe to delete, and not meant to be committed. @throws PeerError LEDGER_OPEN */
export async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true })
    await writeFile(join(dataDir, '.gitignore'), '*\n')
  } catch (error) {
    throw new PeerError('LEDGER_OPEN', { dataDir, message: messageOf(error) }, { cause: error })
  }
}
