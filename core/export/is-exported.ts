import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { waitFor } from '../facts/wait.ts'
import { exists, LIST } from './write-files.ts'

/** Any drive that works has answered by then. */
const ANSWER_MS = 10_000

/**
 * Whether an export has written files to a folder, and they are still there. A folder that nobody answers for, as on a
 * network drive that is gone, isn't. Throws the signal's reason.
 */
export async function isExported(folder: string, signal: AbortSignal): Promise<boolean> {
  const list = join(folder, LIST)
  if (process.platform !== 'win32') return existsForAnother(list, signal)
  return waitFor(exists(list), { signal, deadlineMs: ANSWER_MS }).catch(() => {
    signal.throwIfAborted()
    return false
  })
}

/**
 * Asked by a process of its own. A drive that is gone holds whoever asks, here or in a thread of ours, and Node doesn't
 * end before its threads do.
 */
async function existsForAnother(path: string, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted()
  const asking = spawn('/bin/sh', ['-c', 'test -e "$1"', 'sh', path], { stdio: 'ignore', cwd: '/' })
  try {
    const [code] = (await waitFor(once(asking, 'exit'), { signal, deadlineMs: ANSWER_MS })) as [number | null]
    return code === 0
  } catch {
    signal.throwIfAborted()
    return false
  } finally {
    asking.kill('SIGKILL')
    // Where even that has to wait for the drive, nobody waits for it.
    asking.unref()
  }
}
