import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll } from 'vitest'
import { markedProcesses } from './marked-processes.ts'

/** Handles that a test file must not leave behind: child processes, servers, sockets, watched files. */
const WATCHED = ['ProcessWrap', 'TCPServerWrap', 'TCPSocketWrap', 'FSEventWrap']
const GRACE_MS = 20_000

/** Every process started by a test file inherits this. Where it can't be read the handles must suffice. */
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
    ...(await markedProcesses(mark)).map(({ pid, command }) => `process ${pid} (${command})`),
  ]
}

function handles(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of process.getActiveResourcesInfo()) {
    if (WATCHED.includes(name)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}
