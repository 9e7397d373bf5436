import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll } from 'vitest'

/** Handles that a test file must not leave behind: child processes, servers, sockets, watched files. */
const WATCHED = ['ProcessWrap', 'TCPServerWrap', 'TCPSocketWrap', 'FSEventWrap']
const GRACE_MS = 20_000

/**
 * Every process started by a test file inherits this, so it is found even if its parent has died. Only Linux lets us
 * read it; elsewhere the handles must suffice.
 */
const MARK = 'SLIPWAY_TEST_FILE'
const mark = `${MARK}=${randomUUID()}`
process.env[MARK] = mark.slice(MARK.length + 1)

let before: Map<string, number>

beforeAll(() => {
  before = handles()
})

afterAll(async () => {
  const deadline = Date.now() + GRACE_MS
  let leaks = await leaked()
  while (leaks.length > 0 && Date.now() < deadline) {
    await sleep(50)
    leaks = await leaked()
  }
  if (leaks.length > 0) throw new Error(`This test file left behind: ${leaks.join('; ')}`)
})

async function leaked(): Promise<string[]> {
  const now = handles()
  const left = [...now].filter(([name, count]) => count > (before.get(name) ?? 0))
  return [
    ...left.map(([name, count]) => `${count - (before.get(name) ?? 0)} × ${name}`),
    ...(await markedProcesses()).map(({ pid, command }) => `process ${pid} (${command})`),
  ]
}

function handles(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of process.getActiveResourcesInfo()) {
    if (WATCHED.includes(name)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

async function markedProcesses(): Promise<{ pid: number; command: string }[]> {
  if (process.platform !== 'linux') return []
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid)
  const found = await Promise.all(pids.map(async (pid) => ({ pid, command: await commandIfMarked(pid) })))
  return found.flatMap(({ pid, command }) => (command === undefined ? [] : [{ pid, command }]))
}

async function commandIfMarked(pid: number): Promise<string | undefined> {
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
