import { once } from 'node:events'
import { resolve } from 'node:path'
import { readAssets } from '../../host/assets.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { startHost } from '../../host/host.ts'
import { canOpenBrowser, openBrowser } from '../../browser/open-browser.ts'
import { readPeerFile } from '../../host/peer-file.ts'
import { recentFolders } from '../../host/recent-folders.ts'
import { openDoor } from '../../host/door.ts'
import { print, say, sayError } from '../terminal/print.ts'
import { dataDirOf, foldersToOpen, type ServeOptions } from './options.ts'

/**
 * `slipway serve [FOLDER…]`: the browser door, until it is interrupted. A folder that cannot be opened is told,
 * and the door stays open: the page says the same and offers another. Where the folder has a browser door
 * already, that one gives a fresh address.
 */
export async function serve(folders: string[], options: ServeOptions, signal: AbortSignal): Promise<number> {
  const toOpen = foldersToOpen(folders, options)
  const there = await addressOfRunning(folders, options)
  if (there !== undefined) {
    say('Slipway runs for this folder already.')
    show(there, options)
    return exitCode.good
  }
  const host = startHost({
    door: 'browser',
    reopenFailed: sayError,
    recent: recentFolders(),
    ...(options.dataDir === undefined ? {} : { dataDir: resolve(options.dataDir) }),
  })
  try {
    const door = await openDoor(host, { assets: await readAssets(), port: options.port ?? 0 })
    const stopAsking = onEnter(() => show(door.newAddress(), { open: false }))
    try {
      await host.announce(door.announcement)
      show(door.newAddress(), options)
      // What went wrong is in the state too, where the page shows it.
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
  say('The address lets one browser in, once.' + (process.stdin.isTTY ? ' Press Enter for another.' : ''))
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

/** A fresh address of the browser door that runs for these folders; undefined where there is none. */
async function addressOfRunning(folders: string[], options: ServeOptions): Promise<string | undefined> {
  const [first] = folders
  if (first === undefined && options.dataDir === undefined) return undefined
  const file = await readPeerFile(dataDirOf(first ?? '.', options))
  if (file === undefined) return undefined
  const url = new URL('/address', file.url.replace(/^ws:/, 'http:'))
  try {
    const response = await fetch(url, { method: 'POST', headers: { Authorization: `Bearer ${file.token}` } })
    const answer: unknown = response.ok ? await response.json() : undefined
    const known = typeof answer === 'object' && answer !== null && 'address' in answer
    return known && typeof answer.address === 'string' ? answer.address : undefined
  } catch {
    // Nobody answers there any more: the file is stale.
    return undefined
  }
}
