import { watch, type FSWatcher } from 'node:fs'

/** An editor saves in several steps. */
const QUIET_MS = 150

/**
 * Call `saved` once, after something was saved directly in one of the folders, where the files are that describe a
 * chaincode. A folder that doesn't exist or can't be watched is ignored.
 */
export function onceSaved(folders: readonly string[], saved: () => void): { close(): void } {
  let timer: NodeJS.Timeout | undefined
  const watchers = folders.flatMap((folder) => watchFolder(folder, () => (timer ??= setTimeout(end, QUIET_MS))))
  const close = () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
  const end = () => {
    close()
    saved()
  }
  return { close }
}

function watchFolder(folder: string, changed: () => void): FSWatcher[] {
  try {
    const watcher = watch(folder, { persistent: false }, changed)
    watcher.on('error', () => watcher.close())
    return [watcher]
  } catch {
    return []
  }
}
