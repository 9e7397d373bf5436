import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { damaged, replaceFile } from './pem-files.ts'

/** In an organisation's folder: the serial numbers of the certificates that its CA has revoked. */
export const REVOKED_FILE = 'revoked.json'

/** As Fabric CA writes it: hex in lower case, without leading zeros. */
export function serialOf({ serialNumber }: { serialNumber: string }): string {
  return serialNumber.toLowerCase().replace(/^0+/, '')
}

/** @throws PeerError IDENTITY_DAMAGED: a revoked identity must not come back with a broken file */
export async function readRevoked(folder: string): Promise<Set<string>> {
  const file = join(folder, REVOKED_FILE)
  try {
    const serials: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (!Array.isArray(serials) || !serials.every((serial) => typeof serial === 'string')) {
      throw new Error('it is not a list of serial numbers')
    }
    return new Set(serials)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Set()
    throw damaged(file, error)
  }
}

/** Written whole at once. Throws what the file system throws. */
export function writeRevoked(folder: string, serials: Iterable<string>): Promise<void> {
  return replaceFile(join(folder, REVOKED_FILE), `${JSON.stringify([...serials], null, 2)}\n`)
}
