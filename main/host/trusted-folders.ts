import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PeerError } from '../../core/contract/error.ts'
import { demandId, type CheckTrust, type Demand } from '../../core/contract/trust.ts'
import { settingsFolder } from './settings-folder.ts'

/** What each folder's slipway.yaml may do, kept between runs in the settings folder. */
export interface TrustedFolders {
  /** Throws NOT_TRUSTED with what isn't allowed yet. */
  readonly check: CheckTrust
  /** Resolves even if it can't be written: then it holds until this process ends. */
  trust(folder: string, demands: readonly Pick<Demand, 'key' | 'value'>[]): Promise<void>
}

/** By folder, what is allowed there. */
type Trusted = Record<string, string[]>

/** `trustsAll`: whoever asks is trusted, and that is remembered; what `--trust` means. */
export function trustedFolders({
  trustsAll = false,
  file = join(settingsFolder(), 'trusted-folders.json'),
} = {}): TrustedFolders {
  // What couldn't be written, or was written since.
  const own: Trusted = {}
  const allowed = async (folder: string) => new Set([...(own[folder] ?? []), ...((await read(file))[folder] ?? [])])

  const trust: TrustedFolders['trust'] = async (folder, demands) => {
    own[folder] = [...new Set([...(own[folder] ?? []), ...demands.map(demandId)])]
    // Read again: another Slipway may have written meanwhile.
    const trusted = await read(file)
    await write(file, { ...trusted, [folder]: [...new Set([...(trusted[folder] ?? []), ...own[folder]])] })
  }
  return {
    trust,
    async check(untrusted) {
      const { folder, demands } = untrusted
      if (demands.length === 0) return
      const known = await allowed(folder)
      const added = demands.filter((demand) => !known.has(demandId(demand)))
      if (added.length === 0) return
      if (!trustsAll) throw new PeerError('NOT_TRUSTED', { ...untrusted, demands: added })
      await trust(folder, added)
    },
  }
}

/** Missing until the first folder is trusted; what is damaged trusts nobody. */
async function read(file: string): Promise<Trusted> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (typeof content !== 'object' || content === null) return {}
    const entries = Object.entries(content).filter((entry): entry is [string, string[]] => isTexts(entry[1]))
    return Object.fromEntries(entries)
  } catch {
    return {}
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}

/** Whole or not at all, and readable by its owner alone: it says which commands run unasked. */
async function write(file: string, trusted: Trusted): Promise<void> {
  const draft = `${file}.${process.pid}`
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(draft, `${JSON.stringify(trusted, null, 2)}\n`, { mode: 0o600 })
    await chmod(draft, 0o600)
    await rename(draft, file)
  } catch {
    // With a read-only home folder it holds until this process ends.
  }
}
