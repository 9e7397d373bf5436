import { readdir, readFile } from 'node:fs/promises'
import { killTree } from './child.ts'

/**
 * KILL what a process has started in groups of its own, also after that process has ended: a session keeps its number for
 * as long as anything is in it. `head` is a child of Slipway's, which is the head of its session. Never rejects.
 *
 * Only on Linux, the one system where a debugger's end lets what it traces run on (ptrace(2), PTRACE_O_EXITKILL, which
 * Delve 1.27 doesn't set). macOS ends a traced process with its tracer, and Windows does too.
 */
export async function killOtherGroups(head: number): Promise<void> {
  if (process.platform !== 'linux') return
  const pids = await readdir('/proc').catch(() => [])
  const groups = await Promise.all(pids.filter((name) => /^\d+$/.test(name)).map((pid) => otherGroup(pid, head)))
  for (const group of new Set(groups)) if (group !== undefined) killTree(group)
}

/** The group of this process, if it is another one than its session's head has; fields 5 and 6 of proc_pid_stat(5). */
async function otherGroup(pid: string, head: number): Promise<number | undefined> {
  // It may end meanwhile.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name before them, in parentheses, may hold anything.
  const [, , group, session] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  return session === head && group !== head ? group : undefined
}
