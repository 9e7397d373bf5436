import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Child } from '../../process/child.ts'
import { killOtherGroups } from '../../process/session.ts'

/** Enough about a running process to tell it from a later one with the same number. */
interface Known {
  pid: number
  startedAt: number
}

/** `ps` reports whole seconds, and we read the clock a little later than the system did. */
const TOLERANCE_MS = 3_000

/**
 * The chaincode processes of this peer, kept in a file. When a peer is killed its guardian ends them; where that was
 * killed as well, the next peer on the same data finds them there and ends them.
 */
export interface Survivors {
  /** Keep this process in the file until it has ended. */
  remember(child: Pick<Child, 'pid' | 'startedAt' | 'exited'>): void
  /** Resolves once the file is up to date. */
  close(): Promise<void>
}

/** End what an earlier peer left behind in this file; only one peer at a time may have it open. */
export async function openSurvivors(file: string): Promise<Survivors> {
  await Promise.all((await readKnown(file)).map(endIfSame))
  const running = new Set<Known>()
  let written: Promise<void> = Promise.resolve()
  const write = () => {
    written = written
      .then(() => (running.size === 0 ? rm(file, { force: true }) : writeFile(file, JSON.stringify([...running]))))
      // The disk may be full: then a process may outlive a killed peer, but it still runs.
      .catch(() => undefined)
  }
  return {
    remember({ pid, startedAt, exited }) {
      const known = { pid, startedAt }
      running.add(known)
      write()
      void exited.then(() => {
        running.delete(known)
        write()
      })
    },
    close: () => written,
  }
}

async function readKnown(file: string): Promise<Known[]> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'))
    return Array.isArray(content) ? content.filter(isKnown) : []
  } catch {
    // Usually missing; a torn file can't be trusted.
    return []
  }
}

function isKnown(value: unknown): value is Known {
  if (typeof value !== 'object' || value === null) return false
  const { pid, startedAt } = value as Partial<Record<keyof Known, unknown>>
  return Number.isInteger(pid) && Number(pid) > 1 && typeof startedAt === 'number'
}

/** KILL it and all it started, if it is still the process that was started then, as the head of its own group. */
async function endIfSame({ pid, startedAt }: Known): Promise<void> {
  // Windows has no ps, and a number alone isn't enough to end something.
  if (process.platform === 'win32') return
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'pgid=', '-o', 'lstart=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C' },
    })
    const [, group, started = ''] = /^\s*(\d+)\s+(.+?)\s*$/.exec(stdout) ?? []
    if (Number(group) !== pid || !(Math.abs(Date.parse(started) - startedAt) < TOLERANCE_MS)) return
    process.kill(-pid, 'SIGKILL')
    await killOtherGroups(pid)
  } catch {
    // It has ended, or ps isn't available and nothing is known about it.
  }
}
