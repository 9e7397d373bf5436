import { readdir, readFile } from 'node:fs/promises'

/**
 * The processes that run with this `NAME=value` in their environment, as whatever a marked process starts does, even if
 * its parent has died. Only Linux lets us read that; elsewhere there are none.
 */
export async function markedProcesses(mark: string): Promise<{ pid: number; command: string }[]> {
  if (process.platform !== 'linux') return []
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid)
  const found = await Promise.all(pids.map(async (pid) => ({ pid, command: await commandIfMarked(pid, mark) })))
  return found.flatMap(({ pid, command }) => (command === undefined ? [] : [{ pid, command }]))
}

async function commandIfMarked(pid: number, mark: string): Promise<string | undefined> {
  try {
    const environ = await readFile(`/proc/${pid}/environ`, 'utf8')
    if (!environ.split('\0').includes(mark)) return undefined
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').join(' ').trim()
    // A zombie has no command line: it has ended, but its parent hasn't collected it yet.
    return command === '' ? undefined : command.slice(0, 120)
  } catch (error) {
    // Gone in the meantime, or another user's.
    if (['ENOENT', 'EACCES', 'EPERM', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
