import { watch, type FSWatcher } from 'node:fs'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { newKeptLines } from '../../process/kept-lines.ts'
import { newLineSplitter } from '../../process/line-splitter.ts'

const CHUNK = 64 * 1024

/** Who is told of what is written. */
export interface OutputListener {
  line(text: string): void
  /** The file was begun again: by another process. */
  begunAgain(): void
  /** Nothing more was written for a moment. */
  quiet(): void
}

/** A program that has failed prints nothing more; one that is still starting may be silent as long, and goes on. */
const QUIET_MS = 1_000

/** Reads what a process that its author started writes to a file. */
export interface AttachedOutput {
  /** The first and the last lines of the process that writes to it now, oldest first. */
  kept(): string[]
  /** Read everything written so far. */
  settle(): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}

/**
 * Follow the file that the shown command writes the chaincode's output to (`2>&1 | tee FILE`): the terminal is the
 * author's, and this is how its lines reach the window as well. Begins with an empty file; one that shrinks was started
 * over. If the file cannot be made or read, that isn't an error: the chaincode runs without its output being shown.
 */
export async function followAttachedOutput(file: string, on: OutputListener): Promise<AttachedOutput> {
  let lines = newKeptLines()
  const keep = (text: string) => {
    lines.push(text)
    on.line(text)
  }
  let handle: FileHandle
  try {
    await mkdir(dirname(file), { recursive: true })
    handle = await open(file, 'w+')
  } catch {
    return { kept: () => [], settle: async () => {}, close: async () => {} }
  }

  let position = 0
  let splitter = newLineSplitter(keep)
  const chunk = Buffer.allocUnsafe(CHUNK)
  const quiet = setTimeout(() => {
    // Before anything was written, there is nothing to tell.
    if (position > 0) on.quiet()
  }, QUIET_MS).unref()
  const readOn = async () => {
    const { size } = await handle.stat()
    if (size < position) {
      splitter.end()
      splitter = newLineSplitter(keep)
      position = 0
      lines = newKeptLines()
      on.begunAgain()
    }
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, CHUNK, position)
      if (bytesRead === 0) return
      position += bytesRead
      quiet.refresh()
      splitter.write(chunk.subarray(0, bytesRead))
    }
  }
  // One reader at a time; the next reads what is written meanwhile.
  let reading: Promise<void> = Promise.resolve()
  let queued = false
  const read = (): Promise<void> => {
    if (queued) return reading
    queued = true
    reading = reading
      .then(() => {
        queued = false
        return readOn()
      })
      .catch(() => undefined)
    return reading
  }

  const watcher: FSWatcher = watch(file, { persistent: false }, () => void read())
  // Removed, or on a file system that cannot be watched: it is read when the stream ends.
  watcher.on('error', () => watcher.close())
  let closing: Promise<void> | undefined
  return {
    kept: () => lines.all(),
    settle: read,
    close() {
      closing ??= (async () => {
        watcher.close()
        await read()
        clearTimeout(quiet)
        splitter.end()
        await handle.close()
      })()
      return closing
    },
  }
}
