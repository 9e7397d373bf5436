import { once } from 'node:events'
import { resolve } from 'node:path'
import { openKeptDoor } from '../../browser/kept-door.ts'
import { startHost } from '../../host/host.ts'
import { recentFolders } from '../../host/recent-folders.ts'
import { say, sayError } from '../../host/say.ts'
import { makeSettingsFolder, settingsFolder } from '../../host/settings-folder.ts'
import { keepHeapSmall } from '../../host/small-heap.ts'
import { trustedFolders } from '../../host/trusted-folders.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { dataDirOf, foldersToOpen, type ServeOptions } from './options.ts'
import { addressOfRunning, showAddress } from './running-door.ts'

/**
 * `slipway serve [FOLDER…]`: the window in a browser, until interrupted. If a folder can't be opened, the error is
 * printed and the page shows it and offers another folder. If the folder has a browser door already, that one provides a
 * new address.
 */
export async function serve(folders: string[], options: ServeOptions, signal: AbortSignal): Promise<number> {
  const toOpen = foldersToOpen(folders, options)
  const opens = options.open !== false
  const kept = doorFolder(folders, options)
  const running = await addressOfRunning(kept)
  if (running !== undefined) {
    say('Slipway is already running for this folder.')
    showAddress(running, { opens })
    return exitCode.good
  }
  keepHeapSmall()
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
    const { door, keep } = await openKeptDoor(host, { folder: kept, port: options.port })
    const stopAsking = onEnter(() => showAddress(door.newAddress(), { opens: false }))
    try {
      await host.announce(door.announcement)
      showAddress(door.newAddress(), { opens })
      // The error is in the host's facts too, where the page finds it.
      if (toOpen.length > 0)
        await host.open(toOpen, signal).catch((error: unknown) => void (signal.aborted || sayError(error)))
      await keep()
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

function onEnter(entered: () => void): () => void {
  if (!process.stdin.isTTY) return () => undefined
  process.stdin.on('data', entered)
  return () => {
    process.stdin.off('data', entered)
    process.stdin.pause()
  }
}

/** Where the door's port and secret are kept: with the data, or in the settings where no folder is named. */
function doorFolder([first]: string[], options: ServeOptions): string {
  return first === undefined && options.dataDir === undefined ? settingsFolder() : dataDirOf(first ?? '.', options)
}
