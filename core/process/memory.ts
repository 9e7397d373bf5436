import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const SAMPLE_MS = 5_000
/** Smaller changes are not worth an event. */
const STEP = 1024 * 1024

/** Report a process's resident memory in bytes whenever it has changed, until the returned function is called. */
export function watchMemory(pid: number, onChange: (bytes: number) => void): () => void {
  if (process.platform === 'win32') return () => undefined
  let reported = 0
  let stopped = false
  const sample = async () => {
    const bytes = await residentMemory(pid)
    if (stopped || bytes === undefined || Math.abs(bytes - reported) < STEP) return
    reported = bytes
    onChange(bytes)
  }
  const timer = setInterval(() => void sample(), SAMPLE_MS)
  timer.unref()
  return () => {
    stopped = true
    clearInterval(timer)
  }
}

/** In bytes; undefined if the process is gone or the system doesn't report it. */
export async function residentMemory(pid: number): Promise<number | undefined> {
  try {
    if (process.platform === 'linux') {
      const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]
      return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
    }
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])
    return Number(stdout) * 1024
  } catch {
    // It has ended; its exit is reported elsewhere.
    return undefined
  }
}
