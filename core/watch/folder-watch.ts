import { watch } from 'chokidar'

/** An editor writes a file in several steps. */
const QUIET_MS = 100

/** Calls `changed` once a folder's files have changed and come to rest, again and again until it is closed. */
export function watchFolder(folder: string, changed: () => void): { close(): Promise<void> } {
  const watcher = watch(folder, { ignoreInitial: true })
  let quiet: NodeJS.Timeout | undefined
  watcher.on('all', () => {
    clearTimeout(quiet)
    quiet = setTimeout(changed, QUIET_MS)
  })
  return {
    async close() {
      clearTimeout(quiet)
      await watcher.close()
    },
  }
}
