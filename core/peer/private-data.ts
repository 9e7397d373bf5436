import { chmod, lstat, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** The owner's rights, and nobody else's. */
const OWNER = 0o700

/** What Slipway puts into a data folder; --data-dir may name one that holds something else as well. */
const OURS = new Set([
  ...['.gitignore', 'before', 'build', 'builds', 'chaincodes', 'containers', 'export', 'fabric-ca', 'format.json'],
  ...[
    'ledger',
    'lifecycle',
    'modes.json',
    'msp',
    'orderer',
    'output',
    'peer.json',
    'processes.json',
    'times.json',
    'unfinished-install',
    'warm',
  ],
])

/**
 * Take everybody else's rights from a data folder and all that is in it: it holds private keys, private data, and what
 * calls sent. The folder itself keeps others out at once; its files are closed too, since a copy of it may lie elsewhere.
 * Never rejects: on a file system without rights there are none to take.
 */
export async function makePrivate(folder: string): Promise<void> {
  // Windows has lists of rights instead, which a user's folders inherit.
  if (process.platform === 'win32') return
  const names = await readdir(folder).catch((): string[] => [])
  const ours = names.filter((name) => OURS.has(name))
  if (basename(folder) === '.slipway' || ours.length === names.length) await chmod(folder, OWNER).catch(() => undefined)
  for (const name of ours) await close(join(folder, name)).catch(() => undefined)
}

async function close(place: string): Promise<void> {
  const info = await lstat(place)
  if (info.isSymbolicLink()) return
  if ((info.mode & 0o777 & ~OWNER) !== 0) await chmod(place, info.mode & OWNER)
  if (!info.isDirectory()) return
  // One after another: there may be more files than a process may open.
  for (const name of await readdir(place)) await close(join(place, name)).catch(() => undefined)
}
