import { once } from 'node:events'
import { join } from 'node:path'
import { waitFor } from '../facts/wait.ts'
import { spawned } from '../process/spawned.ts'
import { exists, LIST } from './write-files.ts'

/** Any drive that works has answered by then. */
const ANSWER_MS = 10_000
const LATE = new Error('The drive does not answer.')

/**
 * Whether an export has written files to a folder, and they are still there; undefined where nobody answers, as on a
 * network drive that is gone. Throws the signal's reason, and the system's error where it starts no more processes.
 */
export async function isExported(folder: string, signal: AbortSignal): Promise<boolean | undefined> {
  const list = join(folder, LIST)
  return process.platform === 'win32' ? answered(exists(list), signal) : existsForAnother(list, signal)
}

/**
 * Asked by a process of its own. A drive that is gone holds whoever asks, here or in a thread of ours, and Node doesn't
 * end before its threads do.
 */
async function existsForAnother(path: string, signal: AbortSignal): Promise<boolean | undefined> {
  signal.throwIfAborted()
  const asking = await spawned('/bin/sh', ['-c', 'test -e "$1"', 'sh', path], { stdio: 'ignore', cwd: '/' })
  try {
    const ended = once(asking, 'exit') as Promise<[code: number | null]>
    return await answered(
      ended.then(([code]) => code === 0),
      signal,
    )
  } finally {
    asking.kill('SIGKILL')
    // Where even that has to wait for the drive, nobody waits for it.
    asking.unref()
  }
}

/** Undefined at the deadline. */
async function answered(answer: Promise<boolean>, signal: AbortSignal): Promise<boolean | undefined> {
  try {
    return await waitFor(answer, { signal, deadlineMs: ANSWER_MS, onDeadline: () => LATE })
  } catch (error) {
    if (error === LATE) return undefined
    throw error
  }
}
