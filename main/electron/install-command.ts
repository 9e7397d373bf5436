import { lstat, mkdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { PeerError } from '../../core/contract/error.ts'
import { homeFolder } from '../host/home-folder.ts'

/** A link that we put somewhere on the PATH. */
export interface InstalledCommand {
  path: string
  /** Where the link pointed before, if it belonged to another Slipway. */
  replaced?: string | undefined
  /** Whether a new terminal finds it: its folder is on our own PATH. */
  isOnPath: boolean
}

/** What installing depends on; a test has its own. */
export interface CommandPlace {
  /** `resources/bin/slipway`, or on Windows `slipway.cmd`. */
  launcher: string
  /** Folders to try in turn. */
  folders: string[]
  /** The AppImage that we run from, whose files are mounted only while it runs. */
  appImage?: string | undefined
}

/** The first line but one of a script of ours; a link of ours points into an installation. */
const MARK = "# Slipway's command line, installed from its menu."

export function commandPlace(resources: string): CommandPlace {
  const home = join(homeFolder(), '.local', 'bin')
  return {
    launcher: join(resources, 'bin', process.platform === 'win32' ? 'slipway.cmd' : 'slipway'),
    // On macOS every PATH has the second; on Linux most distributions put the first there once it exists.
    folders: process.platform === 'darwin' ? ['/usr/local/bin', home] : [home, '/usr/local/bin'],
    appImage: process.env['APPIMAGE'] || undefined,
  }
}

/**
 * Make `slipway` a link to the launcher, in the first folder that we may write to. A file that isn't ours stays as it
 * is. Throws COMMAND_TAKEN and COMMAND_UNWRITABLE.
 */
export async function installCommand({ launcher, folders, appImage }: CommandPlace): Promise<InstalledCommand> {
  for (const folder of folders) {
    const path = join(folder, 'slipway')
    const present = await presentAt(path)
    if (present === 'foreign') throw new PeerError('COMMAND_TAKEN', { path })
    try {
      await mkdir(folder, { recursive: true })
      await replace(path, launcher, appImage)
    } catch {
      // Not ours to write to (EACCES, EROFS, no such home folder): the next one may be.
      continue
    }
    const isOnPath = (process.env['PATH'] ?? '').split(delimiter).includes(folder)
    return { path, isOnPath, replaced: present?.target === launcher ? undefined : present?.target }
  }
  throw new PeerError('COMMAND_UNWRITABLE', { launcher, tried: folders })
}

/** The new link comes into being under another name, so that `slipway` is never missing. */
async function replace(path: string, launcher: string, appImage: string | undefined): Promise<void> {
  const draft = `${path}.${process.pid}`
  try {
    if (appImage === undefined) await symlink(launcher, draft)
    else await writeFile(draft, appImageScript(appImage), { mode: 0o755 })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** What is there already: nothing, a link or script of a Slipway, or something else. */
async function presentAt(path: string): Promise<{ target: string } | 'foreign' | undefined> {
  try {
    const found = await lstat(path)
    if (found.isSymbolicLink()) {
      const target = await readlink(path)
      return /[/\\]bin[/\\]slipway$/.test(target) && /[/\\][Rr]esources[/\\]/.test(target) ? { target } : 'foreign'
    }
    if (!found.isFile()) return 'foreign'
    const [, mark, program] = (await readFile(path, 'utf8')).split('\n')
    return mark === MARK ? { target: /^program='(.*)'$/.exec(program ?? '')?.[1] ?? path } : 'foreign'
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined
    // It can't be read, so nobody knows whose it is.
    return 'foreign'
  }
}

function appImageScript(appImage: string): string {
  return `#!/bin/sh
${MARK}
program='${appImage.replaceAll("'", "'\\''")}'
exec "$program" --ozone-platform=headless --no-sandbox --cli -- "$@"
`
}
