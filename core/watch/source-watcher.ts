import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { watch, type FSWatcher } from 'chokidar'
import { now } from '../facts/clock.ts'
import { PeerError } from '../contract/error.ts'
import type { WatchState } from '../contract/chaincode-state.ts'
import { relativeTo, type Sources } from './sources.ts'

/** How often to check that the folder itself is still there: renaming it raises no event for its files. */
const LOOK_MS = 1_000

export interface SourceWatcherParts {
  sources: Sources
  /** Milliseconds without a change before `changed` is called. */
  quietPeriod: number
  /** Once for all changes of a quiet period: the files, relative, and when the first of them changed. */
  changed(files: string[], since: number): void
  emit(state: WatchState): void
}

export interface SourceWatcher {
  /** Resolves when every file is watched, or when it was reported that they cannot be. */
  readonly ready: Promise<void>
  /** Idempotent. Nothing is called afterwards. */
  close(): Promise<void>
}

/**
 * Watch a project's sources. If the folder is renamed or deleted, that is reported as FOLDER_GONE, and it is watched
 * again once it is back; then `changed` is called too, since its files may differ.
 */
export function watchSources(parts: SourceWatcherParts): SourceWatcher {
  const { folder } = parts.sources
  const quiet = newQuietPeriod(parts.quietPeriod, (files, since) => parts.changed(files, since))
  let watcher: FSWatcher | undefined
  let identity: string | undefined
  let state: WatchState['state'] = 'off'
  let closing: Promise<void> | undefined
  const isClosing = () => closing !== undefined

  const emit = (next: WatchState) => {
    if (isClosing()) return
    state = next.state
    parts.emit(next)
  }
  const fail = (error: PeerError) => emit({ state: 'failed', error: error.toJSON() })

  const open = async () => {
    emit({ state: 'starting' })
    identity = await identify(folder)
    if (identity === undefined) return fail(new PeerError('FOLDER_GONE', { folder }))
    if (isClosing()) return
    const opened = openWatcher(
      parts.sources,
      (file) => quiet.changed(file),
      (files) => emit({ state: 'watching', files }),
    )
    watcher = opened.watcher
    const failure = await opened.ready
    if (failure === undefined) return emit({ state: 'watching', files: opened.files() })
    const reason = failure.code === 'ENOSPC' ? 'The system allows no more watched files.' : failure.message
    fail(new PeerError('WATCH_FAILED', { folder, reason }, { cause: failure }))
  }
  const lookAtFolder = async () => {
    if (isClosing() || state === 'starting') return
    const there = await identify(folder)
    if (isClosing() || there === identity) return
    const gone = watcher
    watcher = undefined
    identity = there
    await gone?.close()
    if (there === undefined) return fail(new PeerError('FOLDER_GONE', { folder }))
    await open()
    quiet.changed('.')
  }

  const ready = open()
  let looking: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    looking = looking.then(lookAtFolder)
  }, LOOK_MS)
  timer.unref()

  return {
    ready,
    close() {
      closing ??= (async () => {
        clearInterval(timer)
        quiet.stop()
        await Promise.allSettled([ready, looking])
        await watcher?.close()
      })()
      return closing
    },
  }
}

function openWatcher(
  sources: Sources,
  changed: (file: string) => void,
  counted: (files: number) => void,
): { watcher: FSWatcher; ready: Promise<NodeJS.ErrnoException | undefined>; files(): number } {
  const { folder, outside, around = '' } = sources
  const relative = (file: string) => relativeTo(folder, file)
  // By its folder: an editor may replace the file.
  const outer = outside && path.posix.dirname(outside)
  const roots = new Set(['', around, outer ?? ''])
  const watched = path.join(folder, around)
  const watcher = watch(outer === undefined ? watched : [watched, path.join(folder, outer)], {
    ignored(file, stats) {
      const inside = relative(file)
      if (roots.has(inside) || isOnTheWay(inside, around)) return false
      if (!isBelow(inside, around)) return inside !== outside
      return sources.isIgnored(inside) || (stats !== undefined && !stats.isDirectory() && !sources.isSource(inside))
    },
    // Files that exist already are counted; only later events are changes.
    ignoreInitial: false,
  })
  const files = new Set<string>()
  let isReady = false
  const counting = (file: string) => {
    if (!isReady) return
    changed(relative(file))
    counted(files.size)
  }
  watcher.on('add', (file) => {
    files.add(file)
    counting(file)
  })
  watcher.on('unlink', (file) => {
    files.delete(file)
    counting(file)
  })
  watcher.on('change', (file) => {
    if (isReady) changed(relative(file))
  })
  // chokidar drops a second change of a file within 50 ms (chokidar 5.0.0, index.js, _emit), when the first may
  // already have been handled. The system's own events report every one.
  watcher.on('raw', (event, name, details) => {
    if (!isReady || event !== 'change' || typeof name !== 'string') return
    const { watchedPath } = details as { watchedPath: string }
    const file = path.basename(watchedPath) === name ? watchedPath : path.join(watchedPath, name)
    // A file that is gone may be back in a moment: chokidar waits for it.
    if (files.has(file) && existsSync(file)) changed(relative(file))
  })
  const ready = new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    watcher.once('ready', () => {
      isReady = true
      resolve(undefined)
    })
    // A file that vanishes while it is read doesn't mean that watching failed.
    watcher.on('error', (error) => {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOSPC' || code === 'EMFILE') resolve(error as NodeJS.ErrnoException)
    })
  })
  return { watcher, ready, files: () => files.size }
}

/** Whether a folder lies between the module's and the chaincode's: `..` of `../..`. */
function isOnTheWay(inside: string, around: string): boolean {
  return /^\.\.(?:\/\.\.)*$/.test(inside) && around.startsWith(inside)
}

/** Whether a path is in the folder, or in the module around it. */
function isBelow(inside: string, around: string): boolean {
  const up = (path: string) => /^(?:\.\.(?:\/|$))*/.exec(path)?.[0].replace(/\/$/, '').length ?? 0
  return up(inside) <= up(around)
}

/** Identifies the folder at that path, which may be replaced by another. Undefined if there isn't one. */
async function identify(folder: string): Promise<string | undefined> {
  const info = await stat(folder).catch(() => undefined)
  if (!info?.isDirectory()) return undefined
  // On Windows the number isn't stable.
  return process.platform === 'win32' ? folder : `${info.dev}:${info.ino}`
}

/** Gathers changes until none has come for a while. */
function newQuietPeriod(
  ms: number,
  changed: (files: string[], since: number) => void,
): { changed(file: string): void; stop(): void } {
  const files = new Set<string>()
  let since = 0
  let timer: NodeJS.Timeout | undefined
  return {
    changed(file) {
      if (files.size === 0) since = now()
      files.add(file)
      clearTimeout(timer)
      timer = setTimeout(() => {
        const gathered = [...files]
        files.clear()
        changed(gathered, since)
      }, ms)
    },
    stop: () => clearTimeout(timer),
  }
}
