import { once } from 'node:events'
import { resolve } from 'node:path'
import { canOpenBrowser, openBrowser } from '../../browser/open-browser.ts'
import { browserPages } from '../../browser/pages.ts'
import { readAssets } from '../../host/assets.ts'
import { openDoor } from '../../host/door.ts'
import { startHost } from '../../host/host.ts'
import { readPeerFile } from '../../host/peer-file.ts'
import { recentFolders } from '../../host/recent-folders.ts'
import { say, sayError } from '../../host/say.ts'
import { makeSettingsFolder } from '../../host/settings-folder.ts'
import { trustedFolders } from '../../host/trusted-folders.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { print } from '../terminal/print.ts'
import { dataDirOf, foldersToOpen, type ServeOptions } from './options.ts'

/**
 * `slipway serve [FOLDER…]`: the window in a browser, until interrupted. If a folder can't be opened, the error is
 * printed and the page shows it and offers another folder. If the folder has a browser door already, that one provides a
 * new address.
 */
export async function serve(folders: string[], options: ServeOptions, signal: AbortSignal): Promise<number> {
  const toOpen = foldersToOpen(folders, options)
  const running = await addressOfRunning(folders, options)
  if (running !== undefined) {
    say('Slipway is already running for this folder.')
    show(running, options)
    return exitCode.good
  }
  const host = startHost({
    door: 'browser',
    reopenFailed: sayError,
    recent: recentFolders(),
    trusted: trustedFolders({ trustsAll: options.trust }),
    dataDir: options.dataDir && resolve(options.dataDir),
  })
  try {
    const unwritable = await makeSettingsFolder()
    if (unwritable !== undefined) host.note(unwritable)
    const door = await openDoor(host, { pages: browserPages(await readAssets()), port: options.port })
    const stopAsking = onEnter(() => show(door.newAddress(), { open: false }))
    try {
      await host.announce(door.announcement)
      show(door.newAddress(), options)
      // The error is in the host's facts too, where the page finds it.
      if (toOpen.length > 0)
        await host.open(toOpen, signal).catch((error: unknown) => void (signal.aborted || sayError(error)))
      if (!signal.aborted) await once(signal, 'abort')
      return exitCode.good
    } finally {
      stopAsking()
      await door.close()
    }
  } finally {
    await host.close()
  }
}

/** The address for a person, and as JSON for a program that reads stdout. */
function show(address: string, options: Pick<ServeOptions, 'open'>): void {
  say(`Slipway is at ${address}`)
  say('The address admits one browser, once.' + (process.stdin.isTTY ? ' Press Enter for another.' : ''))
  if (!process.stdout.isTTY) print({ address })
  if (options.open !== false && canOpenBrowser()) openBrowser(address)
}

function onEnter(entered: () => void): () => void {
  if (!process.stdin.isTTY) return () => undefined
  process.stdin.on('data', entered)
  return () => {
    process.stdin.off('data', entered)
    process.stdin.pause()
  }
}

/** A new address of the browser door that is running for these folders; undefined if none is. */
async function addressOfRunning(folders: string[], options: ServeOptions): Promise<string | undefined> {
  const [first] = folders
  if (first === undefined && options.dataDir === undefined) return undefined
  const file = await readPeerFile(dataDirOf(first ?? '.', options))
  if (file === undefined) return undefined
  const url = new URL('/address', file.url.replace(/^ws:/, 'http:'))
  try {
    const response = await fetch(url, { method: 'POST', headers: { Authorization: `Bearer ${file.token}` } })
    const answer: unknown = response.ok ? await response.json() : undefined
    const hasAddress = typeof answer === 'object' && answer !== null && 'address' in answer
    return hasAddress && typeof answer.address === 'string' ? answer.address : undefined
  } catch {
    // Nobody answers there any more: the file is stale.
    return undefined
  }
}
