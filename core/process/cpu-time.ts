import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** Linux counts in these (USER_HZ), whatever its timer does. */
const TICK_MS = 10

/** Processor time of a process group until now, in milliseconds; undefined if the system doesn't say. */
export async function groupCpuTime(pgid: number): Promise<number | undefined> {
  try {
    if (process.platform === 'linux') return await fromProc(pgid)
    if (process.platform === 'win32') return undefined
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,time='])
    const own = stdout.split('\n').map((line) => line.trim().split(/\s+/))
    return own.filter(([group]) => Number(group) === pgid).reduce((sum, [, time = '']) => sum + clock(time), 0)
  } catch {
    return undefined
  }
}

/** Fields of /proc/PID/stat, behind the name in brackets (proc(5)): 2 is the group, 11 to 14 the times. */
async function fromProc(pgid: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const times = pids.map(async (pid) => {
    // It may end meanwhile.
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (Number(fields[2]) !== pgid) return 0
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS
  })
  return (await Promise.all(times)).reduce((sum, time) => sum + time, 0)
}

/** `1:02:03.45` or `2:03.45`, as ps prints it. */
function clock(text: string): number {
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1000
}
