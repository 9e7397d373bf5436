import { watch } from 'chokidar'

/** An editor writes a file in several steps. */
const QUIET_MS = 100

export interface FolderWatch {
  /** Resolves once no change is missed any more; never, if it is closed before. */
  ready: Promise<void>
  close(): Promise<void>
}

/** Calls `changed` once a folder's files have changed and come to rest, again and again until it is closed. */
export function watchFolder(folder: string, changed: () => void): FolderWatch {
  const watcher = watch(folder, { ignoreInitial: true })
  const ready = new Promise<void>((resolve) => watcher.once('ready', () => resolve()))
  let quiet: NodeJS.Timeout | undefined
  // A folder that can't be watched, or not all of it, is one without news.
  watcher.on('error', () => undefined)
  watcher.on('all', () => {
    clearTimeout(quiet)
    quiet = setTimeout(changed, QUIET_MS)
  })
  return {
    ready,
    async close() {
      clearTimeout(quiet)
      await watcher.close()
    },
  }
}
