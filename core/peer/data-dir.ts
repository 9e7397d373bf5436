import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PeerError } from '../contract/error.ts'

/** The folder is safe to delete and nobody's to commit. @throws PeerError LEDGER_OPEN */
export async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true })
    await writeFile(join(dataDir, '.gitignore'), '*\n')
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new PeerError('LEDGER_OPEN', { dataDir, message }, { cause: error })
  }
}
